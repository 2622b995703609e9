"""The way of a call between carrier and conversation: asks the pure rules, keeps what they say, knows who is on.

A thin shell around `telephony.call_state` and `telephony.admission`: the database is used in a worker thread, with a
deadline, and every decision is kept before the carrier hears of it. What a question brings along, its answer and what
is known of the call are read, decided and written in one unit.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from interactions.context import CallContext, CallOutcome
from interactions.facts import CallFact, Decision, FactKind, Step
from interactions.vocabulary import EndedReason
from models.errors import FirstlineError
from records.calls import Advanced, KeptCall, KnownCall
from telephony.admission import CARRIER
from telephony.call_state import (
    Limits,
    has_ended,
    next_number,
    question_after_dial,
    question_after_stream,
    question_voice,
    step_after_dial,
    step_after_stream,
)
from telephony.edge import TelephoneEdge
from telephony.edge_log import EdgeLog
from telephony.ports import CallControl, CarrierStatus

STORE_DEADLINE_S = 5.0
"""Longest time that the state of a call may take to be read or kept; the carrier waits 15 s for an answer."""

T = TypeVar("T")
Rule = Callable[[KnownCall], Step]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the carrier is told, and of whom."""

    decision: Decision
    """What comes next."""
    call: KeptCall | None
    """Who calls whom; None when nobody told."""


