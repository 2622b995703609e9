"""What is kept of a call at the carrier's edge: who calls whom, facts, decisions, and stream tokens that were used.

Every write is an insert that a repetition turns into nothing, so a callback that comes twice, or a process that is
killed and started again, changes nothing that was kept.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlalchemy import Float, Integer, String, Text, delete, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from interactions.facts import CallFact, Decision, FactKind, Step
from interactions.transfer import TransferRequest
from interactions.vocabulary import TransferReason
from models.errors import FirstlineError
from records.call_table import CallRow
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
    transfer_reason: Mapped[str | None] = mapped_column(String(32))
    pii_transfer_summary: Mapped[str | None] = mapped_column(Text)


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
class KnownCall:
    """All that is kept of a call at one moment."""

    call: KeptCall | None = None
    """Who calls whom; None when nobody told yet."""
    facts: tuple[CallFact, ...] = ()
    """All facts, in the order in which they became known."""
    decisions: tuple[Decision, ...] = ()
    """All decisions, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advanced:
    """What one unit of work made of a call."""

    before: KnownCall
    """What was known before."""
    known: KnownCall
    """What is known now."""
    decision: Decision | None = None
    """The answer to the question, an earlier one when it was asked before; None without one."""


Decide = Callable[[KnownCall], Decision | None]
"""Makes the decision of a question from what is known; None when there is nothing to keep."""


class CallRepository:
    """Reads and writes; blocking (a few ms), thread-safe."""

    def __init__(self, database: Database):
        """Use a database whose tables exist."""
        self._database = database

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

    def abandoned_calls(self, created_before_s: float, limit: int = 200) -> list[KeptCall]:
        """Calls that are over at the carrier but not in their log, oldest first: whoever was to write that is gone."""
        query = (
            select(CarrierCallRow)
            .join(CallRow, CallRow.interaction_id == CarrierCallRow.call_id)
            .where(CallRow.ended.is_(None), CarrierCallRow.ended.is_(True), CarrierCallRow.created_s < created_before_s)
            .order_by(CarrierCallRow.created_s)
            .limit(limit)
        )
        with self._reading() as session:
            return [_kept_call(row) for row in session.scalars(query)]

    def advance(
        self,
        call_id: str,
        *,
        now_s: float,
        facts: Sequence[CallFact] = (),
        ends_call: bool = False,
        opens: KeptCall | None = None,
        question: str = "",
        decide: Decide | None = None,
    ) -> Advanced:
        """Read what is known of a call, keep what is new, and answer a question about it once, all in one unit.

        Args:
            call_id: The call.
            now_s: Unix time.
            facts: What is known now.
            ends_call: Whether they mean that the call is over at the carrier.
            opens: A call that is not kept yet; kept when the question has an answer.
            question: Which question is to be answered, if any. Its first answer is kept and given ever after.
            decide: Answers it, knowing the new facts and the new call.
        """
        with self._writing(call_id) as session:
            row = session.get(CarrierCallRow, call_id)
            before = _known(session, call_id, row)
            news = [fact for fact in dict.fromkeys(facts) if fact not in before.facts]
            session.add_all(_fact_row(call_id, fact, now_s) for fact in news)
            if row is not None and ends_call:
                row.ended = True
            known = replace(before, facts=(*before.facts, *news))
            decision = next((made for made in before.decisions if made.question == question), None)
            if decision is None and decide is not None:
                opened = replace(known, call=known.call or opens)
                decision = decide(opened)
                if decision is not None:
                    known = replace(opened, decisions=(*opened.decisions, decision))
                    session.add(_decision_row(call_id, decision))
                    if row is None and opens is not None:
                        session.add(CarrierCallRow(**{name: getattr(opens, name) for name in KeptCall.__slots__}))
            return Advanced(before=before, known=known, decision=decision)

    def known(self, call_id: str) -> KnownCall:
        """All that is kept of a call."""
        with self._reading() as session:
            return _known(session, call_id, session.get(CarrierCallRow, call_id))

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


def _known(session: Session, call_id: str, row: CarrierCallRow | None) -> KnownCall:
    return KnownCall(
        call=_kept_call(row) if row else None,
        facts=_facts(session, call_id),
        decisions=_decisions(session, call_id),
    )


def _facts(session: Session, call_id: str) -> tuple[CallFact, ...]:
    rows = session.scalars(select(CallFactRow).where(CallFactRow.call_id == call_id).order_by(CallFactRow.noted_s))
    return tuple(_fact(row) for row in rows)


def _fact(row: CallFactRow) -> CallFact:
    transfer = None
    if row.transfer_reason is not None:
        reason = TransferReason(row.transfer_reason)
        transfer = TransferRequest(reason=reason, summary=row.pii_transfer_summary or "")
    return CallFact(kind=FactKind(row.kind), number=row.number, detail=row.detail, transfer=transfer)


def _fact_row(call_id: str, fact: CallFact, now_s: float) -> CallFactRow:
    return CallFactRow(
        call_id=call_id,
        kind=fact.kind,
        number=fact.number,
        detail=fact.detail,
        noted_s=now_s,
        transfer_reason=fact.transfer.reason if fact.transfer else None,
        pii_transfer_summary=fact.transfer.summary if fact.transfer else None,
    )


def _decisions(session: Session, call_id: str) -> tuple[Decision, ...]:
    query = select(CallDecisionRow).where(CallDecisionRow.call_id == call_id).order_by(CallDecisionRow.decided_s)
    return tuple(
        Decision(question=row.question, step=Step(row.step), number=row.number, decided_s=row.decided_s)
        for row in session.scalars(query)
    )


def _decision_row(call_id: str, made: Decision) -> CallDecisionRow:
    return CallDecisionRow(
        call_id=call_id, question=made.question, step=made.step, number=made.number, decided_s=made.decided_s
    )


def _kept_call(row: CarrierCallRow) -> KeptCall:
    return KeptCall(**{name: getattr(row, name) for name in KeptCall.__slots__})
