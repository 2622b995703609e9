"""The way of a call between carrier and conversation: asks the pure rules, keeps what they say, knows who is on.

A thin shell around `telephony.call_state` and `telephony.admission`: the database is used in a worker thread, with a
deadline, and every decision is kept before the carrier hears of it.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import TypeVar

from interactions.facts import CallFact, Decision, FactKind, Step
from interactions.vocabulary import EndedReason
from models.errors import FirstlineError
from records.calls import KeptCall, KeptDecision, KeptFact
from telephony.admission import CARRIER
from telephony.call_state import (
    Limits,
    derive_state,
    next_number,
    question_after_dial,
    question_after_stream,
    question_voice,
    step_after_dial,
    step_after_stream,
)
from telephony.edge import TelephoneEdge
from telephony.ports import CallControl, CarrierStatus

logger = logging.getLogger(__name__)

STORE_DEADLINE_S = 5.0
"""Longest time that the state of a call may take to be read or kept; the carrier waits 15 s for an answer."""

T = TypeVar("T")


class CallFlow:
    """Answers the carrier's questions about calls."""

    def __init__(self, edge: TelephoneEdge):
        """Work for an edge."""
        self._edge = edge
        self._limits = Limits(resumes=edge.settings.resume_attempts, dials=edge.settings.dial_attempts)

    async def arrived(self, call: KeptCall) -> Decision:
        """A call came in: answer it or say that all lines are busy.

        Raises:
            FirstlineError: code ``"store_failed"`` or ``"store_slow"``.
        """
        busy = self._edge.admission.admit(call.call_id, CARRIER)
        answered = False
        try:
            if not await self._store(lambda: self._opened(call)):
                return Decision(question=question_voice(), step=Step.HANG_UP, number=0, decided_s=self._edge.wall_s())
            step = Step.BUSY if busy else Step.ANSWER
            decision = await self._decide(call.call_id, question_voice(), lambda facts, made: step)
            answered = decision.step is Step.ANSWER
        finally:
            if not answered:
                self._edge.active.release(call.call_id)
        if not answered:
            self._edge.counters.add("call_busy", busy.value if busy else "")
        return decision

    async def after_stream(self, call_id: str, number: int) -> Decision:
        """A media stream is over: what next?

        Raises:
            FirstlineError: code ``"store_failed"`` or ``"store_slow"``.
        """
        human = bool(await self.human_number(call_id))
        decision = await self._decide(
            call_id,
            question_after_stream(number),
            lambda facts, made: step_after_stream(number, facts, made, human=human, limits=self._limits),
        )
        self._edge.counters.add("after_stream", decision.step.value)
        return decision

    async def after_dial(self, call_id: str, number: int, result: str) -> Decision:
        """A dialled human answered or did not: what next?

        Raises:
            FirstlineError: code ``"store_failed"`` or ``"store_slow"``.
        """
        await self.note(call_id, CallFact(kind=FactKind.DIAL_ENDED, number=number, detail=result))

        def rule(facts: list[CallFact], made: list[Decision]) -> Step:
            usable = all(d.step is not Step.APOLOGISE_AND_DIAL or d.number != number for d in made)
            return step_after_dial(number, facts, made, usable=usable)

        decision = await self._decide(call_id, question_after_dial(number), rule)
        self._edge.counters.add("after_dial", decision.step.value)
        return decision

    async def note(self, call_id: str, fact: CallFact) -> None:
        """Keep a fact; a call that has ended loses its media session.

        Raises:
            FirstlineError: code ``"store_failed"`` or ``"store_slow"``.
        """
        ended = fact.kind is FactKind.CARRIER_STATUS and CarrierStatus(fact.detail).ended
        kept = KeptFact(kind=fact.kind.value, number=fact.number, detail=fact.detail)
        now_s = self._edge.wall_s()
        if await self._store(lambda: self._edge.calls.note(call_id, kept, now_s, ends_call=ended)):
            self._edge.on_fact(call_id, fact)
        if ended:
            self._edge.active.release(call_id)
            self._edge.active.end(call_id, EndedReason.CALLER_HUNG_UP)

    async def human_number(self, call_id: str) -> str:
        """The human behind the line of a call, or ``""``."""
        call = await self._store(lambda: self._edge.calls.call(call_id))
        return self._edge.lines.human_number(call.line) if call else ""

    async def use_token(self, token_id: str, expires_s: float) -> bool:
        """Use up a stream token; False when it was used before."""
        now_s = self._edge.wall_s()
        return await self._store(lambda: self._edge.calls.use_token(token_id, expires_s, now_s))

    async def call(self, call_id: str) -> KeptCall | None:
        """The call, if it is known."""
        return await self._store(lambda: self._edge.calls.call(call_id))

    async def reconcile(self, control: CallControl) -> int:
        """Look up old calls without an end at the carrier; returns how many turned out to be over.

        Callbacks are sent at best effort, so without this a lost one would leave a call open for ever.
        """
        before_s = self._edge.wall_s() - self._edge.settings.reconcile_after_s
        closed = 0
        for call in await self._store(lambda: self._edge.calls.open_calls(before_s)):
            status = await control.status(call.call_id)
            # What the carrier does not know any more is over, too.
            status = CarrierStatus.COMPLETED if status is None else status
            if status.ended:
                await self.note(call.call_id, CallFact(kind=FactKind.CARRIER_STATUS, detail=status.value))
                closed += 1
        return closed

    def _opened(self, call: KeptCall) -> bool:
        """Keep a new call, unless its end was reported already. Blocking."""
        if derive_state(map(_fact, self._edge.calls.facts(call.call_id))).ended:
            return False
        self._edge.calls.open_call(call)
        return True

    async def _decide(
        self, call_id: str, question: str, rule: Callable[[list[CallFact], list[Decision]], Step]
    ) -> Decision:
        now_s = float(int(self._edge.wall_s()))
        new: list[KeptDecision] = []

        def decide(kept_facts: list[KeptFact], kept: list[KeptDecision]) -> KeptDecision | None:
            facts, made = [_fact(f) for f in kept_facts], [_decision(d) for d in kept]
            if derive_state(facts).ended:
                return None
            step = rule(facts, made)
            number = next_number(step, made)
            new[:] = [KeptDecision(question=question, step=step.value, number=number, decided_s=now_s)]
            return new[0]

        kept = await self._store(lambda: self._edge.calls.decide(call_id, question, decide))
        if kept is None:
            return Decision(question=question, step=Step.HANG_UP, number=0, decided_s=now_s)
        decision = _decision(kept)
        if kept in new:
            self._edge.on_decision(call_id, decision)
        return decision

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


def _fact(kept: KeptFact) -> CallFact:
    return CallFact(kind=FactKind(kept.kind), number=kept.number, detail=kept.detail)


def _decision(kept: KeptDecision) -> Decision:
    return Decision(question=kept.question, step=Step(kept.step), number=kept.number, decided_s=kept.decided_s)
