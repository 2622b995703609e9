"""The notes of a transcript: what happened beside what was said, in one sentence each."""

from interactions.event import CallEvent
from interactions.events.acting import Action, MessageTaken, Transfer
from interactions.events.lifecycle import CallStarted, Fault, StreamLost, StreamResumed
from interactions.events.listening import Backchannel, SilenceNoticed
from interactions.events.understanding import SlotFilled
from interactions.transcript_entries import Note, NoteKind
from interactions.vocabulary import ActionStatus


def note_of(event: CallEvent, entry_id: int) -> Note | None:
    """The note that an event is worth; None for what is no note."""
    at_ms = event.call_ms
    match event.body:
        case CallStarted(line=line, purpose=purpose):
            about, text = NoteKind.STARTED, f"line {line}, {_words(purpose)}"
        case Action(status=ActionStatus.STARTED):
            return None
        case Action(tool=tool, status=status, has_side_effects=changes, took_ms=took_ms):
            changed = ", changed something" if changes and status is ActionStatus.SUCCEEDED else ""
            about, text = NoteKind.ACTION, f"{_words(tool)}: {_words(status)}, {took_ms:.0f} ms{changed}"
        case SlotFilled(slot=slot, pii_value=value, by=by, confirmed=confirmed):
            about, text = NoteKind.VALUE, f"{_words(slot)} = {value} ({by}{', confirmed' if confirmed else ''})"
        case Transfer(state=state, reason=reason):
            about, text = NoteKind.ACTION, f"transfer {_words(state)}: {_words(reason)}"
        case MessageTaken(pii_message=message, pii_callback_number=number):
            call_back = f", call back: {number}" if number else ""
            about, text = NoteKind.ACTION, f"message taken: “{message}”{call_back}"
        case StreamLost(number=number, detail=detail):
            why = f" ({_words(detail)})" if detail else ""
            about, text = NoteKind.FAULT, f"the connection was lost: stream {number}{why}"
        case StreamResumed(number=number, purpose=purpose):
            about, text = NoteKind.STREAM, f"the call goes on: stream {number}, {_words(purpose)}"
        case Backchannel(at_ms=at_ms, pii_text=heard):
            about, text = NoteKind.SOUND, f"“{heard}”, while listening" if heard else "a sound, not an interruption"
        case SilenceNoticed(at_ms=at_ms):
            about, text = NoteKind.SILENCE, "silence"
        case Fault(code=code, component=component, handled=handled):
            about, text = NoteKind.FAULT, f"{_words(component)} failed ({code}): {_words(handled)}"
        case _:
            return None
    return Note(entry_id=entry_id, at_ms=at_ms, about=about, pii_text=text)


def _words(name: str) -> str:
    return str(name).replace("_", " ")
