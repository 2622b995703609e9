"""A conversation without models that talks, hears by loudness, can be interrupted, and writes the log of a real one."""

import asyncio

import numpy as np

from interactions.context import CallContext, CallOutcome
from interactions.events.lifecycle import CallStarted, StreamEnded
from interactions.events.listening import KeyPressed, SpeechStarted, UtteranceHeard
from interactions.events.speaking import Interrupted, ReplyPlanned, ReplyPlayed, ReplyStarted
from interactions.events.understanding import EmotionEstimated, IntentRecognised
from interactions.log import CallLog
from interactions.sink import EventSink
from interactions.vocabulary import EndedReason, Writer
from models.audio import mulaw_decode, mulaw_encode
from voice.ports import AudioRecorder, CallerLeg

GREETING = "Hello, this is a very long greeting that goes on and on until somebody interrupts it."
ANSWER = "You interrupted me. What can I do for you?"
_LOUD = 0.02
_QUIET_SAMPLES = 3200


def _hum(seconds: float) -> bytes:
    t = np.arange(int(seconds * 8000)) / 8000
    return mulaw_encode((0.3 * np.sin(2 * np.pi * 220 * t)).astype(np.float32))


class TalkingConversation:
    """Greets for 20 s; the first loud sound interrupts it and is answered; ``#`` ends the call with a goodbye."""

    def __init__(self, context: CallContext, leg: CallerLeg, sink: EventSink, recorder: AudioRecorder):
        self.context = context
        self._leg = leg
        self._log = CallLog(context.call_id, sink, now_ms=lambda: self._ms, writer=Writer.SESSION)
        self._recorder = recorder
        self._samples = 0
        self._quiet = 0
        self._speaking_since: int | None = None
        self._answered = False
        self._over: asyncio.Future[CallOutcome] | None = None
        self.marks: list[str] = []

    @property
    def _ms(self) -> int:
        return self._samples // 8

    def caller_audio(self, audio: bytes, *, late_samples: int = 0, made_up: bool = False) -> None:
        self._recorder.caller(audio, self._samples - late_samples)
        self._samples += len(audio)
        loud = bool(len(audio)) and float(np.abs(mulaw_decode(audio)).mean()) > _LOUD
        if loud and self._speaking_since is None and not self._answered:
            self._interrupted()
        self._quiet = 0 if loud else self._quiet + len(audio)
        if self._speaking_since is not None and self._quiet > _QUIET_SAMPLES:
            self._answer()

    def key_pressed(self, digit: str) -> None:
        self._log.append(KeyPressed(pii_digit=digit, at_ms=self._ms))
        if digit == "#":
            self._leg.mark("goodbye")

    def mark_reached(self, name: str) -> None:
        self.marks.append(name)
        if name == "goodbye":
            self._finish(EndedReason.GOODBYE)

    def caller_gone(self, reason: EndedReason) -> None:
        self._finish(reason)

    async def run(self) -> CallOutcome:
        self._over = asyncio.get_running_loop().create_future()
        self._log.append(CallStarted(line=self.context.line))
        self._log.append(ReplyPlanned(reply_id=1, pii_text=GREETING, source="greeting"))
        self._leg.play(_hum(20))
        self._leg.mark("greeting")
        self._log.append(ReplyStarted(reply_id=1, at_ms=self._ms))
        outcome = await self._over
        self._log.append(StreamEnded(number=1, reason=outcome.reason, duration_ms=self._ms))
        self._recorder.close()
        return outcome

    def _interrupted(self) -> None:
        self._speaking_since = self._ms
        self._leg.clear()
        self._log.append(SpeechStarted(at_ms=self._ms))
        self._log.append(Interrupted(reply_id=1, speech_ms=self._ms, at_ms=self._ms + 120))
        self._log.append(ReplyPlayed(reply_id=1, pii_text=GREETING[:20], start_ms=0, end_ms=self._ms, complete=False))

    def _answer(self) -> None:
        start, self._speaking_since, self._answered = self._speaking_since or 0, None, True
        said = UtteranceHeard(
            utterance_id=1, pii_text="Where is my order?", confidence=0.9, start_ms=start, end_ms=self._ms
        )
        self._log.append(said)
        self._log.append(IntentRecognised(utterance_id=1, intent="order_status", probability=0.93))
        self._log.append(EmotionEstimated(utterance_id=1, label="neutral", probabilities={"neutral": 1.0}))
        self._log.append(ReplyPlanned(reply_id=2, utterance_id=1, pii_text=ANSWER))
        self._leg.play(_hum(1))
        self._leg.mark("answer")
        self._log.append(ReplyStarted(reply_id=2, at_ms=self._ms, voice_to_voice_ms=312))
        self._log.append(
            ReplyPlayed(reply_id=2, pii_text=ANSWER, start_ms=self._ms, end_ms=self._ms + 1000, complete=True)
        )

    def _finish(self, reason: EndedReason) -> None:
        if self._over is not None and not self._over.done():
            self._over.set_result(CallOutcome(reason=reason))
