"""One conversation with a line in text: each thing a caller does, run to all that is said and done about it."""

from dataclasses import dataclass
from datetime import datetime

from dialogue.expectation import Expectation
from dialogue.runtime import LineRuntime
from dialogue.state import DialogueState
from dialogue.turn_loop import Say, TurnCommit, TurnLoop
from dialogue.types import CallerTurn, DialogueAction, DialogueTurn, Reply
from dialogue.understanding import Understood
from interactions.context import CallContext
from interactions.events.base import Body


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What the line made of one thing that the caller did."""

    replies: tuple[Reply, ...]
    """What it says, in order."""
    state: DialogueState
    """Where the dialogue stands."""
    expects: Expectation
    """What it waits for."""
    actions: tuple[DialogueAction, ...] = ()
    """A hand-over, a message, the end."""
    facts: tuple[Body, ...] = ()
    """For the log: slots filled, tools called."""
    outcomes: tuple[str, ...] = ()
    """The first thing said after each change of the world: what became of it."""

    @property
    def text(self) -> str:
        """All that is said."""
        return " ".join(reply.text for reply in self.replies)


class TextTalk:
    """A conversation in progress."""

    def __init__(self, runtime: LineRuntime, *, filler_after_s: float = 2.0):
        """Nothing is said before `start`.

        Args:
            runtime: The line.
            filler_after_s: Wait for a tool before its filler is said, s.
        """
        self._runtime = runtime
        self._dialogue = runtime.dialogue
        self._filler_after_s = filler_after_s
        self._state: DialogueState | None = None
        self._expects = Expectation()
        self._words_before = 0
        """Words of the last answer that were said before the turn that ended it: before a tool was back."""
        self.understood: Understood | None = None
        """The sense of the caller's last words."""

    async def start(self, context: CallContext, now: datetime) -> Answered:
        """The line's first words.

        Args:
            context: The call.
            now: Time with zone; without one, the line's own.
        """
        return await self._run(self._dialogue.start(context, now))

    async def say(self, text: str, *, confidence: float = 1.0, anger: float = 0.0) -> Answered:
        """The caller says something.

        Args:
            text: As a recogniser writes it.
            confidence: How sure the recogniser is, 0 to 1.
            anger: How angry the caller has been lately, 0 to 1.
        """
        sense = await self._runtime.understand(text, self._expects.asked) if text.strip() else None
        self.understood = sense
        turn = CallerTurn(
            text=text,
            confidence=confidence,
            intents=sense.intents if sense else None,
            reading=sense.reading if sense else None,
            anger=anger,
        )
        return await self._run(self._dialogue.caller_said(self._state, turn))

    async def press(self, keys: str) -> Answered:
        """The caller types ``0-9*#``."""
        return await self._run(self._dialogue.caller_said(self._state, CallerTurn(text="", keys=keys)))

    async def stay_silent(self, checks: int) -> Answered:
        """The caller says nothing for a while; ``checks`` counts from 1."""
        return await self._run(self._dialogue.silent(self._state, checks))

    def cut_in(self, played: str) -> None:
        """The caller begins to speak when only this much of all that was just said was played."""
        of_last_turn = played.split()[self._words_before :]
        self._state = self._dialogue.interrupted(self._state, " ".join(of_last_turn))

    async def _run(self, first: DialogueTurn) -> Answered:
        replies: list[Reply] = []
        actions: list[DialogueAction] = []
        facts: list[Body] = []
        outcomes: list[str] = []
        settled = False
        async for step in TurnLoop(self._runtime, filler_after_s=self._filler_after_s).run(first):
            match step:
                case Say(reply=reply):
                    replies.append(reply)
                    if settled:
                        outcomes.append(reply.text)
                        settled = False
                case TurnCommit(turn=turn):
                    facts.extend(step.facts)
                    settled |= step.change_settled
                    if turn is not None:
                        self._state, self._expects = turn.state, turn.expects
                        self._words_before = sum(len(reply.text.split()) for reply in replies)
                        actions.extend(turn.actions)
        assert self._state is not None
        return Answered(
            replies=tuple(replies),
            state=self._state,
            expects=self._expects,
            actions=tuple(actions),
            facts=tuple(facts),
            outcomes=tuple(outcomes),
        )
