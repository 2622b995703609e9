"""A call's events as a conversation on the terminal: who said what, what it meant, and how fast the answer came."""

import statistics
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table
from rich.text import Text

from interactions.event import CallEvent
from interactions.events.acting import Action, MessageTaken, Transfer
from interactions.events.lifecycle import CallEnded, CallStarted, Fault, StreamLost, StreamResumed
from interactions.events.listening import Backchannel, KeyPressed, SilenceNoticed, UtteranceHeard
from interactions.events.speaking import FalseInterruption, Interrupted, ReplyPlanned, ReplyPlayed, ReplyStarted
from interactions.events.understanding import EmotionEstimated, IntentRecognised, SlotFilled
from interactions.vocabulary import ActionStatus


@dataclass(slots=True)
class Totals:
    """What a whole call came to."""

    turns: int = 0
    """The caller's turns."""
    answered_ms: list[int] = field(default_factory=list)
    """Voice-to-voice of each answer."""
    interruptions: int = 0
    """Replies that the caller interrupted."""
    keys: int = 0
    """Keys pressed."""
    changes: list[str] = field(default_factory=list)
    """Tools that changed the world."""
    faults: int = 0
    """Faults that the call survived."""
    ended: str = ""
    """Why it ended."""
    duration_ms: int = 0
    """Call-clock length."""

    @property
    def median_ms(self) -> int | None:
        """Median voice-to-voice."""
        return round(statistics.median(self.answered_ms)) if self.answered_ms else None


class Transcript:
    """Prints a call event by event; what is spoken is printed when it has been heard."""

    def __init__(self, console: Console):
        """Print to ``console``."""
        self._console = console
        self._planned: dict[int, str] = {}
        self._answered: dict[int, int] = {}
        self._started: dict[int, int] = {}
        self._interrupted: dict[int, int] = {}
        self._foreign = False
        self.totals = Totals()

    def show(self, event: CallEvent) -> None:
        """Print what an event adds; many add nothing."""
        totals = self.totals
        if self._foreign and not isinstance(event.body, SlotFilled):
            # An answer to a question need not be about anything by itself.
            self._below("intent: not about this line")
        self._foreign = False
        match event.body:
            case CallStarted(line=line, purpose=purpose):
                self._note(event.call_ms, f"line {line}, {purpose}")
            case UtteranceHeard() as said:
                totals.turns += 1
                text = said.pii_text or "(nothing understood)"
                self._line(said.start_ms, "Caller", "cyan", text)
            case IntentRecognised(intent=intent, probability=probability, also=also) if intent:
                self._below(f"intent: {' + '.join([intent, *also]).replace('_', ' ')} ({probability:.0%})")
            case IntentRecognised():
                self._foreign = True
            case EmotionEstimated(label=label, anger=anger) if label != "unknown":
                self._below(f"voice: {label}, anger over the call {anger:.2f}")
            case KeyPressed(pii_digit=digit, at_ms=at_ms):
                totals.keys += 1
                self._line(at_ms, "Caller", "cyan", f"[key {digit}]")
            case ReplyPlanned(reply_id=reply_id, pii_text=text):
                self._planned[reply_id] = text
            case ReplyStarted(reply_id=reply_id, at_ms=at_ms, voice_to_voice_ms=answered_ms):
                self._started[reply_id] = at_ms
                if answered_ms is not None:
                    self._answered[reply_id] = answered_ms
                    totals.answered_ms.append(answered_ms)
            case Interrupted(reply_id=reply_id, speech_ms=speech_ms, at_ms=at_ms):
                totals.interruptions += 1
                self._interrupted[reply_id] = at_ms - speech_ms
            case ReplyPlayed() as heard:
                self._reply(heard)
            case _:
                self._rest(event)

    def _reply(self, heard: ReplyPlayed) -> None:
        answered = self._answered.get(heard.reply_id)
        after = f"answered in {answered} ms" if answered is not None else ""
        text = heard.pii_text or "…"
        self._line(self._started.get(heard.reply_id, heard.start_ms), "Firstline", "green", text)
        if not heard.complete:
            rest = self._planned.get(heard.reply_id, "").removeprefix(heard.pii_text).strip()
            stop = self._interrupted.get(heard.reply_id)
            cut = "interrupted" if stop is None else f"interrupted, silent after {stop} ms"
            after = ", ".join(filter(None, [after, cut, f"not heard: “{rest}”" if rest else ""]))
        if after:
            self._below(after)

    def _rest(self, event: CallEvent) -> None:
        match event.body:
            case Action(tool=tool, status=status, has_side_effects=changes, took_ms=took_ms):
                if status is ActionStatus.STARTED:
                    return
                if changes and status is ActionStatus.SUCCEEDED:
                    self.totals.changes.append(tool)
                what = f"{tool.replace('_', ' ')}: {status.value}, {took_ms:.0f} ms"
                self._note(event.call_ms, what + (", changed something" if changes else ""))
            case SlotFilled(slot=slot, pii_value=value, by=by):
                self._note(event.call_ms, f"{slot.replace('_', ' ')} = {value} ({by})")
            case Transfer(state=state, reason=reason):
                self._note(event.call_ms, f"transfer {state.value}: {reason.value}")
            case MessageTaken(pii_message=message, pii_callback_number=number):
                self._note(event.call_ms, f"message taken: “{message}”" + (f", call back: {number}" if number else ""))
            case StreamLost(number=number, detail=detail):
                self._note(event.call_ms, f"stream {number} was lost ({detail.replace('_', ' ')})")
            case StreamResumed(number=number, purpose=purpose):
                self._note(event.call_ms, f"stream {number}: {purpose.replace('_', ' ')}")
            case FalseInterruption(paused_ms=paused_ms, resumed_ms=resumed_ms):
                self._note(paused_ms, f"paused {resumed_ms - paused_ms} ms for a sound, went on")
            case Backchannel(at_ms=at_ms, pii_text=text):
                self._note(at_ms, f"a sound while speaking, ignored {text and f'(“{text}”)'}".rstrip())
            case SilenceNoticed(at_ms=at_ms):
                self._note(at_ms, "silence")
            case Fault(code=code, component=component, handled=handled):
                self.totals.faults += 1
                self._note(event.call_ms, f"{component} failed ({code}): {handled}")
            case CallEnded(reason=reason, duration_ms=duration_ms):
                self.totals.ended, self.totals.duration_ms = reason.value, duration_ms
                self._note(duration_ms, f"ended: {reason.value.replace('_', ' ')}")

    def _line(self, at_ms: int, who: str, colour: str, text: str) -> None:
        self._row(_clock(at_ms), Text(who, style=f"bold {colour}"), Text(text))

    def _below(self, text: str) -> None:
        self._row("", Text(), Text(text, style="dim"))

    def _note(self, at_ms: int, text: str) -> None:
        self._row(_clock(at_ms), Text("·", style="dim"), Text(text, style="dim"))

    def _row(self, at: str, who: Text, text: Text) -> None:
        row = Table.grid(padding=(0, 2, 0, 0))
        row.add_column(width=7, justify="right")
        row.add_column(width=9)
        row.add_column()
        row.add_row(at, who, text)
        self._console.print(row)


def _clock(ms: int) -> str:
    return f"{ms // 60_000:2d}:{ms / 1000 % 60:04.1f}"
