"""What a call does about each fact: who is answered, what is taken back, when it is over. Pure: facts in, commands out.

It owns what is open between two turns. These are the states a turn of the caller goes through, and all there are:

    eager ──Withdrawn──► gone                    nothing of it was heard, kept or done
    eager ──TurnEnded──► answering ──► answered  `Confirm`; its facts count from here on
    answering ──the caller goes on──► forgotten  only while no more than a word of an answer was heard
                                                 and nothing outside was changed: then both are answered as one
    answering ──interrupted──► silenced          goes on working, says no more until a change of the world has settled

At most one turn is eager. Several may be answering, since a tool may take longer than the caller stays silent; only
the last of them can be silenced or forgotten. A turn that is certain from the start (a key, a silence, the greeting) is
answering at once. Once a transfer is due, or the call has lasted as long as it may, the caller's speech no longer
changes anything.

A tool that changes the world waits for a pause after the turn that agrees to it. Should the caller say more in that
pause, the turn is forgotten, and nothing was done.
"""

from dataclasses import dataclass

from loguru import logger

from dialogue.expectation import Expectation
from dialogue.turn_loop import TurnCommit
from dialogue.types import DialogueTurn, EndCall
from interactions.context import CallOutcome
from interactions.events.acting import Action
from interactions.events.lifecycle import Fault
from interactions.events.listening import (
    Backchannel,
    SilenceNoticed,
    SpeculationWithdrawn,
    SpeechEnded,
    SpeechStarted,
)
from interactions.transfer import TransferRequest
from interactions.vocabulary import Component, EndedReason, Handling, TransferReason
from voice.listening import types as listening
from voice.speaking.reply_player import BotLengthKnown, BotSilent, BotStarted, ReplyHeard
from voice.turns import commands as do
from voice.turns import facts
from voice.turns.change_gate import ChangeGate
from voice.turns.closing import Closing
from voice.turns.commands import Command
from voice.turns.spoken import SpokenReplies
from voice.turns.surroundings import Ear, Floor


@dataclass(frozen=True, slots=True, kw_only=True)
class _Eager:
    """A turn that may not be over."""

    turn: int
    span: int
    utterance_id: int


