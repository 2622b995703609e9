"""The sandbox's database, and in it the shop's tables and sample data."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy import Date, Engine, ForeignKey, create_engine, event, exists, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase):
    """Base of all tables."""


class Customer(Base):
    """Somebody who ordered."""

    __tablename__ = "customers"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str]
    phone: Mapped[str]


class Order(Base):
    """An order."""

    __tablename__ = "orders"

    number: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    customer: Mapped[Customer] = relationship()
    items: Mapped[str]
    total_cents: Mapped[int]
    status: Mapped[str]
    """``processing``, ``shipped``, ``delayed``, ``delivered`` or ``cancelled``."""
    address: Mapped[str]
    arrives_on: Mapped[date | None]
    delivered_on: Mapped[date | None]
    charges: Mapped[int] = mapped_column(default=1)
    """How often the total was taken from the card."""
    refunded_cents: Mapped[int] = mapped_column(default=0)
    duplicate_refunded: Mapped[bool] = mapped_column(default=False)


class Refund(Base):
    """Money sent back."""

    __tablename__ = "refunds"

    id: Mapped[str] = mapped_column(primary_key=True)
    order_number: Mapped[str] = mapped_column(ForeignKey("orders.number"))
    amount_cents: Mapped[int]
    reason: Mapped[str]
    arrives_on: Mapped[date]


class AddressChange(Base):
    """A delivery address that was changed, with what it was before."""

    __tablename__ = "address_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_number: Mapped[str] = mapped_column(ForeignKey("orders.number"))
    before: Mapped[str]
    after: Mapped[str]


class Ticket(Base):
    """A complaint or message for the team."""

    __tablename__ = "tickets"

    number: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str]
    message: Mapped[str]
    callback_number: Mapped[str]


class Answered(Base):
    """A request that was carried out, and its answer: what makes a repeated key harmless."""

    __tablename__ = "answered"

    key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[str]
    response: Mapped[str]


class SampleDay(Base):
    """The day that the sample data's dates go by."""

    __tablename__ = "sample_day"

    day: Mapped[date] = mapped_column(primary_key=True)


_CUSTOMERS = (
    (1, "Maeve Byrne", "maeve.byrne@mail.example", "+353871234567"),
    (2, "Oisin Kelly", "oisin.kelly@mail.example", "+353861234568"),
    (3, "Sofia Lindqvist", "sofia.lindqvist@mail.example", "+46701234567"),
)
_ADDRESSES = {1: "4 Harbour Road, Howth", 2: "27 Castle Street, Sligo", 3: "Parkgatan 9, Gothenburg"}
_ORDERS = (
    # number, customer, items, cents, status, arrives in days, delivered days ago, charges
    ("4027", 1, "linen apron", 2999, "shipped", 2, None, 1),
    ("5512", 1, "Fern lantern", 4850, "delivered", None, 5, 1),
    ("6038", 2, "king size duvet", 12900, "processing", 4, None, 1),
    ("7194", 2, "ceramic vase", 3900, "delivered", None, 60, 1),
    ("3391", 2, "set of six glasses", 6400, "delivered", None, 12, 2),
    ("8260", 3, "oak shelf", 8900, "delayed", 6, None, 1),
    ("2745", 3, "wool blanket", 7900, "cancelled", None, None, 1),
    ("9150", 3, "linen sheets", 15900, "delivered", None, 3, 1),
    ("4028", 1, "pair of cushions", 5600, "processing", 3, None, 1),
    ("1806", 2, "Moss lantern", 5200, "delivered", None, 1, 1),
)


def sample_data(today: date) -> Iterator[Base]:
    """Ten orders of three customers of the shop, the same every time but for the dates."""
    for identity, name, email, phone in _CUSTOMERS:
        yield Customer(id=identity, name=name, email=email, phone=phone)
    for number, customer, items, cents, status, arrives, delivered, charges in _ORDERS:
        yield Order(
            number=number,
            customer_id=customer,
            items=items,
            total_cents=cents,
            status=status,
            address=_ADDRESSES[customer],
            arrives_on=today + timedelta(days=arrives) if arrives is not None else None,
            delivered_on=today - timedelta(days=delivered) if delivered is not None else None,
            charges=charges,
            refunded_cents=cents if status == "cancelled" else 0,
        )


def open_database(path: Path, today: date, sample: Callable[[date], Iterable[Base]] = sample_data) -> Engine:
    """Open the database file, made and filled with the sample data when it is new.

    Args:
        path: SQLite file.
        today: The day that the sample data's dates go by; an older file's dates are moved to it.
        sample: What there is on a day at first.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 5})
    event.listen(engine, "connect", _use_own_transactions)
    event.listen(engine, "begin", _begin)
    Base.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        made = session.scalar(select(SampleDay))
        if made is None:
            session.add(SampleDay(day=today))
        elif made.day != today:
            _move_dates(session, made, today)
        # An older file may lack the tables of a line that came later.
        rows = list(sample(today))
        kinds = {type(row) for row in rows}
        empty = {kind for kind in kinds if not session.scalar(select(exists().select_from(kind)))}
        session.add_all(row for row in rows if type(row) in empty)
    return engine


def _move_dates(session: Session, sample: SampleDay, today: date) -> None:
    """Keep an old file useful: what was delivered five days ago on its first day is so today."""
    by = today - sample.day
    for mapper in Base.registry.mappers:
        days = [column.key for column in mapper.columns if isinstance(column.type, Date) and not column.primary_key]
        for row in session.scalars(select(mapper)) if days else ():
            for name in days:
                day = getattr(row, name)
                setattr(row, name, day and day + by)
    session.delete(sample)
    session.flush()
    session.add(SampleDay(day=today))


def _use_own_transactions(connection: object, _record: object) -> None:
    # The driver would begin a transaction only before the first write; two refunds could then read the same row.
    connection.isolation_level = None  # type: ignore[attr-defined]


def _begin(connection: object) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")  # type: ignore[attr-defined]


def euros(cents: int) -> str:
    """Cents as a decimal string: ``"29.99"``."""
    return str((Decimal(cents) / 100).quantize(Decimal("0.01")))
