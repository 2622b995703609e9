"""What is kept of a call at the carrier's edge: who calls whom, facts, decisions, and stream tokens that were used.

Every write is an insert that a repetition turns into nothing, so a callback that comes twice, or a process that is
killed and started again, changes nothing that was kept.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Float, Integer, String, delete, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.errors import FirstlineError
from records.database import Base, Database


class CarrierCallRow(Base):
    """One call at the carrier."""

    __tablename__ = "carrier_calls"

    call_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    line: Mapped[str] = mapped_column(String(64))
    pii_caller_number: Mapped[str] = mapped_column(String(32))
    called_number: Mapped[str] = mapped_column(String(32))
    caller_verified: Mapped[bool]
    created_s: Mapped[float] = mapped_column(Float, index=True)
    ended: Mapped[bool] = mapped_column(default=False, index=True)


class CallFactRow(Base):
    """One fact about a call."""

    __tablename__ = "carrier_call_facts"

    call_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    detail: Mapped[str] = mapped_column(String(64), primary_key=True)
    noted_s: Mapped[float]


class CallDecisionRow(Base):
    """One answer given to a question of the carrier."""

    __tablename__ = "carrier_call_decisions"

    call_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    question: Mapped[str] = mapped_column(String(64), primary_key=True)
    step: Mapped[str] = mapped_column(String(32))
    number: Mapped[int]
    decided_s: Mapped[float]


class UsedTokenRow(Base):
    """One stream token that was used, kept until it would have expired anyway."""

    __tablename__ = "used_stream_tokens"

    token_id: Mapped[str] = mapped_column(String(128), primary_key=True)
    expires_s: Mapped[float] = mapped_column(Float, index=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCall:
    """Who calls whom."""

    call_id: str
    """The carrier's call."""
    line: str
    """The line that answers."""
    pii_caller_number: str
    """E.164, or empty when withheld."""
    called_number: str
    """E.164."""
    caller_verified: bool
    """Whether the network vouches for the caller's number."""
    created_s: float
    """Unix time of the first webhook, s."""
    ended: bool = False
    """Whether the carrier reported the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFact:
    """One fact, as words: `telephony.call_state` knows what they mean."""

    kind: str
    """What is known."""
    number: int
    """Which stream or dial, or 0."""
    detail: str
    """The case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDecision:
    """One decision, as words: `telephony.call_state` knows what they mean."""

    question: str
    """Which question of the carrier."""
    step: str
    """What the carrier was told."""
    number: int
    """Which stream or dial it opens, or 0."""
    decided_s: float
    """Unix time, s."""


Decide = Callable[[list[KeptFact], list[KeptDecision]], KeptDecision | None]
"""Makes the decision of a question from what is kept; None when there is nothing to keep."""