@dataclass(slots=True, kw_only=True)
class _Current:
    """The last turn that counts."""

    turn: int
    silenced: bool = False
    """The caller took the floor: no more of it is said."""
    changed_world: bool = False
    """A tool with side effects was begun for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unanswered:
    """The last spoken turn, while no more than a word of its answer was heard: should the caller go on, it goes on."""

    end_ms: int
    expects: Expectation
    """What was asked before it."""


class TurnMachine:
    """One call's turns. `take` each fact in the order it came; then ask `at_rest` until nothing is left to do."""

    def __init__(
        self,
        ear: Ear,
        floor: Floor,
        *,
        going_on_ms: int,
        change_pause_ms: int = 0,
        session_id: str = "",
        utterances: int = 0,
    ):
        """Nothing was said yet.

        Args:
            ear: What the bot is saying.
            floor: Who has the floor.
            going_on_ms: Pause after a turn within which speech still belongs to it, ms.
            change_pause_ms: Silence after a turn that agrees to a change, before anything is changed, ms.
            session_id: The call, for the operator's log.
            utterances: How many turns the caller spoke on earlier streams of the call.
        """
        self._ear = ear
        self._floor = floor
        self._going_on_ms = going_on_ms
        self._session_id = session_id
        self._utterances = utterances
        self._turns = 0
        self._expects = Expectation()
        self._eager: _Eager | None = None
        self._current: _Current | None = None
        self._answering: set[int] = set()
        self._unanswered: _Unanswered | None = None
        self._goes_on = False
        self._change = ChangeGate(floor, pause_ms=change_pause_ms)
        self._changing: int | None = None
        """The turn whose change was begun and has not come to its end."""
        self._spoken = SpokenReplies()
        self._closing = Closing()
        self._broken = False
        """Whether nobody knows any more which turns will still be answered."""
        self._over = False

    @property
    def utterances(self) -> int:
        """How many turns the caller has spoken in this call."""
        return self._utterances

    def take(self, fact: facts.Fact) -> list[Command]:
        """What is to be done about a fact, in order."""
        match fact:
            case facts.CallOpened():
                return self._answer(do.Greet())
            case facts.KeyHeard():
                return self._key(fact)
            case facts.KeysTyped():
                return self._typed(fact)
            case facts.FloorGiven():
                return self._floor_given(fact)
            case BotStarted():
                return [do.TellBotStarted()]
            case BotSilent():
                self._unanswered = None
                return [do.TellBotStopped()]
            case ReplyHeard():
                number = self._spoken.heard(fact.reply_id)
                return [do.TellHeard(number=number)] if number else []
            case facts.Committed() | facts.SpeechReady() | facts.AnswerFailed() | facts.AnswerEnded():
                return self._of_answer(fact)
            case facts.PipelineFailed():
                self._broken = True
                return [] if self._closing.transferring else self._apologise("internal_error", Component.DIALOGUE)
            case facts.MarksOverdue():
                self._closing.marks_overdue()
                return self._close(wait_for_marks=False)
            case facts.TimeUp():
                return self._time_is_up()
            case facts.CallerGone():
                return self._end(CallOutcome(reason=fact.reason))
            case facts.EvidenceCame() | BotLengthKnown():
                # Listening alone is concerned.
                return []
            case _:
                return [] if self._closing.certain else self._listened(fact)

    def at_rest(self) -> list[Command]:
        """What is to be done once every fact so far was dealt with."""
        if self._over:
            return []
        claimed = self._floor.bot_paused or self._floor.caller_has_floor
        if self._ear.paused and (self._closing.certain or not claimed):
            # Held while the caller had the floor; nothing came of it.
            return [do.Resume()]
        change = self._change.take_due()
        if change:
            return self._begin_change(*change)
        return self._close(wait_for_marks=True)

    # What listening decided

    def _listened(self, decision: listening.Decision) -> list[Command]:
        match decision:
            case listening.SpeechStarted():
                self._goes_on = self._belongs_to_last(decision.at_ms)
                log = do.Log(bodies=(SpeechStarted(at_ms=decision.at_ms),))
                return [log, do.AdjustEagerDelay(), do.BeginTurn(), do.Pause(at_ms=decision.at_ms)]
            case listening.EagerEnd(partial=True):
                return [do.JudgeWords(eager=decision, expects=self._asked)]
            case listening.EagerEnd():
                return self._speculate(decision)
            case listening.Withdrawn():
                return self._withdraw(decision.at_ms, decision.span)
            case listening.TurnEnded():
                return self._turn_ended(decision)
            case listening.PauseBot():
                return [do.Pause(at_ms=decision.at_ms)]
            case listening.ResumeBot():
                return [*self._withdraw(decision.at_ms), do.ResumeAfterFalseStop(at_ms=decision.at_ms)]
            case listening.ConfirmInterruption():
                return self._take_floor(do.GiveFloor(speech_ms=decision.speech_ms, at_ms=decision.at_ms))
            case listening.BackchannelHeard():
                heard = Backchannel(at_ms=decision.at_ms, pii_text=decision.text)
                return [*self._withdraw(decision.at_ms), do.Log(bodies=(heard,))]
            case listening.CallerSilent():
                return self._silent(decision)

    @property
    def _asked(self) -> Expectation:
        """What the caller is answering: who goes on is answering what was asked before."""
        return self._unanswered.expects if self._goes_on and self._unanswered else self._expects

    def _belongs_to_last(self, at_ms: int) -> bool:
        """Whether speech that begins then belongs to the last turn: nothing of an answer was heard or done yet."""
        last = self._unanswered
        done = (self._current is not None and self._current.changed_world) or self._closing.is_due
        return last is not None and at_ms - last.end_ms <= self._going_on_ms and not done

    def _speculate(self, eager: listening.EagerEnd) -> list[Command]:
        withdrawn = self._withdraw(eager.end_ms)
        self._eager = _Eager(turn=self._new_turn(), span=eager.span, utterance_id=self._utterances + 1)
        speculate = do.Speculate(
            turn=self._eager.turn,
            eager=eager,
            utterance_id=self._eager.utterance_id,
            expects=self._asked,
            goes_on=self._goes_on,
        )
        return [*withdrawn, speculate]

    def _withdraw(self, at_ms: int, span: int | None = None) -> list[Command]:
        """Take back the work on a span, or on whichever is eager."""
        eager = self._eager
        if eager is None or (span is not None and eager.span != span):
            return []
        self._eager = None
        return [do.Withdraw(turn=eager.turn), do.Log(bodies=(SpeculationWithdrawn(at_ms=at_ms),))]

    def _turn_ended(self, ended: listening.TurnEnded) -> list[Command]:
        log = SpeechEnded(
            start_ms=ended.start_ms,
            end_ms=ended.end_ms,
            decided_ms=ended.decided_ms,
            rule=ended.rule,
            turn_probability=ended.turn_probability,
        )
        self._closing.take_back()
        commands: list[Command] = [do.Log(bodies=(log,)), do.ExpectAnswer(since_ms=ended.end_ms)]
        forget = self._change.take_back()
        self._change.said(ended.decided_ms)
        if self._goes_on and self._unanswered:
            forget = self._current.turn if self._current else None
            self._expects = self._unanswered.expects
        if forget is not None:
            commands += self._forget(forget)
        self._goes_on = False
        self._unanswered = _Unanswered(end_ms=ended.end_ms, expects=self._expects)
        return [*commands, *self._confirm(ended, forget), do.Resume()]

    def _confirm(self, ended: listening.TurnEnded, forget: int | None) -> list[Command]:
        eager, self._eager = self._eager, None
        if eager is None or eager.span != ended.span:
            logger.error("call {}: the turn ended on span {}, which nobody worked on", self._session_id, ended.span)
            return self._answer(do.AskAgain(code="turn_lost"), forget=forget)
        self._utterances += 1
        self._current = _Current(turn=eager.turn)
        self._answering.add(eager.turn)
        return [do.Confirm(turn=eager.turn, ended=ended, utterance_id=eager.utterance_id, forget=forget)]

    def _take_floor(self, give: do.GiveFloor) -> list[Command]:
        """The caller interrupts: the rest of what the bot was saying is dropped."""
        if self._current:
            self._current.silenced = True
        return [give]

    def _floor_given(self, given: facts.FloorGiven) -> list[Command]:
        if given.played_text and " " in given.played_text:
            # Of an answer of which a word was heard at most, the caller has not had the answer.
            self._unanswered = None
        turn = self._current.turn if self._current else None
        commands: list[Command] = [do.Interrupt(turn=turn, played_text=given.played_text)]
        if given.played_text is not None:
            self._spoken.cut_off()
            commands.append(do.TellBotStopped())
        if given.by_key:
            return commands
        self._goes_on = self._belongs_to_last(given.speech_ms)
        return [*commands, do.BeginTurn(), do.Pause(at_ms=given.at_ms)]

    def _key(self, key: facts.KeyHeard) -> list[Command]:
        self._change.key_pressed()
        if not (self._ear.speaking and self._ear.interruptible) or self._closing.certain:
            return []
        return self._take_floor(do.GiveFloor(speech_ms=key.at_ms, at_ms=key.at_ms, by_key=True))

    def _typed(self, typed: facts.KeysTyped) -> list[Command]:
        forget = self._change.take_back()
        self._change.said(self._floor.now_ms)
        if self._closing.time_up:
            return []
        drop = self._forget(forget) if forget is not None else []
        answer = self._answer(do.AnswerKeys(keys=typed.keys), forget=forget)
        return [*self._withdraw(typed.at_ms), do.ExpectAnswer(since_ms=typed.at_ms, listened=False), *drop, *answer]

    def _silent(self, silent: listening.CallerSilent) -> list[Command]:
        if self._answering or self._ear.speaking or self._closing.is_due:
            return []
        log = do.Log(bodies=(SilenceNoticed(at_ms=silent.at_ms, checks=silent.checks),))
        return [log, *self._answer(do.AnswerSilence(checks=silent.checks))]

    # What became of answers

    def _answer(self, cause: do.Cause, *, forget: int | None = None) -> list[Command]:
        """Answer something that is certain."""
        self._unanswered = None
        self._current = _Current(turn=self._new_turn())
        self._answering.add(self._current.turn)
        return [do.Answer(turn=self._current.turn, cause=cause, forget=forget)]

    def _forget(self, turn: int) -> list[Command]:
        """Nothing of a turn counts any more."""
        self._answering.discard(turn)
        return [do.WithdrawReplies(reply_ids=self._spoken.forget(turn))]

    def _new_turn(self) -> int:
        self._turns += 1
        return self._turns

    def _of_answer(
        self, fact: facts.Committed | facts.SpeechReady | facts.AnswerFailed | facts.AnswerEnded
    ) -> list[Command]:
        if fact.turn not in self._answering:
            # Withdrawn or forgotten while this was on its way.
            return []
        match fact:
            case facts.Committed():
                return self._committed(fact.turn, fact.commit)
            case facts.SpeechReady():
                return self._speak(fact)
            case facts.AnswerFailed():
                if self._change.turn == fact.turn:
                    self._change.take_back()
                return self._apologise(fact.code, fact.component)
            case facts.AnswerEnded():
                self._answering.discard(fact.turn)
                self._changing = None if self._changing == fact.turn else self._changing
                return []

    def _committed(self, turn: int, commit: TurnCommit) -> list[Command]:
        if self._current and self._current.turn == turn:
            self._current.changed_world |= any(isinstance(f, Action) and f.has_side_effects for f in commit.facts)
            # Whoever talked into the filler has not heard yet what became of it.
            self._current.silenced &= not commit.change_settled
        commands: list[Command] = [do.Log(bodies=commit.facts)] if commit.facts else []
        if commit.turn is None:
            return commands
        if commit.turn.tool and commit.turn.tool.has_side_effects:
            # Until it is begun the caller may still take it back: nobody has moved on.
            self._change.hold(turn, commit.turn)
        else:
            commands += self._moved_on(commit.turn)
        for action in commit.turn.actions:
            commands += self._closing.act(action)
        return commands

    def _moved_on(self, turn: DialogueTurn) -> list[Command]:
        self._expects = turn.expects
        return [do.Expect(expects=turn.expects), do.KeepState(state=turn.state)]

    def _begin_change(self, turn: int, agreed: DialogueTurn) -> list[Command]:
        """The caller has agreed, and said no more."""
        self._changing = turn
        if self._current and self._current.turn == turn:
            self._current.changed_world = True
        return [*self._moved_on(agreed), do.AllowChange(turn=turn)]

    def _speak(self, ready: facts.SpeechReady) -> list[Command]:
        silenced = self._current is not None and self._current.turn == ready.turn and self._current.silenced
        if silenced and ready.sentence is not None:
            return []
        speak = do.Speak(reply_id=ready.reply_id, sentence=ready.sentence, interruptible=ready.reply.interruptible)
        if ready.sentence is None:
            return [speak]
        superseded = self._spoken.superseded_by(ready.turn, ready.reply)
        self._spoken.add(ready.reply_id, ready.turn, ready.reply)
        return [*([do.WithdrawReplies(reply_ids=superseded, unless_begun=True)] if superseded else []), speak]

    def _apologise(self, code: str, component: Component) -> list[Command]:
        """The last way out: a sentence that is rendered already, and a human."""
        if self._closing.time_up:
            self._closing.act(EndCall(reason=EndedReason.GOODBYE))
            return [do.Log(bodies=(Fault(code=code, component=component, handled=Handling.WENT_ON),))]
        fault = Fault(code=code, component=component, handled=Handling.TRANSFERRED)
        summary = f"The call was transferred because of a fault of ours ({code})."
        transfer = self._closing.act(TransferRequest(reason=TransferReason.FAULT, summary=summary))
        return [do.Log(bodies=(fault,)), do.SayEmergency(), *transfer]

    # The end

    def _time_is_up(self) -> list[Command]:
        """Whoever talks: a goodbye, nothing after it, and the end. A change under way is told of first."""
        if self._closing.time_up:
            return self._end(self._closing.outcome)
        self._closing.time_up = True
        if self._closing.transferring:
            return []
        withdrawn = self._withdraw(self._floor.now_ms)
        self._change.take_back()
        self._answering &= {self._changing}
        must_hear = self._answering or self._spoken.outcome_due or not self._ear.interruptible
        drop = [] if must_hear else [do.DropSpeech()]
        return [*withdrawn, *drop, *self._answer(do.SayTimeIsUp())]

    def _close(self, *, wait_for_marks: bool) -> list[Command]:
        """Do what was to be done once everything was heard: the carrier's marks say so, or stay away too long."""
        if not self._closing.is_due or self._ear.speaking or (self._answering and not self._broken):
            return []
        if self._floor.caller_has_floor and not self._closing.certain:
            return []
        if self._ear.marks_out and wait_for_marks:
            # By our clock everything was heard; the carrier's may be later by the way there and back.
            return [do.AwaitMarks()] if self._closing.await_marks() else []
        return self._end(self._closing.outcome)

    def _end(self, outcome: CallOutcome) -> list[Command]:
        if self._over:
            return []
        self._over = True
        return [do.EndStream(outcome=outcome)]