class CallFlow:
    """Answers the carrier's questions about calls; each may bring facts along."""

    def __init__(self, edge: TelephoneEdge):
        """Work for an edge."""
        self._edge = edge
        self._limits = Limits(resumes=edge.settings.resume_attempts, dials=edge.settings.dial_attempts)
        self._log = EdgeLog(edge.sink, edge.wall_s)

    async def arrived(self, call: KeptCall, *facts: CallFact) -> Answer:
        """A call came in: answer it or say that all lines are busy.

        Raises:
            FirstlineError: code ``"store_failed"`` or ``"store_slow"``.
        """
        busy = self._edge.admission.admit(call.call_id, CARRIER)
        step = Step.BUSY if busy else Step.ANSWER
        answered = False
        try:
            answer = await self._ask(call.call_id, facts, question_voice(), lambda known: step, opens=call)
            answered = answer.decision.step is Step.ANSWER
        finally:
            if not answered:
                self._edge.active.release(call.call_id)
        if answer.decision.step is Step.BUSY:
            self._edge.counters.add("call_busy", busy.value if busy else "")
        return answer

    async def after_stream(self, call_id: str, number: int, *facts: CallFact) -> Answer:
        """A media stream is over: what next?

        Raises:
            FirstlineError: code ``"store_failed"`` or ``"store_slow"``.
        """

        def rule(known: KnownCall) -> Step:
            human = bool(known.call and self._edge.lines.human_number(known.call.line))
            return step_after_stream(number, known.facts, known.decisions, human=human, limits=self._limits)

        answer = await self._ask(call_id, facts, question_after_stream(number), rule)
        self._edge.counters.add("after_stream", answer.decision.step.value)
        return answer

    async def after_dial(self, call_id: str, number: int, result: str, *facts: CallFact) -> Answer:
        """A dialled human answered or did not: what next?

        Raises:
            FirstlineError: code ``"store_failed"`` or ``"store_slow"``.
        """

        def rule(known: KnownCall) -> Step:
            usable = all(d.step is not Step.APOLOGISE_AND_DIAL or d.number != number for d in known.decisions)
            return step_after_dial(number, known.facts, known.decisions, usable=usable)

        dialled = CallFact(kind=FactKind.DIAL_ENDED, number=number, detail=result)
        answer = await self._ask(call_id, (*facts, dialled), question_after_dial(number), rule)
        self._edge.counters.add("after_dial", answer.decision.step.value)
        return answer

    async def note(self, call_id: str, *facts: CallFact) -> None:
        """Keep facts; a call that has ended loses its media session.

        Raises:
            FirstlineError: code ``"store_failed"`` or ``"store_slow"``.
        """
        await self._advance(call_id, facts)

    def stream_was_all(self, context: CallContext, outcome: CallOutcome) -> None:
        """A call that no carrier follows is over with its media stream."""
        self._log.stream_only(context, outcome.reason)

    async def use_token(self, token_id: str, expires_s: float) -> bool:
        """Use up a stream token; False when it was used before."""
        now_s = self._edge.wall_s()
        return await self._store(lambda: self._edge.calls.use_token(token_id, expires_s, now_s))

    async def call(self, call_id: str) -> KeptCall | None:
        """The call, if it is known."""
        return await self._store(lambda: self._edge.calls.call(call_id))

    async def reconcile(self, control: CallControl) -> int:
        """Look up old calls without an end at the carrier; returns how many turned out to be over.

        Callbacks are sent at best effort, so without this a lost one would leave a call open for ever. So would, in the
        log, a process that died before it told the end of its stream.
        """
        before_s = self._edge.wall_s() - self._edge.settings.reconcile_after_s
        closed = 0
        for call in await self._store(lambda: self._edge.calls.abandoned_calls(before_s)):
            known = await self._store(partial(self._edge.calls.known, call.call_id))
            self._log.abandoned(call.call_id, known)
        for call in await self._store(lambda: self._edge.calls.open_calls(before_s)):
            status = await control.status(call.call_id)
            # What the carrier does not know any more is over, too.
            status = CarrierStatus.COMPLETED if status is None else status
            if status.ended:
                await self.note(call.call_id, CallFact(kind=FactKind.CARRIER_STATUS, detail=status.value))
                closed += 1
        return closed

    async def _ask(
        self, call_id: str, facts: tuple[CallFact, ...], question: str, rule: Rule, *, opens: KeptCall | None = None
    ) -> Answer:
        """Answer a question; a call that has ended is to be hung up, whatever is asked about it."""
        now_s = float(int(self._edge.wall_s()))

        def decide(known: KnownCall) -> Decision | None:
            if has_ended(known.facts):
                return None
            step = rule(known)
            number = next_number(step, known.decisions)
            return Decision(question=question, step=step, number=number, decided_s=now_s)

        advanced = await self._advance(call_id, facts, question=question, decide=decide, opens=opens)
        made = None if has_ended(advanced.known.facts) else advanced.decision
        nothing_more = Decision(question=question, step=Step.HANG_UP, number=0, decided_s=now_s)
        return Answer(decision=made or nothing_more, call=advanced.known.call)

    async def _advance(
        self,
        call_id: str,
        facts: tuple[CallFact, ...],
        *,
        question: str = "",
        decide: Callable[[KnownCall], Decision | None] | None = None,
        opens: KeptCall | None = None,
    ) -> Advanced:
        """One unit of reading, deciding and writing; then what it means for the log and for who is on."""
        now_s, ended = self._edge.wall_s(), has_ended(facts)
        advanced = await self._store(
            lambda: self._edge.calls.advance(
                call_id, now_s=now_s, facts=facts, ends_call=ended, opens=opens, question=question, decide=decide
            )
        )
        self._log.advanced(call_id, advanced)
        if ended:
            self._edge.active.release(call_id)
            self._edge.active.end(call_id, EndedReason.CALLER_HUNG_UP)
        return advanced

    async def _store(self, work: Callable[[], T]) -> T:
        try:
            async with asyncio.timeout(STORE_DEADLINE_S):
                try:
                    return await asyncio.to_thread(work)
                except FirstlineError as error:
                    if error.code != "store_conflict":
                        raise
                # Another process wrote the same first; now it can be read.
                return await asyncio.to_thread(work)
        except TimeoutError as error:
            raise FirstlineError(
                "store_slow", "The state of a call could not be kept in time; look at the database's disk."
            ) from error
