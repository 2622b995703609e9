"""What the terminal prints of a call."""

import io

from rich.console import Console

from interactions.events.base import Body
from interactions.events.lifecycle import CallEnded, CallStarted, StreamLost, StreamResumed
from interactions.events.listening import Backchannel, KeyPressed, Partial, SpeechStarted, UtteranceHeard
from interactions.events.speaking import FalseInterruption, Interrupted, ReplyPlanned, ReplyPlayed, ReplyStarted
from interactions.events.understanding import EmotionEstimated, IntentRecognised
from interactions.vocabulary import EndedReason
from service.transcript import TranscriptPrinter
from tests.fakes.events import Log, draft


def printed(*bodies: Body) -> list[str]:
    """Lines of the terminal, without the spaces at their ends."""
    out = io.StringIO()
    printer = TranscriptPrinter(Console(file=out, width=160))
    log = Log()
    for n, body in enumerate(bodies, start=1):
        log.append(draft(body, call_ms=n * 1000))
    for event in log:
        printer.show(event)
    return [" ".join(line.split()) for line in out.getvalue().splitlines()]


def said(number: int, text: str, confidence: float = 0.9) -> UtteranceHeard:
    return UtteranceHeard(utterance_id=number, pii_text=text, confidence=confidence, start_ms=61_500, end_ms=63_000)


def planned(number: int, text: str) -> ReplyPlanned:
    return ReplyPlanned(reply_id=number, pii_text=text)


def played(number: int, text: str, *, complete: bool = True) -> ReplyPlayed:
    return ReplyPlayed(reply_id=number, pii_text=text, start_ms=0, end_ms=1, complete=complete)


def test_a_turn_is_printed_once_and_what_is_found_out_about_it_below():
    assert printed(
        SpeechStarted(at_ms=61_500),
        Partial(pii_text="where is", at_ms=62_000),
        said(1, "where is my order", confidence=0.41),
        IntentRecognised(utterance_id=1, intent="order_status", probability=0.93, also=("complaint",)),
        EmotionEstimated(utterance_id=1, label="anger", probabilities={}, anger=0.7),
    ) == [
        "1:01.5 Caller where is my order",
        "not sure what was said: confidence 0.41",
        "intent: order status + complaint (93%)",
        "voice: anger, anger over the call 0.70",
    ]


def test_a_reply_is_printed_when_it_was_heard_with_what_was_not():
    assert printed(
        planned(1, "Hello. How can I help?"),
        planned(2, "I can look up orders."),
        ReplyStarted(reply_id=1, at_ms=2300, voice_to_voice_ms=312),
        FalseInterruption(reply_id=1, paused_ms=2400, resumed_ms=2650),
        Interrupted(reply_id=1, speech_ms=2900, at_ms=3080),
        played(1, "Hello.", complete=False),
    ) == [
        "0:02.3 Firstline Hello.",
        "answered in 312 ms, paused 250 ms for a sound, went on, interrupted, silent after 180 ms, "
        "not heard: “How can I help?”",
    ]


def test_keys_are_printed_as_they_come():
    assert printed(KeyPressed(pii_digit="4", at_ms=500), KeyPressed(pii_digit="#", at_ms=900)) == [
        "0:00.5 Caller [key 4]",
        "0:00.9 Caller [key #]",
    ]


def test_a_sound_that_was_no_turn_is_a_note():
    assert printed(SpeechStarted(at_ms=500), Backchannel(at_ms=500, pii_text="mm-hm")) == [
        "0:00.5 · “mm-hm”, while listening"
    ]


def test_a_call_that_was_lost_and_resumed_is_told_to_its_end():
    assert printed(
        CallStarted(line="shop"),
        planned(1, "Hello."),
        ReplyStarted(reply_id=1, at_ms=2000),
        StreamLost(number=1, detail="socket_closed"),
        StreamResumed(number=2),
        planned(2, "I am back."),
        ReplyStarted(reply_id=2, at_ms=7000),
        played(2, "I am back."),
        CallEnded(reason=EndedReason.CALLER_HUNG_UP, duration_ms=9400),
    ) == [
        "0:01.0 · line shop, answer",
        "0:02.0 Firstline Hello.",
        "broken off, nobody knows where",
        "0:04.0 · the connection was lost: stream 1 (socket closed)",
        "0:05.0 · the call goes on: stream 2, resume",
        "0:07.0 Firstline I am back.",
        "0:09.4 · ended: caller hung up",
    ]
