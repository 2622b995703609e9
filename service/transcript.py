"""A call's transcript on the terminal: who said what, what it meant, and how fast the answer came."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from interactions.event import CallEvent
from interactions.transcript import Transcript
from interactions.transcript_entries import (
    BotTurn,
    CallerTurn,
    Change,
    Entry,
    EntryPut,
    KeysPressed,
    Note,
    ReplyState,
    Totals,
    TranscriptEnded,
)

_SETTLED = (ReplyState.HEARD, ReplyState.CUT, ReplyState.BROKEN_OFF)


class TranscriptPrinter:
    """Prints a call event by event; what is spoken is printed when it has been heard."""

    def __init__(self, console: Console):
        """Print to ``console``."""
        self._console = console
        self._transcript = Transcript()
        self._printed: dict[int, Entry] = {}

    @property
    def totals(self) -> Totals:
        """What the call came to so far."""
        return self._transcript.totals

    def show(self, event: CallEvent) -> None:
        """Print what an event adds; many add nothing."""
        for change in self._transcript.apply(event):
            self._show(change)

    def _show(self, change: Change) -> None:
        match change:
            case EntryPut(entry=entry):
                self._entry(entry, self._printed.get(entry.entry_id))
            case TranscriptEnded(totals=totals) if totals.ended is not None:
                self._note(totals.duration_ms, f"ended: {_words(totals.ended)}")

    def _entry(self, entry: Entry, printed: Entry | None) -> None:
        match entry:
            case CallerTurn(speaking=False):
                self._caller(entry, printed if isinstance(printed, CallerTurn) else None)
            case KeysPressed(last_ms=at_ms, pii_keys=keys):
                self._line(at_ms, "Caller", "cyan", f"[key {keys[-1]}]")
            case BotTurn(state=state) if state in _SETTLED and printed is None:
                self._bot(entry)
            case Note(at_ms=at_ms, pii_text=text):
                self._note(at_ms, text)
            case _:
                return
        self._printed[entry.entry_id] = entry

    def _caller(self, turn: CallerTurn, printed: CallerTurn | None) -> None:
        """What is new of a turn: its words first, then what is found out about it."""
        if printed is None:
            self._line(turn.at_ms, "Caller", "cyan", turn.pii_text or "(nothing understood)")
            if turn.unsure:
                self._below(f"not sure what was said: confidence {turn.confidence:.2f}")
        if turn.wish is not None and (printed is None or printed.wish != turn.wish):
            sure = f" ({turn.wish.probability:.0%})" if turn.wish.intents else ""
            self._below(f"intent: {_words(' + '.join(turn.wish.intents)) or 'not about this line'}{sure}")
        if turn.mood is not None and (printed is None or printed.mood != turn.mood):
            self._below(f"voice: {turn.mood.label}, anger over the call {turn.mood.anger:.2f}")

    def _bot(self, turn: BotTurn) -> None:
        broken_off = turn.state is ReplyState.BROKEN_OFF
        self._line(turn.at_ms, "Firstline", "green", (turn.pii_planned if broken_off else turn.pii_heard) or "…")
        facts = [f"answered in {turn.answered_ms} ms"] if turn.answered_ms is not None else []
        facts += [f"paused {pause_ms} ms for a sound, went on" for pause_ms in turn.pauses_ms]
        if turn.state is ReplyState.CUT:
            silent_ms = turn.silent_after_ms
            facts.append("interrupted" if silent_ms is None else f"interrupted, silent after {silent_ms} ms")
            facts += [f"not heard: “{turn.pii_unheard.strip()}”"] if turn.pii_unheard.strip() else []
        elif broken_off:
            facts.append("broken off, nobody knows where")
        if facts:
            self._below(", ".join(facts))

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


def _words(name: str) -> str:
    return str(name).replace("_", " ")


def _clock(ms: int) -> str:
    return f"{ms // 60_000:2d}:{ms / 1000 % 60:04.1f}"
