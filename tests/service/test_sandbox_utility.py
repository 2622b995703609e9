from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from service.sandbox import create_app

TODAY = date(2026, 11, 23)


@pytest.fixture
def utility(tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(create_app(tmp_path / "sandbox.db", today=lambda: TODAY)) as client:
        yield client


def test_an_account_is_told_to_who_knows_its_postcode(utility: TestClient) -> None:
    told = utility.get("/utility/accounts/204811", params={"postcode": "68104-1234"})
    assert told.json() == {"name": "Ruth Delgado", "meter": "4471902"}
    assert utility.get("/utility/accounts/204811", params={"postcode": "68131"}).status_code == 404


def test_a_reading_has_to_follow_the_last_one(utility: TestClient) -> None:
    readings = "/utility/accounts/204811/readings"
    assert utility.post(readings, json={"reading": 18319}).json() == {"taken": False, "used": 0}
    assert utility.post(readings, json={"reading": 18520}).json() == {"taken": True, "used": 200}


def test_a_bill_is_divided_once(utility: TestClient) -> None:
    bill = utility.get("/utility/accounts/407290/bill").json()
    assert (bill["due"], bill["overdue"]) == ("386.00", True)
    assert bill["plans"][2] == {"months": 6, "monthly": "64.34"}
    plan = utility.post("/utility/accounts/407290/plans", json={"months": 6})
    assert plan.json() == {"months": 6, "monthly": "64.34"}
    assert utility.post("/utility/accounts/407290/plans", json={"months": 3}).status_code == 409
    assert utility.get("/utility/accounts/407290/bill").json()["plans"] == []


def test_an_outage_is_known_or_reported(utility: TestClient) -> None:
    known = utility.post("/utility/outages/search", json={"postcode": "68131"}).json()
    assert known == {"known": True, "cause": "a fallen tree on the line", "back_at": "16:30"}
    assert utility.post("/utility/outages/search", json={"postcode": "68104"}).json()["known"] is False
    assert utility.post("/utility/outages/68104/reports").json() == {"number": "76810401"}
    assert utility.post("/utility/outages/search", json={"postcode": "68104"}).json()["known"] is True


def test_a_technician_comes_to_one_house_at_a_time(utility: TestClient) -> None:
    visits = utility.get("/utility/technicians").json()["visits"]
    assert [visit["id"] for visit in visits] == ["T1", "T2", "T3", "T4", "T5"]
    assert utility.post("/utility/accounts/204811/technicians", json={"visit_id": "T2"}).json()["time"] == "13:30"
    assert utility.post("/utility/accounts/310556/technicians", json={"visit_id": "T2"}).status_code == 409


def test_the_supply_ends_on_a_day(utility: TestClient) -> None:
    body = {"last_day": "2026-12-03", "forwarding_address": "12 Mill Road"}
    assert utility.post("/utility/accounts/204811/closings", json=body).json() == {"last_day": "2026-12-03"}
