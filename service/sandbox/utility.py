"""The energy supplier's back office: accounts, meter readings, bills and instalments, outages, technicians."""

from collections.abc import Callable, Iterator
from datetime import date, time, timedelta

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy import Engine, ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from service.sandbox.database import Base, euros
from service.sandbox.once import Answer, Key, Words, once

_MOST_USED = 5000
"""Units between two readings; more is a reading that somebody has to look at."""


class Account(Base):
    """A household that is supplied."""

    __tablename__ = "utility_accounts"

    number: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    postcode: Mapped[str]
    meter: Mapped[str]
    reading: Mapped[int]
    """What the meter showed last."""
    due_cents: Mapped[int]
    """What is still to be paid of the last bill."""
    due_on: Mapped[date | None]
    months: Mapped[int] = mapped_column(default=1)
    """In how many instalments it is paid."""
    closes_on: Mapped[date | None]
    """The last day of supply, where one was named."""


class Outage(Base):
    """An area without power."""

    __tablename__ = "utility_outages"

    postcode: Mapped[str] = mapped_column(primary_key=True)
    cause: Mapped[str]
    back_at: Mapped[time]
    reports: Mapped[int] = mapped_column(default=0)


class Technician(Base):
    """A time at which a technician can come."""

    __tablename__ = "utility_technicians"

    id: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date]
    time: Mapped[time]
    account_number: Mapped[str | None] = mapped_column(ForeignKey("utility_accounts.number"))


class ReadingRequest(BaseModel):
    """What a meter shows."""

    reading: int


class PlanRequest(BaseModel):
    """Pay in instalments."""

    months: int


class ClosingRequest(BaseModel):
    """End the supply."""

    last_day: date
    forwarding_address: Words


class OutageQuestion(BaseModel):
    """Where there is no power."""

    postcode: Words


class TechnicianRequest(BaseModel):
    """A technician's time."""

    visit_id: Words


_ACCOUNTS = (
    # number, name, postcode, meter, reading, due cents, due in days
    ("204811", "Ruth Delgado", "68104", "4471902", 18320, 14275, 9),
    ("310556", "Marcus Hale", "68131", "5590217", 40215, 0, None),
    ("407290", "Linh Tran", "68104", "6120034", 7733, 38600, -4),
    ("550183", "Oscar Beck", "51501", "7008851", 25604, 9120, 20),
)
_OUTAGES = (("68131", "a fallen tree on the line", "16:30"), ("51501", "a fault at the substation", "21:15"))
_TECHNICIANS = (
    ("T1", 1, "08:00"),
    ("T2", 1, "13:30"),
    ("T3", 2, "09:30"),
    ("T4", 3, "15:00"),
    ("T5", 7, "10:00"),
)


def utility_data(today: date) -> Iterator[Base]:
    """Accounts, outages and technicians, the same every time but for the dates."""
    for number, name, postcode, meter, reading, due, days in _ACCOUNTS:
        due_on = today + timedelta(days=days) if days is not None else None
        yield Account(
            number=number, name=name, postcode=postcode, meter=meter, reading=reading, due_cents=due, due_on=due_on
        )
    for postcode, cause, back in _OUTAGES:
        yield Outage(postcode=postcode, cause=cause, back_at=time.fromisoformat(back))
    for identity, days, at in _TECHNICIANS:
        yield Technician(id=identity, day=today + timedelta(days=days), time=time.fromisoformat(at))


def add_utility(app: FastAPI, engine: Engine, today: Callable[[], date]) -> None:
    """Add the supplier's routes, below ``/utility``."""
    _add_lookups(app, engine, today)
    _add_changes(app, engine)
    _add_visits(app, engine)


