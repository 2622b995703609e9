"""The dialogue: a pure function from a state and a fact to what to say, expect and do next.

Every method takes the state of the last turn that was kept, returns a new one, and touches nothing else; it takes well
under a millisecond. Whatever happens, the turn says something or does something, and a human is one sentence away.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from dialogue import flow, repair, troubles
from dialogue.answers import take_turn
from dialogue.draft import Draft
from dialogue.heard import Fate, cut_off, heard_to_end, on_their_way
from dialogue.knowledge import KnowledgeBase
from dialogue.lines.types import Line
from dialogue.missed import tell_lost_outcomes, tell_untold_outcome, undo_goodbye
from dialogue.state import DialogueState, Open, WaitingForModel, WaitingForTool
from dialogue.state_json import LineChangedError, facts_of, from_json, to_json
from dialogue.tool_calls import tool_returned
from dialogue.transferring import MESSAGE, message_playbook, take_message
from dialogue.types import CallerTurn, DialogueTurn, ToolOutcome
from dialogue.undoing import take_back, undone
from interactions.context import CallContext, Purpose
from interactions.events.lifecycle import Fault
from interactions.vocabulary import Component, Handling, ReplySource
from models.errors import FirstlineError


class Dialogue:
    """The conversation of one line; holds nothing of any call, so all calls share it."""

    def __init__(
        self, line: Line, knowledge: KnowledgeBase | None = None, *, model: bool = False, written: bool = False
    ):
        """Make the dialogue of a line.

        Args:
            line: From `load_line`.
            knowledge: Its articles, indexed; by default by words alone.
            model: Whether a language model is there to be asked what no playbook covers.
            written: Whether the customer reads what is said, as in a chat, and nobody hears anything.
        """
        self.line = line
        self._knowledge = knowledge or KnowledgeBase(line.articles, line.language.search)
        self._playbooks = {**line.playbooks, MESSAGE: message_playbook(line, written=written)}
        self._model = model
        self._written = written

    def start(
        self, context: CallContext, now: datetime, previous: DialogueState | Mapping[str, Any] | None = None
    ) -> DialogueTurn:
        """The first words of a stream.

        Args:
            context: What is known of the call.
            now: Time with zone; without one, the line's own.
            previous: For a stream that is not the call's first, the state that was kept last or its serial form. One
                that cannot be read, or no longer fits the line, begins anew with the facts that are still good; the
                turn's facts tell the fault.
        """
        previous, faults = self._recall(previous)
        turn = self._begin(context, now, previous)
        return replace(turn, facts=(*faults, *turn.facts)) if faults else turn

    def to_json(self, state: DialogueState) -> dict[str, Any]:
        """The serial form of a state, for `start` in whichever process goes on with the call. Personal data."""
        return to_json(state, self._playbooks)

    def from_json(self, plain: Mapping[str, Any]) -> DialogueState:
        """The state behind a serial form.

        Raises:
            FirstlineError: It is of another version, no serial form, or of a line that was changed since; see
                `dialogue.state_json.from_json`.
        """
        return from_json(plain, self.line, self._playbooks)

    def caller_said(self, state: DialogueState, turn: CallerTurn) -> DialogueTurn:
        """The caller said or typed something."""
        return self._caught_up(state, lambda d: take_turn(d, turn))

    def tool_returned(self, state: DialogueState, outcome: ToolOutcome) -> DialogueTurn:
        """A tool came back, or gave up. One that nobody waits for any more changes nothing."""
        pending = state.pending
        if not isinstance(pending, WaitingForTool) or pending.call.action_id != outcome.action_id:
            return self._unchanged(state)

        def act(d: Draft) -> None:
            if pending.undoes is not None:
                undone(d, pending.undoes, outcome)
                return
            tool_returned(d, pending.call, outcome)
            if pending.called_back:
                take_back(d)

        return self._turn(state, act)

    def model_answered(self, state: DialogueState, text: str | None) -> DialogueTurn:
        """The language model answered, or None when it was slow, wrong in format or down."""
        pending = state.pending
        if not isinstance(pending, WaitingForModel):
            return self._unchanged(state)
        return self._turn(state, lambda d: repair.model_answered(d, text, pending))

    def silent(self, state: DialogueState, checks: int) -> DialogueTurn:
        """Nobody said anything for a while; ``checks`` counts from 1."""
        return self._caught_up(state, lambda d: troubles.silent(d, checks))

    def fault(self, state: DialogueState, code: str) -> DialogueTurn:
        """Something of ours failed: apologise and ask again; the second time, bring a human.

        Args:
            state: The state of the last turn.
            code: The typed error code, for the case summary.
        """
        return self._caught_up(state, lambda d: troubles.failed(d, code))

    def time_up(self, state: DialogueState) -> DialogueTurn:
        """The conversation has lasted as long as it may: a goodbye that is heard to its end, and nothing after it."""
        return self._caught_up(state, troubles.time_up)

    def aloud(self, turn: DialogueTurn) -> DialogueTurn:
        """The replies of a turn are being spoken: none counts as heard before `heard` tells of it."""
        numbers = frozenset(reply.number for reply in turn.replies)
        return replace(turn, state=replace(turn.state, sayings=on_their_way(turn.state.sayings, numbers)))

    def heard(self, state: DialogueState, number: int) -> DialogueState:
        """The reply of this number was heard to its end; one that is remembered no more changes nothing."""
        return replace(state, sayings=heard_to_end(state.sayings, number))

    def interrupted(self, state: DialogueState, played_text: str) -> DialogueState:
        """The caller cut in: what was not heard whole is lost, and the history keeps what was played.

        Args:
            state: The state of the last turn.
            played_text: What was played of its replies; where they are spoken, of those that were not heard whole.
        """
        spoken = any(saying.fate is Fate.COMING for saying in state.sayings)
        whole = [saying.text for saying in state.sayings if spoken and saying.fate is Fate.HEARD]
        history = list(state.history)
        for index in range(len(history) - 1, -1, -1):
            if history[index][0] == "bot":
                history[index] = ("bot", " ".join((*whole, played_text.strip())).strip())
                break
        kept = tuple(entry for entry in history if entry[1])
        return replace(state, history=kept, sayings=cut_off(state.sayings, played_text))

    def _recall(
        self, previous: DialogueState | Mapping[str, Any] | None
    ) -> tuple[DialogueState | None, tuple[Fault, ...]]:
        """The state to go on from, and what was wrong with it."""
        if previous is None or isinstance(previous, DialogueState):
            return previous, ()
        try:
            return self.from_json(previous), ()
        except LineChangedError as error:
            state: DialogueState | None = facts_of(error.state, self.line, self._playbooks)
            code = error.code
        except FirstlineError as error:
            state, code = None, error.code
        return state, (Fault(code=code, component=Component.DIALOGUE, handled=Handling.WENT_ON),)

    def _begin(self, context: CallContext, now: datetime, previous: DialogueState | None) -> DialogueTurn:
        local = self.line.hours.local(now)
        fresh = DialogueState(
            call_id=context.call_id,
            caller_number=context.pii_caller_number,
            caller_verified=context.caller_verified,
            today=local.date(),
            clock=local.time().replace(second=0, microsecond=0, tzinfo=None),
            team_open=self.line.hours.is_open(now),
        )
        if previous:
            # The call may have gone on past closing time, or midnight.
            previous = replace(previous, today=fresh.today, clock=fresh.clock, team_open=fresh.team_open)
            if any(saying.fate is Fate.COMING for saying in previous.sayings):
                # What was on its way went down with the stream.
                previous = self.interrupted(previous, "")
        match context.purpose:
            case Purpose.RESUME:
                return self._caught_up(previous or fresh, troubles.resumed if previous else troubles.resumed_unknown)
            case Purpose.TAKE_MESSAGE:
                alone = replace(previous or fresh, transfer_failed=True)
                return self._caught_up(alone, lambda d: take_message(d, d.phrase("nobody_free")))
            case Purpose.ANSWER:
                greeting = self.line.greeting if fresh.team_open else self.line.greeting_closed
                return self._turn(fresh, lambda d: d.ask(greeting, Open(), ReplySource.GREETING))

    def _turn(self, state: DialogueState, act: Callable[[Draft], None]) -> DialogueTurn:
        """One turn from its first word to its last: nothing that was begun in it can be left undone."""
        d = self._draft(state)
        act(d)
        flow.finish(d)
        tell_untold_outcome(d)
        return d.turn()

    def _caught_up(self, state: DialogueState, act: Callable[[Draft], None]) -> DialogueTurn:
        """One turn, with what the caller has missed before it."""

        def whole(d: Draft) -> None:
            undo_goodbye(d)
            act(d)
            flow.finish(d)
            tell_lost_outcomes(d)

        return self._turn(state, whole)

    def _unchanged(self, state: DialogueState) -> DialogueTurn:
        return DialogueTurn(state=state, expects=self._draft(state).expects, pace=state.pace)

    def _draft(self, state: DialogueState) -> Draft:
        return Draft(self.line, self._knowledge, self._playbooks, state, model=self._model, written=self._written)
