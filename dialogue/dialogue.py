"""The dialogue: a pure function from a state and a fact to what to say, expect and do next.

Every method takes the state of the last turn that was kept, returns a new one, and touches nothing else; it takes well
under a millisecond. Whatever happens, the turn says something or does something, and a human is one sentence away.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from dialogue import flow, requests
from dialogue.answers import take_turn
from dialogue.draft import Draft
from dialogue.knowledge import KnowledgeBase
from dialogue.lines.types import Line
from dialogue.state import ConfirmingCall, DialogueState, Ended, Open, Transferring, WaitingForModel, WaitingForTool
from dialogue.state_json import LineChangedError, facts_of, from_json, to_json
from dialogue.transferring import MESSAGE, in_message, keep_unfinished_message, message_playbook, take_message, transfer
from dialogue.types import CallerTurn, DialogueTurn, EndCall, ToolOutcome
from interactions.context import CallContext, Purpose
from interactions.events.lifecycle import Fault
from interactions.vocabulary import Component, EndedReason, Handling, ReplySource, TransferReason
from models.errors import FirstlineError

_LAST_CHECK = 3
_PROPOSAL_PLAYED = 0.7
"""Share of a proposal that must have been played for a yes to count."""


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
        state = DialogueState(
            call_id=context.call_id,
            caller_number=context.pii_caller_number,
            caller_verified=context.caller_verified,
            today=self.line.hours.local(now).date(),
            team_open=self.line.hours.is_open(now),
        )
        match context.purpose:
            case Purpose.RESUME:
                return self._resume(previous, state)
            case Purpose.TAKE_MESSAGE:
                d = self._draft(replace(previous or state, transfer_failed=True))
                return self._nobody_there(d)
            case Purpose.ANSWER:
                d = self._draft(state)
                d.ask(
                    self.line.greeting if state.team_open else self.line.greeting_closed, Open(), ReplySource.GREETING
                )
                return d.turn()

    def caller_said(self, state: DialogueState, turn: CallerTurn) -> DialogueTurn:
        """The caller said or typed something."""
        d = self._draft(state)
        take_turn(d, turn)
        return d.turn()

    def tool_returned(self, state: DialogueState, outcome: ToolOutcome) -> DialogueTurn:
        """A tool came back, or gave up. One that nobody waits for any more changes nothing."""
        pending = state.pending
        if not isinstance(pending, WaitingForTool) or pending.call.action_id != outcome.action_id:
            return DialogueTurn(state=state, expects=self._draft(state).turn().expects, pace=state.pace)
        d = self._draft(state)
        flow.tool_returned(d, pending.call, outcome)
        return d.turn()

    def model_answered(self, state: DialogueState, text: str | None) -> DialogueTurn:
        """The language model answered, or None when it was slow, wrong in format or down."""
        pending = state.pending
        if not isinstance(pending, WaitingForModel):
            return DialogueTurn(state=state, expects=self._draft(state).turn().expects, pace=state.pace)
        d = self._draft(state)
        requests.model_answered(d, text, pending)
        return d.turn()

    def silent(self, state: DialogueState, checks: int) -> DialogueTurn:
        """Nobody said anything for a while; ``checks`` counts from 1."""
        d = self._draft(state)
        if isinstance(state.pending, WaitingForTool | WaitingForModel):
            d.say_phrase("one_moment", ReplySource.FILLER)
        elif isinstance(state.pending, Transferring):
            d.say_phrase("still_connecting")
            d.actions.append(state.pending.transfer)
        elif isinstance(state.pending, Ended):
            d.say_phrase("goodbye")
            d.actions.append(EndCall(reason=EndedReason.GOODBYE))
        elif checks >= _LAST_CHECK:
            keep_unfinished_message(d)
            d.say_phrase("silence_goodbye", ReplySource.SILENCE)
            flow.end_call(d, EndedReason.SILENCE)
        elif checks == 1:
            d.say_phrase("still_there", ReplySource.SILENCE)
        else:
            d.say_phrase("still_there_again", ReplySource.SILENCE)
            d.say(state.question, ReplySource.SILENCE)
        return d.turn()

    def fault(self, state: DialogueState, code: str) -> DialogueTurn:
        """Something of ours failed: apologise and ask again; the second time, bring a human.

        Args:
            state: The state of the last turn.
            code: The typed error code, for the case summary.
        """
        d = self._draft(replace(state, faults=state.faults + 1))
        pending = state.pending
        if isinstance(pending, Transferring):
            d.say_phrase("fault", ReplySource.FAULT)
            d.actions.append(pending.transfer)
        elif isinstance(pending, Ended):
            d.say_phrase("goodbye", ReplySource.FAULT)
            d.actions.append(EndCall(reason=EndedReason.GOODBYE))
        elif d.state.faults >= 2 and not in_message(d):
            d.note(f"technical trouble: {code}")
            if transfer(d, TransferReason.FAULT, d.phrase("fault")):
                flow.advance(d)
        else:
            if isinstance(pending, WaitingForModel):
                d.wait(pending.before)
            d.say_phrase("fault", ReplySource.FAULT)
            self._repeat_question(d)
        return d.turn()

    def transfer_failed(self, state: DialogueState) -> DialogueTurn:
        """The human did not answer: offer to take a message."""
        return self._nobody_there(self._draft(replace(state, transfer_failed=True)))

    def interrupted(self, state: DialogueState, played_text: str) -> DialogueState:
        """The caller cut in: the history keeps what was played of the last reply, and a yes counts to no more."""
        history = list(state.history)
        planned = ""
        for index in range(len(history) - 1, -1, -1):
            if history[index][0] == "bot":
                planned = history[index][1]
                history[index] = ("bot", played_text.strip())
                break
        history = [entry for entry in history if entry[1]]
        pending = state.pending
        if isinstance(pending, ConfirmingCall) and len(played_text.strip()) < _PROPOSAL_PLAYED * len(planned):
            pending = replace(pending, played=False)
        return replace(state, history=tuple(history), pending=pending)

    def _draft(self, state: DialogueState) -> Draft:
        return Draft(self.line, self._knowledge, self._playbooks, state, model=self._model, written=self._written)

    def _nobody_there(self, d: Draft) -> DialogueTurn:
        lead = d.phrase("nobody_free")
        if take_message(d, lead):
            flow.advance(d)
        return d.turn()

    def _resume(self, previous: DialogueState | None, fresh: DialogueState) -> DialogueTurn:
        if previous is None:
            d = self._draft(fresh)
            d.say_phrase("resumed")
            d.ask(d.phrase("how_can_i_help"), Open())
            return d.turn()
        d = self._draft(previous)
        d.say_phrase("resumed")
        pending = previous.pending
        match pending:
            case WaitingForTool():
                # Its outcome was lost with the stream; the same key makes asking again safe.
                d.say_phrase("one_moment")
                d.tool = pending.call
            case Transferring():
                d.say_phrase("still_connecting")
                d.actions.append(pending.transfer)
            case Ended():
                d.ask(d.phrase("how_can_i_help"), Open())
            case WaitingForModel():
                d.wait(pending.before)
                self._repeat_question(d)
            case _:
                self._repeat_question(d)
        return d.turn()

    def _repeat_question(self, d: Draft) -> None:
        """Say the open question again, word for word, without counting it as asked once more."""
        if isinstance(d.state.pending, WaitingForTool):
            d.say_phrase("one_moment", ReplySource.FILLER)
        else:
            d.say(d.state.question or d.phrase("how_can_i_help"), ReplySource.FAULT)
