from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from service.sandbox import create_app

TODAY = date(2026, 11, 23)
TAKEN = "/clinic/patients/P1001/visits"


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(create_app(tmp_path / "sandbox.db", today=lambda: TODAY)) as client:
        yield client


def ids(answer: dict[str, list[dict[str, str]]]) -> list[str]:
    return [visit["id"] for visit in answer["visits"]]


def test_a_patient_is_found_by_birth_date_and_postcode_however_it_is_written(clinic: TestClient) -> None:
    who = {"birth_date": "1984-03-12", "postcode": "sw1a2aa"}
    found = {"patient_id": "P1001", "name": "Grace Whitfield"}
    assert clinic.post("/clinic/patients/search", json=who).json() == found
    assert clinic.post("/clinic/patients/search", json={**who, "postcode": "M1 4BT"}).json()["patient_id"] is None


def test_a_time_is_taken_once(clinic: TestClient) -> None:
    free = clinic.get("/clinic/visits", params={"kind": "doctor", "from_day": "2026-11-26"}).json()
    assert ids(free) == ["V04", "V05", "V06"]
    booked = clinic.post(TAKEN, json={"visit_id": "V04"}, headers={"Idempotency-Key": "a"})
    assert booked.json() == {
        "id": "V04",
        "kind": "doctor",
        "staff": "Doctor Mensah",
        "day": "2026-11-26",
        "time": "16:10",
    }
    assert clinic.post(TAKEN, json={"visit_id": "V04"}, headers={"Idempotency-Key": "a"}).json() == booked.json()
    assert clinic.post(TAKEN, json={"visit_id": "V04"}, headers={"Idempotency-Key": "b"}).status_code == 409


def test_moving_frees_the_old_time_and_nobody_elses(clinic: TestClient) -> None:
    assert clinic.post(f"{TAKEN}/V22/moves", json={"visit_id": "V01"}).status_code == 404
    assert clinic.post(f"{TAKEN}/V20/moves", json={"visit_id": "V01"}).json()["id"] == "V01"
    assert ids(clinic.get(TAKEN).json()) == ["V01", "V21"]
    assert clinic.post(f"{TAKEN}/V21/cancellations").json() == {"cancelled": True}
    assert ids(clinic.get(TAKEN).json()) == ["V01"]


def test_a_prescription_is_repeated_while_there_are_repeats(clinic: TestClient) -> None:
    orders = "/clinic/patients/P1001/prescriptions/R502/orders"
    assert clinic.post(orders).json() == {"ready_on": "2026-11-25"}
    assert clinic.post(orders).status_code == 409
    assert clinic.post("/clinic/patients/P1004/prescriptions/R504/orders").status_code == 409
