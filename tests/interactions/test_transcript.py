"""A call's events become one transcript, live or afterwards, over any number of media streams."""

from dataclasses import replace

from interactions.event import CallEvent
from interactions.events.acting import Action, MessageTaken, Transfer
from interactions.events.base import Body
from interactions.events.lifecycle import CallEnded, CallStarted, Fault, StreamEnded, StreamLost, StreamResumed
from interactions.events.listening import (
    Backchannel,
    KeyPressed,
    Partial,
    SilenceNoticed,
    SpeechStarted,
    UtteranceHeard,
)
from interactions.events.speaking import FalseInterruption, Interrupted, ReplyPlanned, ReplyPlayed, ReplyStarted
from interactions.events.understanding import EmotionEstimated, IntentRecognised, SlotFilled
from interactions.transcript import Transcript, transcript_of
from interactions.transcript_entries import (
    BotTurn,
    CallerTurn,
    Change,
    Entry,
    EntryPut,
    EntryRemoved,
    KeysPressed,
    Mood,
    Note,
    ReplyState,
    TranscriptEnded,
    Wish,
)
from interactions.vocabulary import (
    ActionStatus,
    Component,
    EndedReason,
    Handling,
    InputMode,
    TransferReason,
    TransferState,
)
from tests.fakes.events import Log, draft


def log_of(*bodies: Body) -> list[CallEvent]:
    log = Log()
    for n, body in enumerate(bodies, start=1):
        log.append(draft(body, call_ms=n * 100))
    return list(log)


def entries_of(*bodies: Body) -> tuple[Entry, ...]:
    return transcript_of(log_of(*bodies)).entries


def said(number: int, text: str, *, at_ms: int = 1000, confidence: float = 0.9) -> UtteranceHeard:
    return UtteranceHeard(utterance_id=number, pii_text=text, confidence=confidence, start_ms=at_ms, end_ms=at_ms + 500)


def planned(number: int, text: str) -> ReplyPlanned:
    return ReplyPlanned(reply_id=number, pii_text=text)


def played(number: int, text: str, *, complete: bool = True) -> ReplyPlayed:
    return ReplyPlayed(reply_id=number, pii_text=text, start_ms=0, end_ms=1, complete=complete)


def drawn(changes: list[Change]) -> list[Entry]:
    """What a page has that was sent nothing but changes."""
    page: dict[int, Entry] = {}
    for change in changes:
        match change:
            case EntryPut(entry=entry):
                page[entry.entry_id] = entry
            case EntryRemoved(entry_id=entry_id):
                del page[entry_id]
    return list(page.values())


STREAMS = (
    CallStarted(line="shop"),
    planned(1, "Hello. How can I help?"),
    ReplyStarted(reply_id=1, at_ms=300),
    played(1, "Hello. How can I help?"),
    SpeechStarted(at_ms=1000),
    Partial(pii_text="where is", at_ms=1200),
    said(1, "where is my order"),
    IntentRecognised(utterance_id=1, intent="order_status", probability=0.93),
    planned(2, "What is the order number?"),
    ReplyStarted(reply_id=2, at_ms=1900, voice_to_voice_ms=400),
    SpeechStarted(at_ms=2300),
    StreamLost(number=1, detail="socket_closed"),
    StreamResumed(number=2),
    planned(3, "Sorry, I am back. What is the order number?"),
    ReplyStarted(reply_id=3, at_ms=6000),
    played(3, "Sorry, I am back. What is the order number?"),
    KeyPressed(pii_digit="4", at_ms=7000),
    KeyPressed(pii_digit="2", at_ms=7200),
    StreamLost(number=2),
    StreamResumed(number=3),
    planned(4, "And the last digits?"),
    StreamEnded(number=3, reason=EndedReason.CALLER_HUNG_UP, duration_ms=9000),
    CallEnded(reason=EndedReason.CALLER_HUNG_UP, duration_ms=9100),
)


def test_a_call_over_three_streams_is_one_transcript():
    transcript = transcript_of(log_of(*STREAMS))
    assert [
        (type(entry).__name__, getattr(entry, "state", None), getattr(entry, "pii_text", None))
        for entry in transcript.entries
    ] == [
        ("Note", None, "line shop, answer"),
        ("BotTurn", ReplyState.HEARD, None),
        ("CallerTurn", None, "where is my order"),
        ("BotTurn", ReplyState.BROKEN_OFF, None),
        ("Note", None, "the connection was lost: stream 1 (socket closed)"),
        ("Note", None, "the call goes on: stream 2, resume"),
        ("BotTurn", ReplyState.HEARD, None),
        ("KeysPressed", None, None),
        ("Note", None, "the connection was lost: stream 2"),
        ("Note", None, "the call goes on: stream 3, resume"),
        ("BotTurn", ReplyState.WITHDRAWN, None),
    ]
    totals = transcript.totals
    assert (totals.turns, totals.keys, totals.answered_ms, totals.median_ms) == (1, 2, (400,), 400)
    assert (totals.ended, totals.duration_ms) == (EndedReason.CALLER_HUNG_UP, 9100)


def test_a_page_that_was_sent_the_changes_has_what_a_reader_of_the_log_has():
    live = Transcript()
    changes = [change for event in log_of(*STREAMS) for change in live.apply(event)]
    assert drawn(changes) == list(transcript_of(log_of(*STREAMS)).entries)
    assert changes[-1] == TranscriptEnded(totals=live.totals)


