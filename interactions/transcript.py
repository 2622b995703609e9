"""A call's events as a transcript: the one projection that terminal and pages draw, live or afterwards. Pure."""

import statistics
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from interactions.event import CallEvent
from interactions.events.acting import Action
from interactions.events.base import Body
from interactions.events.lifecycle import CallEnded, Fault, StreamEnded, StreamLost
from interactions.events.listening import (
    Backchannel,
    KeyPressed,
    Partial,
    SpeechEnded,
    SpeechStarted,
    UtteranceHeard,
)
from interactions.events.speaking import FalseInterruption, Interrupted, ReplyPlanned, ReplyPlayed, ReplyStarted
from interactions.events.understanding import EmotionEstimated, IntentRecognised, SlotFilled
from interactions.transcript_entries import (
    BotTurn,
    CallerTurn,
    Change,
    Entry,
    EntryPut,
    EntryRemoved,
    KeysPressed,
    Mood,
    ReplyState,
    Totals,
    TranscriptEnded,
    Wish,
)
from interactions.transcript_notes import note_of
from interactions.vocabulary import ActionStatus, InputMode

UNSURE_BELOW = 0.6
"""Confidence of a transcription that is shown as unsure."""
FOREIGN_BELOW = 0.3
"""Probability of being in scope, below which a turn without an intent is said to be about nothing of the line."""
_UNDECIDED = (SpeechStarted, SpeechEnded, Partial, EmotionEstimated, SlotFilled)
"""After these the dialogue may still find an answer in a turn that asks for nothing."""