def _add_lookups(app: FastAPI, engine: Engine, today: Callable[[], date]) -> None:
    @app.get("/utility/accounts/{number}")
    def account(number: str, postcode: str) -> Answer:
        with Session(engine) as session:
            found = _account(session, number)
            if found.postcode != postcode[:5]:
                raise HTTPException(404, "no such account")
            return {"name": found.name, "meter": found.meter}

    @app.get("/utility/accounts/{number}/bill")
    def bill(number: str) -> Answer:
        with Session(engine) as session:
            found = _account(session, number)
            plans = [{"months": n, "monthly": euros(-(-found.due_cents // n))} for n in (2, 3, 6, 12)]
            return {
                "due": euros(found.due_cents),
                "due_on": found.due_on and found.due_on.isoformat(),
                "overdue": found.due_on is not None and found.due_on < today(),
                "months": found.months,
                "plans": plans if found.due_cents and found.months == 1 else [],
            }

    @app.post("/utility/outages/search")
    def outage(where: OutageQuestion) -> Answer:
        with Session(engine) as session:
            found = session.get(Outage, where.postcode[:5])
            if found is None:
                return {"known": False, "cause": None, "back_at": None}
            return {"known": True, "cause": found.cause, "back_at": found.back_at.isoformat("minutes")}

    @app.get("/utility/technicians")
    def technicians() -> Answer:
        with Session(engine) as session:
            free = select(Technician).where(Technician.account_number.is_(None))
            ordered = session.scalars(free.order_by(Technician.day, Technician.time))
            return {"visits": [_told(visit) for visit in ordered]}


def _add_changes(app: FastAPI, engine: Engine) -> None:
    @app.post("/utility/accounts/{number}/readings")
    def submit(number: str, request: ReadingRequest, key: Key = None) -> Answer:
        def keep(session: Session) -> Answer:
            account = _account(session, number)
            used = request.reading - account.reading
            if not 0 <= used <= _MOST_USED:
                return {"taken": False, "used": 0}
            account.reading = request.reading
            return {"taken": True, "used": used}

        return once(engine, key, ("utility_reading", number, request.model_dump_json()), keep)

    @app.post("/utility/accounts/{number}/plans")
    def plan(number: str, request: PlanRequest, key: Key = None) -> Answer:
        def agree(session: Session) -> Answer:
            account = _account(session, number)
            if not account.due_cents or account.months > 1:
                raise HTTPException(409, "there is nothing to divide")
            account.months = request.months
            return {"months": request.months, "monthly": euros(-(-account.due_cents // request.months))}

        return once(engine, key, ("utility_plan", number, request.model_dump_json()), agree)

    @app.post("/utility/accounts/{number}/closings")
    def close(number: str, request: ClosingRequest, key: Key = None) -> Answer:
        def end(session: Session) -> Answer:
            _account(session, number).closes_on = request.last_day
            return {"last_day": request.last_day.isoformat()}

        return once(engine, key, ("utility_closing", number, request.model_dump_json()), end)

    @app.post("/utility/outages/{postcode}/reports")
    def report(postcode: str, key: Key = None) -> Answer:
        def count(session: Session) -> Answer:
            outage = session.get(Outage, postcode[:5])
            if outage is None:
                outage = Outage(postcode=postcode[:5], cause="reported by customers", back_at=time(20), reports=0)
                session.add(outage)
            outage.reports += 1
            return {"number": f"7{postcode[:5]}{outage.reports:02}"}

        return once(engine, key, ("utility_report", postcode), count)


def _add_visits(app: FastAPI, engine: Engine) -> None:
    @app.post("/utility/accounts/{number}/technicians")
    def book(number: str, request: TechnicianRequest, key: Key = None) -> Answer:
        def take(session: Session) -> Answer:
            _account(session, number)
            visit = session.get(Technician, request.visit_id)
            if visit is None or visit.account_number is not None:
                raise HTTPException(409, "the time is taken")
            visit.account_number = number
            return _told(visit)

        return once(engine, key, ("utility_technician", number, request.model_dump_json()), take)


def _account(session: Session, number: str) -> Account:
    account = session.get(Account, number)
    if account is None:
        raise HTTPException(404, "no such account")
    return account


def _told(visit: Technician) -> Answer:
    return {"id": visit.id, "day": visit.day.isoformat(), "time": visit.time.isoformat("minutes")}
