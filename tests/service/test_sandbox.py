from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from service.sandbox import create_app

TODAY = date(2026, 11, 23)
REFUND = {"amount": "48.50", "reason": "damaged"}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(create_app(tmp_path / "sandbox.db", today=lambda: TODAY)) as client:
        yield client


def key(name: str) -> dict[str, str]:
    return {"Idempotency-Key": f"key-{name}"}


def test_an_order_is_told_with_its_dates_and_money(shop: TestClient) -> None:
    assert shop.get("/orders/4027").json() == {
        "found": True,
        "number": "4027",
        "status": "shipped",
        "items": "linen apron",
        "total": "29.99",
        "address": "4 Harbour Road, Howth",
        "arrives_on": "2026-11-25",
        "delivered_on": None,
        "refunded": False,
    }


def test_an_unknown_order_is_not_found(shop: TestClient) -> None:
    assert shop.get("/orders/0000").status_code == 404
    assert shop.post("/orders/0000/refunds", json=REFUND, headers=key("none")).status_code == 404


def test_a_refund_changes_the_order(shop: TestClient) -> None:
    answer = shop.post("/orders/5512/refunds", json=REFUND, headers=key("first")).json()
    assert answer == {"refund_id": "R00001", "amount": "48.50", "arrives_on": "2026-11-27"}
    assert shop.get("/orders/5512").json()["refunded"] is True


def test_the_same_key_refunds_once_and_answers_the_same(shop: TestClient) -> None:
    first = shop.post("/orders/5512/refunds", json=REFUND, headers=key("same"))
    second = shop.post("/orders/5512/refunds", json=REFUND, headers=key("same"))
    assert (second.status_code, second.json()) == (200, first.json())


def test_many_at_once_with_one_key_refund_once(shop: TestClient) -> None:
    def refund(_: int) -> tuple[int, str]:
        response = shop.post("/orders/5512/refunds", json=REFUND, headers=key("race"))
        return response.status_code, response.text

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(refund, range(16)))
    assert len(answers) == 1
    assert next(iter(answers))[0] == 200


def test_a_key_cannot_be_used_for_another_request(shop: TestClient) -> None:
    shop.post("/orders/5512/refunds", json=REFUND, headers=key("one"))
    other = shop.post("/orders/5512/refunds", json={**REFUND, "amount": "1.00"}, headers=key("one"))
    assert other.status_code == 422


def test_no_more_is_refunded_than_was_paid(shop: TestClient) -> None:
    assert shop.post("/orders/5512/refunds", json={**REFUND, "amount": "48.51"}).status_code == 409
    assert shop.post("/orders/5512/refunds", json={**REFUND, "amount": "-1"}).status_code == 422
    assert shop.post("/orders/5512/refunds", json=REFUND).status_code == 200
    assert shop.post("/orders/5512/refunds", json={**REFUND, "amount": "0.01"}).status_code == 409


def test_only_an_order_that_has_not_left_is_cancelled_or_sent_elsewhere(shop: TestClient) -> None:
    assert shop.post("/orders/4027/cancellations", json={}).status_code == 409
    assert shop.post("/orders/4027/address", json={"address": "1 New Road"}).status_code == 409
    assert shop.post("/orders/4028/address", json={"address": "1 New Road"}).json() == {"changed": True}
    assert shop.get("/orders/4028").json()["address"] == "1 New Road"
    assert shop.post("/orders/4028/cancellations", json={}).json() == {"cancelled": True, "refund": "56.00"}
    assert shop.get("/orders/4028").json()["status"] == "cancelled"


def test_a_second_charge_is_sent_back_once(shop: TestClient) -> None:
    assert shop.get("/orders/3391/payments").json() == {"found": True, "charges": 2, "duplicate": "64.00"}
    assert shop.post("/orders/3391/duplicate-refunds", json={"amount": "64.00"}).status_code == 200
    assert shop.get("/orders/3391/payments").json()["duplicate"] == "0.00"
    assert shop.post("/orders/3391/duplicate-refunds", json={"amount": "64.00"}).status_code == 409


def test_a_replacement_is_a_new_order_once(shop: TestClient) -> None:
    answer = shop.post("/orders/5512/replacements", json={"reason": "damaged"}).json()
    assert answer == {"replacement_order": "5512-R", "arrives_on": "2026-11-26"}
    assert shop.get("/orders/5512-R").json()["status"] == "processing"
    assert shop.post("/orders/5512/replacements", json={"reason": "damaged"}).status_code == 409


def test_tickets_are_numbered(shop: TestClient) -> None:
    body = {"subject": "Complaint", "message": "It took weeks."}
    assert shop.post("/tickets", json=body, headers=key("t1")).json() == {"ticket_number": "1001"}
    assert shop.post("/tickets", json=body, headers=key("t2")).json() == {"ticket_number": "1002"}
    assert shop.post("/tickets", json=body, headers=key("t1")).json() == {"ticket_number": "1001"}


def test_changes_outlive_a_restart_and_dates_move_with_the_day(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.db"
    with TestClient(create_app(path, today=lambda: TODAY)) as shop:
        shop.post("/orders/5512/refunds", json=REFUND)
    with TestClient(create_app(path, today=lambda: TODAY + timedelta(days=100))) as shop:
        order = shop.get("/orders/5512").json()
    assert order["refunded"] is True
    assert order["delivered_on"] == (TODAY + timedelta(days=95)).isoformat()
