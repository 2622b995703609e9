"""The hotel's back office: rooms by night, bookings by code, what guests ask for."""

from collections.abc import Callable, Iterator
from datetime import date, time, timedelta

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy import Engine, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from service.sandbox.database import Base, euros
from service.sandbox.once import Answer, Key, Words, once

_FREE_UNTIL_DAYS = 2
"""So many days before arrival a booking can be cancelled for nothing."""
_FIRST_CODE = 4100


class Room(Base):
    """A kind of room."""

    __tablename__ = "hotel_rooms"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    night_cents: Mapped[int]
    sleeps: Mapped[int]
    left: Mapped[int]
    """Rooms of this kind that are free on every night."""


class Booking(Base):
    """A stay."""

    __tablename__ = "hotel_bookings"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    room: Mapped[str]
    arrival: Mapped[date]
    nights: Mapped[int]
    total_cents: Mapped[int]
    status: Mapped[str] = mapped_column(default="booked")
    """``booked`` or ``cancelled``."""
    arrives_at: Mapped[time | None]
    plate: Mapped[str] = mapped_column(default="")
    """Number plate of the car that has a place in the garage."""


class BookingRequest(BaseModel):
    """Take a room."""

    room_id: Words
    arrival: date
    nights: int
    name: Words
    phone: str = ""


class ArrivalRequest(BaseModel):
    """Come at a time."""

    arrives_at: time


class ParkingRequest(BaseModel):
    """Keep a place in the garage."""

    plate: Words


_ROOMS = (
    ("single", "a single room", 8900, 1, 4),
    ("double", "a double room to the courtyard", 12900, 2, 3),
    ("river", "a double room with a river view", 16500, 2, 1),
    ("family", "a family room", 19900, 4, 2),
    ("suite", "the tower suite", 28900, 3, 1),
)
_BOOKINGS = (
    ("HK4021", "Ingrid Solberg", "a double room with a river view", 3, 2, 33000),
    ("HK4035", "Daniel Meyer", "a single room", 1, 1, 8900),
    ("HK4050", "Aoife Brennan", "a family room", 20, 4, 79600),
)


def hotel_data(today: date) -> Iterator[Base]:
    """Rooms and stays, the same every time but for the dates."""
    for identity, name, cents, sleeps, left in _ROOMS:
        yield Room(id=identity, name=name, night_cents=cents, sleeps=sleeps, left=left)
    for code, guest, room, days, nights, cents in _BOOKINGS:
        arrival = today + timedelta(days=days)
        yield Booking(code=code, name=guest, room=room, arrival=arrival, nights=nights, total_cents=cents)


def add_hotel(app: FastAPI, engine: Engine, today: Callable[[], date]) -> None:
    """Add the hotel's routes, below ``/hotel``."""
    _add_lookups(app, engine, today)
    _add_stays(app, engine)
    _add_wishes(app, engine)


def _add_lookups(app: FastAPI, engine: Engine, today: Callable[[], date]) -> None:
    @app.get("/hotel/rooms")
    def rooms(arrival: date, nights: int, guests: int) -> Answer:
        with Session(engine) as session:
            fitting = select(Room).where(Room.left > 0, Room.sleeps >= guests).order_by(Room.night_cents)
            return {
                "rooms": [
                    {"id": room.id, "name": room.name, "total": euros(room.night_cents * nights)}
                    for room in session.scalars(fitting)
                ]
            }

    @app.get("/hotel/bookings/{code}")
    def booking(code: str) -> Answer:
        with Session(engine) as session:
            found = _booking(session, code)
            return {
                "found": True,
                "name": found.name,
                "room": found.room,
                "arrival": found.arrival.isoformat(),
                "nights": found.nights,
                "total": euros(found.total_cents),
                "status": found.status,
                "free_of_charge": (found.arrival - today()).days >= _FREE_UNTIL_DAYS,
            }


def _add_stays(app: FastAPI, engine: Engine) -> None:
    @app.post("/hotel/bookings")
    def book(request: BookingRequest, key: Key = None) -> Answer:
        def take(session: Session) -> Answer:
            room = session.get(Room, request.room_id)
            if room is None or room.left == 0:
                raise HTTPException(409, "there is no such room left")
            room.left -= 1
            code = f"HK{_FIRST_CODE + session.query(Booking).count()}"
            total = room.night_cents * request.nights
            stay = Booking(
                code=code,
                name=request.name,
                room=room.name,
                arrival=request.arrival,
                nights=request.nights,
                total_cents=total,
            )
            session.add(stay)
            return {"code": code, "total": euros(total)}

        return once(engine, key, ("hotel_book", request.model_dump_json()), take)

    @app.post("/hotel/bookings/{code}/cancellations")
    def cancel(code: str, key: Key = None) -> Answer:
        def free(session: Session) -> Answer:
            stay = _open(session, code)
            stay.status = "cancelled"
            room = session.scalar(select(Room).where(Room.name == stay.room))
            if room is not None:
                room.left += 1
            return {"cancelled": True}

        return once(engine, key, ("hotel_cancel", code), free)


def _add_wishes(app: FastAPI, engine: Engine) -> None:
    @app.post("/hotel/bookings/{code}/arrival")
    def arrival(code: str, request: ArrivalRequest, key: Key = None) -> Answer:
        def note(session: Session) -> Answer:
            _open(session, code).arrives_at = request.arrives_at
            return {"arrives_at": request.arrives_at.isoformat("minutes")}

        return once(engine, key, ("hotel_arrival", code, request.model_dump_json()), note)

    @app.post("/hotel/bookings/{code}/parking")
    def parking(code: str, request: ParkingRequest, key: Key = None) -> Answer:
        def keep(session: Session) -> Answer:
            _open(session, code).plate = request.plate
            return {"kept": True}

        return once(engine, key, ("hotel_parking", code, request.model_dump_json()), keep)


def _booking(session: Session, code: str) -> Booking:
    stay = session.get(Booking, code)
    if stay is None:
        raise HTTPException(404, "no such booking")
    return stay


def _open(session: Session, code: str) -> Booking:
    stay = _booking(session, code)
    if stay.status != "booked":
        raise HTTPException(409, "the booking was cancelled")
    return stay
