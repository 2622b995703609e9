from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from service.sandbox import create_app

TODAY = date(2026, 11, 23)
STAY = {"room_id": "river", "arrival": "2026-12-12", "nights": 3, "name": "Nora Quinn"}


@pytest.fixture
def hotel(tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(create_app(tmp_path / "sandbox.db", today=lambda: TODAY)) as client:
        yield client


def free(hotel: TestClient) -> list[str]:
    asked = {"arrival": "2026-12-12", "nights": 3, "guests": 2}
    return [room["id"] for room in hotel.get("/hotel/rooms", params=asked).json()["rooms"]]


def test_a_room_is_booked_for_as_long_as_there_is_one(hotel: TestClient) -> None:
    assert free(hotel) == ["double", "river", "family", "suite"]
    booked = hotel.post("/hotel/bookings", json=STAY, headers={"Idempotency-Key": "a"}).json()
    assert booked == {"code": "HK4103", "total": "495.00"}
    assert hotel.post("/hotel/bookings", json=STAY, headers={"Idempotency-Key": "a"}).json() == booked
    assert hotel.post("/hotel/bookings", json=STAY).status_code == 409
    assert free(hotel) == ["double", "family", "suite"]


def test_a_cancelled_stay_gives_its_room_back_once(hotel: TestClient) -> None:
    booked = hotel.post("/hotel/bookings", json=STAY).json()["code"]
    assert hotel.post(f"/hotel/bookings/{booked}/cancellations").json() == {"cancelled": True}
    assert hotel.post(f"/hotel/bookings/{booked}/cancellations").status_code == 409
    assert "river" in free(hotel)
    assert hotel.get(f"/hotel/bookings/{booked}").json()["status"] == "cancelled"


def test_arrival_and_parking_are_kept_with_a_booking_that_stands(hotel: TestClient) -> None:
    arrival = hotel.post("/hotel/bookings/HK4021/arrival", json={"arrives_at": "22:30"})
    assert arrival.json() == {"arrives_at": "22:30"}
    assert hotel.post("/hotel/bookings/HK4021/parking", json={"plate": "191D1234"}).json() == {"kept": True}
    assert hotel.post("/hotel/bookings/HK9999/parking", json={"plate": "191D1234"}).status_code == 404