class CallRepository:
    """Reads and writes; blocking (a few ms), thread-safe."""

    def __init__(self, database: Database):
        """Use a database whose tables exist."""
        self._database = database

    def open_call(self, call: KeptCall) -> KeptCall:
        """Keep a new call; returns what is kept, which is the earlier one when it was known already."""
        with self._writing(call.call_id) as session:
            row = session.get(CarrierCallRow, call.call_id)
            if row is None:
                session.add(CarrierCallRow(**{name: getattr(call, name) for name in KeptCall.__slots__}))
                return call
            return _kept_call(row)

    def call(self, call_id: str) -> KeptCall | None:
        """The call, if it is known."""
        with self._reading() as session:
            row = session.get(CarrierCallRow, call_id)
            return _kept_call(row) if row else None

    def open_calls(self, created_before_s: float, limit: int = 200) -> list[KeptCall]:
        """Calls without an end that began before a time, oldest first."""
        query = (
            select(CarrierCallRow)
            .where(CarrierCallRow.ended.is_(False), CarrierCallRow.created_s < created_before_s)
            .order_by(CarrierCallRow.created_s)
            .limit(limit)
        )
        with self._reading() as session:
            return [_kept_call(row) for row in session.scalars(query)]

    def note(self, call_id: str, fact: KeptFact, now_s: float, *, ends_call: bool = False) -> bool:
        """Keep a fact.

        Args:
            call_id: The call.
            fact: What is known now.
            now_s: Unix time.
            ends_call: Whether the fact means that the call is over.

        Returns:
            False when it was known already.
        """
        with self._writing(call_id) as session:
            if session.get(CallFactRow, (call_id, fact.kind, fact.number, fact.detail)) is not None:
                return False
            session.add(
                CallFactRow(call_id=call_id, kind=fact.kind, number=fact.number, detail=fact.detail, noted_s=now_s)
            )
            call = session.get(CarrierCallRow, call_id) if ends_call else None
            if call is not None:
                call.ended = True
            return True

    def facts(self, call_id: str) -> list[KeptFact]:
        """All that is known of a call."""
        with self._reading() as session:
            return _facts(session, call_id)

    def decisions(self, call_id: str) -> list[KeptDecision]:
        """All that was decided for a call, in order."""
        with self._reading() as session:
            return _decisions(session, call_id)

    def decide(self, call_id: str, question: str, decide: Decide) -> KeptDecision | None:
        """Answer a question of the carrier once: the first decision is kept and given again ever after."""
        with self._writing(call_id) as session:
            row = session.get(CallDecisionRow, (call_id, question))
            if row is not None:
                return _kept_decision(row)
            decision = decide(_facts(session, call_id), _decisions(session, call_id))
            if decision is not None:
                session.add(
                    CallDecisionRow(
                        call_id=call_id,
                        question=question,
                        step=decision.step,
                        number=decision.number,
                        decided_s=decision.decided_s,
                    )
                )
            return decision

    def use_token(self, token_id: str, expires_s: float, now_s: float) -> bool:
        """Use up a token.

        Args:
            token_id: Identifies it; not secret.
            expires_s: Unix time from which on it is refused anyway.
            now_s: Unix time.

        Returns:
            False when it was used before.
        """
        with self._writing(token_id) as session:
            session.execute(delete(UsedTokenRow).where(UsedTokenRow.expires_s < now_s - 3600))
            if session.get(UsedTokenRow, token_id) is not None:
                return False
            session.add(UsedTokenRow(token_id=token_id, expires_s=expires_s))
            return True

    @contextmanager
    def _writing(self, key: str) -> Iterator[Session]:
        with _typed_errors(), self._database.transaction(key) as session:
            yield session

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        with _typed_errors(), self._database.session() as session:
            yield session


@contextmanager
def _typed_errors() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        # Another process wrote the same at the same moment (only where the database has no single writer).
        raise FirstlineError(
            "store_conflict", "The same call was written twice at once; the carrier's retry will find it."
        ) from error
    except SQLAlchemyError as error:
        raise FirstlineError(
            "store_failed", "The state of a call could not be kept; check the database's disk and connection."
        ) from error


def _facts(session: Session, call_id: str) -> list[KeptFact]:
    rows = session.scalars(select(CallFactRow).where(CallFactRow.call_id == call_id).order_by(CallFactRow.noted_s))
    return [KeptFact(kind=row.kind, number=row.number, detail=row.detail) for row in rows]


def _decisions(session: Session, call_id: str) -> list[KeptDecision]:
    query = select(CallDecisionRow).where(CallDecisionRow.call_id == call_id).order_by(CallDecisionRow.decided_s)
    return [_kept_decision(row) for row in session.scalars(query)]


def _kept_decision(row: CallDecisionRow) -> KeptDecision:
    return KeptDecision(question=row.question, step=row.step, number=row.number, decided_s=row.decided_s)


def _kept_call(row: CarrierCallRow) -> KeptCall:
    return KeptCall(**{name: getattr(row, name) for name in KeptCall.__slots__})