class Transcript:
    """A transcript that grows event by event; a call may have any number of media streams.

    What a turn without an intent is about is told with the next thing that is done: an answer to a question need not
    be about anything by itself.
    """

    def __init__(self) -> None:
        """Begin an empty one."""
        self.totals = Totals()
        """What the call came to so far."""
        self._entries: dict[int, Entry] = {}
        self._last_id = 0
        self._changes: list[Change] = []
        self._speaking: int | None = None
        self._keys: int | None = None
        self._utterances: dict[int, int] = {}
        self._replies: dict[int, int] = {}
        self._foreign: tuple[int, Wish] | None = None

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries, in order."""
        return tuple(self._entries.values())

    def apply(self, event: CallEvent) -> tuple[Change, ...]:
        """Take the next event of the log; returns what it changes, often nothing."""
        body = event.body
        self._changes = []
        if not isinstance(body, _UNDECIDED):
            self._tell_foreign()
        if not isinstance(body, KeyPressed):
            self._keys = None
        self._hear(body)
        self._understand(body)
        self._speak(event)
        if isinstance(body, (StreamEnded, StreamLost, CallEnded)):
            self._close()
        self._act(event)
        return tuple(self._changes)

    def _hear(self, body: Body) -> None:
        match body:
            case SpeechStarted(at_ms=at_ms):
                self._caller_speaks(at_ms)
            case Partial(pii_text=text, at_ms=at_ms):
                self._update(self._caller_speaks(at_ms), pii_text=text)
            case UtteranceHeard() as said:
                turn = self._caller_speaks(said.start_ms)
                self._speaking, self._foreign = None, None
                self._utterances[said.utterance_id] = turn
                self._count(turns=self.totals.turns + 1)
                self._update(
                    turn, at_ms=said.start_ms, speaking=False, pii_text=said.pii_text, confidence=said.confidence,
                    unsure=said.confidence < UNSURE_BELOW,
                )  # fmt: skip
            case KeyPressed(pii_digit=digit, at_ms=at_ms):
                self._count(keys=self.totals.keys + 1)
                pressed = self._entries.get(self._keys or 0)
                if isinstance(pressed, KeysPressed):
                    self._put(replace(pressed, pii_keys=pressed.pii_keys + digit, last_ms=at_ms))
                else:
                    self._keys = self._next_id()
                    self._put(KeysPressed(entry_id=self._keys, at_ms=at_ms, pii_keys=digit, last_ms=at_ms))
            case Backchannel() | FalseInterruption() | StreamLost() | StreamEnded() | CallEnded():
                if self._speaking is not None:
                    del self._entries[self._speaking]
                    self._changes.append(EntryRemoved(entry_id=self._speaking))
                    self._speaking = None

    def _understand(self, body: Body) -> None:
        match body:
            case IntentRecognised(utterance_id=number, intent=intent, also=also, probability=probability) if intent:
                self._update(self._utterances.get(number), wish=Wish(intents=(intent, *also), probability=probability))
            case IntentRecognised(utterance_id=number, in_scope=in_scope) if in_scope <= FOREIGN_BELOW:
                if number in self._utterances:
                    self._foreign = (self._utterances[number], Wish(intents=(), probability=1 - in_scope))
            case EmotionEstimated(utterance_id=number, label=label, anger=anger) if label != "unknown":
                self._update(self._utterances.get(number), mood=Mood(label=label, anger=anger))
            case SlotFilled(by=by) if by is not InputMode.KEYPAD:
                self._foreign = None

    def _speak(self, event: CallEvent) -> None:
        match event.body:
            case ReplyPlanned(reply_id=number, pii_text=text):
                self._plan(number, event.call_ms, text)
            case ReplyStarted(reply_id=number, at_ms=at_ms, voice_to_voice_ms=answered_ms):
                if answered_ms is not None:
                    answers = (*self.totals.answered_ms, answered_ms)
                    self._count(answered_ms=answers, median_ms=round(statistics.median(answers)))
                turn = self._replies.get(number)
                self._update(turn, state=ReplyState.SPEAKING, at_ms=at_ms, answered_ms=answered_ms)
            case ReplyPlayed() as played:
                if played.reply_id not in self._replies:
                    self._plan(played.reply_id, played.start_ms, played.pii_text)
                self._played(played)
            case Interrupted(reply_id=number, speech_ms=speech_ms, at_ms=at_ms):
                self._count(interruptions=self.totals.interruptions + 1)
                self._update(self._replies.get(number), silent_after_ms=at_ms - speech_ms)
                self._close(after=number)
            case FalseInterruption(reply_id=number, paused_ms=paused_ms, resumed_ms=resumed_ms):
                paused = self._entries.get(self._replies.get(number, 0))
                if isinstance(paused, BotTurn):
                    self._put(replace(paused, pauses_ms=(*paused.pauses_ms, resumed_ms - paused_ms)))

    def _act(self, event: CallEvent) -> None:
        match event.body:
            case Action(tool=tool, status=ActionStatus.SUCCEEDED, has_side_effects=True):
                self._count(changes=(*self.totals.changes, tool))
            case Fault():
                self._count(faults=self.totals.faults + 1)
            case CallEnded(reason=reason, duration_ms=duration_ms):
                self._count(ended=reason, duration_ms=duration_ms)
                self._changes.append(TranscriptEnded(totals=self.totals))
        if (note := note_of(event, self._last_id + 1)) is not None:
            self._last_id = note.entry_id
            self._put(note)

    def _caller_speaks(self, at_ms: int) -> int:
        """The caller's turn that goes on; a new one when there is none."""
        if self._speaking is None:
            self._speaking = self._next_id()
            self._put(CallerTurn(entry_id=self._speaking, at_ms=at_ms, speaking=True))
        return self._speaking

    def _tell_foreign(self) -> None:
        if self._foreign is not None:
            turn, wish = self._foreign
            self._foreign = None
            self._update(turn, wish=wish)

    def _plan(self, number: int, at_ms: int, text: str) -> None:
        self._replies[number] = self._next_id()
        turn = BotTurn(entry_id=self._replies[number], at_ms=at_ms, state=ReplyState.PLANNED, pii_planned=text)
        self._put(turn)

    def _played(self, played: ReplyPlayed) -> None:
        turn = self._entries[self._replies[played.reply_id]]
        if not isinstance(turn, BotTurn):
            return
        heard, planned = played.pii_text, turn.pii_planned
        rest = planned.removeprefix(heard) if planned.startswith(heard) else ""
        self._put(
            replace(
                turn,
                state=ReplyState.HEARD if played.complete else ReplyState.CUT,
                pii_heard=heard,
                pii_unheard="" if played.complete else rest,
            )
        )

    def _close(self, after: int = 0) -> None:
        """Replies with a higher number than ``after`` come to nothing more."""
        for number, entry_id in self._replies.items():
            turn = self._entries[entry_id]
            if number <= after or not isinstance(turn, BotTurn):
                continue
            if turn.state is ReplyState.PLANNED:
                self._put(replace(turn, state=ReplyState.WITHDRAWN, pii_unheard=turn.pii_planned))
            elif turn.state is ReplyState.SPEAKING and not after:
                self._put(replace(turn, state=ReplyState.BROKEN_OFF))

    def _next_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def _update(self, entry_id: int | None, **values: Any) -> None:
        """Change an entry; what is about no entry that stands here is left out."""
        if (entry := self._entries.get(entry_id or 0)) is not None:
            self._put(replace(entry, **values))

    def _put(self, entry: Entry) -> None:
        self._entries[entry.entry_id] = entry
        for place, change in enumerate(self._changes):
            # An event that changes an entry twice changes it once for those who draw.
            if isinstance(change, EntryPut) and change.entry.entry_id == entry.entry_id:
                self._changes[place] = EntryPut(entry=entry)
                return
        self._changes.append(EntryPut(entry=entry))

    def _count(self, **values: Any) -> None:
        self.totals = replace(self.totals, **values)


def transcript_of(events: Iterable[CallEvent]) -> Transcript:
    """The transcript of a whole log, or of its beginning."""
    transcript = Transcript()
    for event in events:
        transcript.apply(event)
    return transcript
