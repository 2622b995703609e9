"""The back offices' HTTP interface: the shop's own, and beside it those of the other sample lines."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel, Field
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.sandbox.clinic import add_clinic, clinic_data
from service.sandbox.database import AddressChange, Base, Order, Refund, Ticket, euros, open_database, sample_data
from service.sandbox.hotel import add_hotel, hotel_data
from service.sandbox.once import Answer, Key, Words, once
from service.sandbox.utility import add_utility, utility_data

_REFUND_DAYS = 4
_REPLACEMENT_DAYS = 3
_CANCELLED = "cancelled"
"""Why the money of a cancelled order goes back."""


class RefundRequest(BaseModel):
    """Send money back for an order."""

    amount: Annotated[Decimal, Field(gt=0, decimal_places=2)]
    reason: Words


class DuplicateRefundRequest(BaseModel):
    """Send back what was charged twice."""

    amount: Annotated[Decimal, Field(gt=0, decimal_places=2)]


class AddressRequest(BaseModel):
    """Deliver somewhere else."""

    address: Words


class ReplacementRequest(BaseModel):
    """Send it again for free."""

    reason: Words


class TicketRequest(BaseModel):
    """Something for the team to read."""

    subject: Words
    message: Words
    callback_number: str = ""


class BackOffice:
    """What the back office does, each change in one transaction with the answer that its key stands for."""

    def __init__(self, engine: Engine, today: Callable[[], date]):
        self.engine = engine
        self._today = today

    def order(self, number: str) -> Answer:
        """One order."""
        with Session(self.engine) as session, session.begin():
            order = _order(session, number)
            return {
                "found": True,
                "number": order.number,
                "status": order.status,
                "items": order.items,
                "total": euros(order.total_cents),
                "address": order.address,
                "arrives_on": order.arrives_on and order.arrives_on.isoformat(),
                "delivered_on": order.delivered_on and order.delivered_on.isoformat(),
                "refunded": order.refunded_cents >= order.total_cents,
            }

    def payments(self, number: str) -> Answer:
        """What was taken for an order, and how much of it too often."""
        with Session(self.engine) as session, session.begin():
            order = _order(session, number)
            duplicate = 0 if order.duplicate_refunded else (order.charges - 1) * order.total_cents
            return {"found": True, "charges": order.charges, "duplicate": euros(duplicate)}

    def refund(self, session: Session, number: str, request: RefundRequest) -> Answer:
        """Refund an order, in part or whole, never more than was paid."""
        order = _order(session, number)
        cents = int(request.amount * 100)
        if order.refunded_cents + cents > order.total_cents:
            raise HTTPException(409, "more than was paid")
        order.refunded_cents += cents
        return self._refunded(session, order, cents, request.reason)

    def refund_duplicate(self, session: Session, number: str, request: DuplicateRefundRequest) -> Answer:
        """Refund the charges beyond the first, once."""
        order = _order(session, number)
        cents = int(request.amount * 100)
        if order.duplicate_refunded or cents != (order.charges - 1) * order.total_cents:
            raise HTTPException(409, "no such duplicate charge")
        order.duplicate_refunded = True
        return self._refunded(session, order, cents, "charged twice")

    def cancel(self, session: Session, number: str) -> Answer:
        """Cancel an order that has not left yet; its money goes back."""
        order = _order(session, number)
        if order.status != "processing":
            raise HTTPException(409, f"the order is {order.status}")
        cents = order.total_cents - order.refunded_cents
        order.status, order.refunded_cents = "cancelled", order.total_cents
        order.arrives_on = None
        refund = self._refunded(session, order, cents, _CANCELLED)
        return {"cancelled": True, "refund": refund["amount"]}

    def reopen(self, session: Session, number: str) -> Answer:
        """Take a cancellation back; the order is sent after all, and its money stays."""
        order = _order(session, number)
        cancelled = session.query(Refund).filter_by(order_number=number, reason=_CANCELLED).one_or_none()
        if order.status != "cancelled" or cancelled is None:
            raise HTTPException(409, f"the order is {order.status}")
        order.status, order.refunded_cents = "processing", order.refunded_cents - cancelled.amount_cents
        order.arrives_on = self._today() + timedelta(days=_REPLACEMENT_DAYS)
        cancelled.amount_cents, cancelled.reason = 0, "cancellation taken back"
        return {"reopened": True}

    def change_address(self, session: Session, number: str, request: AddressRequest) -> Answer:
        """Deliver an order that has not left yet somewhere else."""
        order = _order(session, number)
        if order.status != "processing":
            raise HTTPException(409, f"the order is {order.status}")
        session.add(AddressChange(order_number=number, before=order.address, after=request.address))
        order.address = request.address
        return {"changed": True}

    def replace(self, session: Session, number: str, request: ReplacementRequest) -> Answer:
        """Send an order again."""
        order = _order(session, number)
        arrives = self._today() + timedelta(days=_REPLACEMENT_DAYS)
        again = f"{number}-R"
        if session.get(Order, again) is not None:
            raise HTTPException(409, "a replacement was sent already")
        session.add(
            Order(
                number=again,
                customer_id=order.customer_id,
                items=order.items,
                total_cents=0,
                status="processing",
                address=order.address,
                arrives_on=arrives,
            )
        )
        return {"replacement_order": again, "arrives_on": arrives.isoformat()}

    def open_ticket(self, session: Session, request: TicketRequest) -> Answer:
        """Write something down for the team."""
        ticket = Ticket(subject=request.subject, message=request.message, callback_number=request.callback_number)
        session.add(ticket)
        session.flush()
        return {"ticket_number": str(1000 + ticket.number)}

    def once(self, key: str | None, request: tuple[str, ...], change: Callable[[Session], Answer]) -> Answer:
        """Carry out a change, or give the answer it got the first time its key was used."""
        return once(self.engine, key, request, change)

    def _refunded(self, session: Session, order: Order, cents: int, reason: str) -> Answer:
        arrives = self._today() + timedelta(days=_REFUND_DAYS)
        count = session.query(Refund).count() + 1
        refund = Refund(
            id=f"R{count:05d}", order_number=order.number, amount_cents=cents, reason=reason, arrives_on=arrives
        )
        session.add(refund)
        return {"refund_id": refund.id, "amount": euros(cents), "arrives_on": arrives.isoformat()}


def _order(session: Session, number: str) -> Order:
    order = session.get(Order, number)
    if order is None:
        raise HTTPException(404, "no such order")
    return order


def all_samples(today: date) -> Iterator[Base]:
    """The sample data of every line."""
    yield from sample_data(today)
    yield from clinic_data(today)
    yield from utility_data(today)
    yield from hotel_data(today)


def create_app(database_path: Path, today: Callable[[], date] = date.today) -> FastAPI:
    """The back office on a database file.

    Args:
        database_path: SQLite file; made and filled with sample data when it is new.
        today: The current day.
    """
    office = BackOffice(open_database(database_path, today(), all_samples), today)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        office.engine.dispose()

    app = FastAPI(title="Back offices of the sample lines (sandbox)", lifespan=lifespan)
    app.state.office = office
    _add_orders(app, office)
    _add_changes(app, office)
    add_clinic(app, office.engine, today)
    add_utility(app, office.engine, today)
    add_hotel(app, office.engine, today)
    return app


def _add_orders(app: FastAPI, office: BackOffice) -> None:
    @app.get("/health")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/orders/{number}")
    def get_order(number: str) -> Answer:
        return office.order(number)

    @app.get("/orders/{number}/payments")
    def get_payments(number: str) -> Answer:
        return office.payments(number)


def _add_changes(app: FastAPI, office: BackOffice) -> None:
    @app.post("/orders/{number}/refunds")
    def refund(number: str, request: RefundRequest, key: Key = None) -> Answer:
        what = ("refund", number, request.model_dump_json())
        return office.once(key, what, lambda session: office.refund(session, number, request))

    @app.post("/orders/{number}/duplicate-refunds")
    def refund_duplicate(number: str, request: DuplicateRefundRequest, key: Key = None) -> Answer:
        what = ("refund_duplicate", number, request.model_dump_json())
        return office.once(key, what, lambda session: office.refund_duplicate(session, number, request))

    @app.post("/orders/{number}/cancellations")
    def cancel(number: str, key: Key = None) -> Answer:
        return office.once(key, ("cancel", number), lambda session: office.cancel(session, number))

    @app.post("/orders/{number}/reopenings")
    def reopen(number: str, key: Key = None) -> Answer:
        return office.once(key, ("reopen", number), lambda session: office.reopen(session, number))

    @app.post("/orders/{number}/address")
    def change_address(number: str, request: AddressRequest, key: Key = None) -> Answer:
        what = ("address", number, request.model_dump_json())
        return office.once(key, what, lambda session: office.change_address(session, number, request))

    @app.post("/orders/{number}/replacements")
    def replace(number: str, request: ReplacementRequest, key: Key = None) -> Answer:
        what = ("replace", number, request.model_dump_json())
        return office.once(key, what, lambda session: office.replace(session, number, request))

    @app.post("/tickets")
    def open_ticket(request: TicketRequest, key: Key = None) -> Answer:
        what = ("ticket", request.model_dump_json())
        return office.once(key, what, lambda session: office.open_ticket(session, request))