def test_a_page_that_goes_on_in_the_middle_gets_changes_of_the_entries_it_has():
    events = log_of(*STREAMS)
    for place in range(len(events)):
        before, after = Transcript(), Transcript()
        seen = [change for event in events[:place] for change in before.apply(event)]
        rest = [change for n, event in enumerate(events) for change in after.apply(event) if n >= place]
        assert drawn(seen + rest) == list(after.entries)


def test_what_a_turn_asks_for_and_how_it_sounds_belong_to_the_turn():
    (turn,) = entries_of(
        said(1, "my refund", confidence=0.4),
        IntentRecognised(utterance_id=1, intent="refund", probability=0.9, also=("complaint",)),
        EmotionEstimated(utterance_id=1, label="anger", probabilities={}, anger=0.7),
        EmotionEstimated(utterance_id=9, label="joy", probabilities={}),
    )
    assert turn == CallerTurn(
        entry_id=1,
        at_ms=1000,
        speaking=False,
        pii_text="my refund",
        confidence=0.4,
        unsure=True,
        wish=Wish(intents=("refund", "complaint"), probability=0.9),
        mood=Mood(label="anger", anger=0.7),
    )


def test_an_answer_to_a_question_is_not_called_foreign_and_a_joke_is():
    foreign = IntentRecognised(utterance_id=1, intent=None, probability=0.0, in_scope=0.05)
    neutral = EmotionEstimated(utterance_id=1, label="neutral", probabilities={})
    value = SlotFilled(slot="name", kind="name", pii_value="Ann")
    joke, *_ = entries_of(said(1, "tell me a joke"), foreign, neutral, planned(1, "Sorry?"))
    answer, *_ = entries_of(said(1, "Ann"), foreign, neutral, value, planned(1, "Thanks."))
    written, *_ = entries_of(said(1, "Ann"), foreign, replace(value, by=InputMode.TEXT), planned(1, "Thanks."))
    unclear, *_ = entries_of(said(1, "hmm"), replace(foreign, in_scope=0.5), planned(1, "Sorry?"))
    assert [getattr(turn, "wish", "") for turn in (joke, answer, written, unclear)] == [
        Wish(intents=(), probability=0.95),
        None,
        None,
        None,
    ]


def test_an_interruption_cuts_one_reply_and_withdraws_those_behind_it():
    cut, behind = entries_of(
        planned(1, "Hello. How can I help?"),
        planned(2, "I can look up orders."),
        ReplyStarted(reply_id=1, at_ms=300),
        FalseInterruption(reply_id=1, paused_ms=400, resumed_ms=650),
        Interrupted(reply_id=1, speech_ms=900, at_ms=1080),
        played(1, "Hello.", complete=False),
    )
    assert cut == BotTurn(
        entry_id=1,
        at_ms=300,
        state=ReplyState.CUT,
        pii_planned="Hello. How can I help?",
        pii_heard="Hello.",
        pii_unheard=" How can I help?",
        silent_after_ms=180,
        pauses_ms=(250,),
    )
    assert isinstance(behind, BotTurn) and behind.state is ReplyState.WITHDRAWN


def test_a_sound_that_was_no_turn_leaves_a_note_and_no_turn():
    transcript = Transcript()
    started, ended = log_of(SpeechStarted(at_ms=100), Backchannel(at_ms=200, pii_text="mm-hm"))
    assert transcript.apply(started) == (EntryPut(entry=CallerTurn(entry_id=1, at_ms=100, speaking=True)),)
    removed, note = transcript.apply(ended)
    assert removed == EntryRemoved(entry_id=1)
    assert isinstance(note, EntryPut) and isinstance(note.entry, Note)
    assert note.entry.pii_text == "“mm-hm”, while listening"


def test_keys_that_follow_each_other_are_one_entry():
    entries = entries_of(
        KeyPressed(pii_digit="1", at_ms=10),
        KeyPressed(pii_digit="2", at_ms=20),
        SilenceNoticed(at_ms=30, checks=1),
        KeyPressed(pii_digit="#", at_ms=40),
    )
    assert entries[0] == KeysPressed(entry_id=1, at_ms=10, pii_keys="12", last_ms=20)
    assert entries[2] == KeysPressed(entry_id=3, at_ms=40, pii_keys="#", last_ms=40)


def test_a_reply_whose_plan_was_not_kept_is_told_by_what_was_heard():
    (turn,) = entries_of(played(5, "Goodbye."))
    assert isinstance(turn, BotTurn)
    assert (turn.state, turn.pii_heard) == (ReplyState.HEARD, "Goodbye.")


def test_what_was_done_is_told_in_words():
    refund = Action(action_id="a", tool="refund_order", status=ActionStatus.STARTED, has_side_effects=True)
    transcript = transcript_of(
        log_of(
            refund,
            replace(refund, status=ActionStatus.SUCCEEDED, took_ms=12.4),
            SlotFilled(slot="order_number", kind="reference", pii_value="5512", by=InputMode.KEYPAD, confirmed=True),
            Transfer(state=TransferState.NO_ANSWER, reason=TransferReason.CALLER_ASKED),
            MessageTaken(pii_message="call me", pii_callback_number="+35315550001"),
            Fault(code="stt_late", component=Component.SPEECH_TO_TEXT, handled=Handling.WENT_ON),
        )
    )
    assert [note.pii_text for note in transcript.entries if isinstance(note, Note)] == [
        "refund order: succeeded, 12 ms, changed something",
        "order number = 5512 (keypad, confirmed)",
        "transfer no answer: caller asked",
        "message taken: “call me”, call back: +35315550001",
        "speech to text failed (stt_late): went on",
    ]
    assert (transcript.totals.changes, transcript.totals.faults) == (("refund_order",), 1)
