"""Telephones on a loudspeaker, made up: what of the bot's voice comes back through a room, and a call in it."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from languages import DEFAULT, load
from models.audio import mulaw_decode, mulaw_encode
from models.interfaces import SAMPLES_PER_MS, TELEPHONE_RATE, Audio, SpeechDetector
from models.speech_detection import WebRtcGate
from scripts.turn_pauses import LEAD_IN_MS, Transcribe
from voice.echo.reference import Reference
from voice.echo.suppressor import EchoSuppressor
from voice.listening.audio_history import AudioHistory
from voice.listening.gate import SpeechGate
from voice.listening.turns import TurnTaker
from voice.listening.types import ConfirmInterruption, Decision, EagerEnd, Evidence, PauseBot, ResumeBot, TurnEnded

FRAME = 20 * SAMPLES_PER_MS
_EVIDENCE_MS = 100
"""From an eager end to its words."""
_LOWEST_HZ, _HIGHEST_HZ = 400.0, 3300.0
"""What a small loudspeaker gives back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A telephone on a loudspeaker."""

    db: float
    """How loud the bot's voice comes back."""
    delay_ms: float
    """How much later."""
    reverberation_s: float = 0.3
    """Until the room has faded by 60 dB."""
    direct_db: float = 3.0
    """Of the direct sound over the room's."""
    moves_ms: float = 0.0
    """How far the delay wanders in the course of the call."""
    seed: int = 0

    def echo(self, played: Audio) -> Audio:
        """What comes back of float32 [n] at 8 kHz, as long."""
        spectrum, rng = np.fft.rfft(played), np.random.default_rng(self.seed)
        hertz = np.maximum(np.fft.rfftfreq(played.size, 1 / TELEPHONE_RATE), 1.0)
        spectrum = spectrum / np.sqrt(1 + (_LOWEST_HZ / hertz) ** 4) / np.sqrt(1 + (hertz / _HIGHEST_HZ) ** 8)
        size = int(self.reverberation_s * TELEPHONE_RATE)
        room = rng.normal(0, 1, size) * 10 ** (-3 * np.arange(size) / size)
        room[: 2 * SAMPLES_PER_MS] = 0.0
        room *= 10 ** (-self.direct_db / 20) / np.sqrt(np.sum(room**2))
        room[0] = 1.0
        total = played.size + size
        back = np.fft.irfft(np.fft.rfft(np.fft.irfft(spectrum, played.size), total) * np.fft.rfft(room, total), total)
        back *= 10 ** (self.db / 20) * np.sqrt(np.sum(played**2) / max(1e-9, np.sum(back**2)))
        moved = self.moves_ms * np.sin(2 * np.pi * np.arange(played.size) / (8 * TELEPHONE_RATE))
        at = np.arange(played.size) - (self.delay_ms + moved) * SAMPLES_PER_MS
        return np.interp(at, np.arange(total), back, left=0.0).astype(np.float32)


@dataclass(slots=True, kw_only=True)
class Heard:
    """What the service made of a call."""

    stopped_ms: list[int] = field(default_factory=list)
    """When the bot fell silent for a sound."""
    interrupted_ms: list[int] = field(default_factory=list)
    """When it gave the floor away."""
    words: list[str] = field(default_factory=list)
    """The turns that counted."""
    delay_ms: int | None = None
    """The echo's delay as it was found."""


class RoomCall:
    """A call in a room: the bot says its replies, one second apart; it stops and goes on as the product decides."""

    def __init__(
        self, room: Room | None, detector: SpeechDetector, transcribe: Transcribe, *, suppress: bool, noise_dbfs: float
    ):
        """Make the call.

        Args:
            room: The telephone; None for a receiver at an ear.
            detector: The speech detector.
            transcribe: The transcriber.
            suppress: Whether the echo suppressor is on.
            noise_dbfs: Level of the background.
        """
        self._room = room
        self._transcribe = transcribe
        self._noise_dbfs = noise_dbfs
        self._suppress = suppress
        self._reference = Reference()
        self._suppressor = EchoSuppressor(self._reference)
        self._gate = SpeechGate(detector.stream(), WebRtcGate())
        self._taker = TurnTaker(load(DEFAULT))
        self._history = AudioHistory(65)
        self._due: list[tuple[int, EagerEnd]] = []
        self._texts: dict[int, str] = {}
        self._heard = Heard()
        self._played = np.zeros(0, np.float32)
        self._back = np.zeros(0, np.float32)

    def run(self, replies: list[Audio], says: Audio) -> Heard:
        """Play the call.

        Args:
            replies: What the bot says, float32 at 8 kHz.
            says: What the caller says from the call's first moment on, silences included, float32 at 8 kHz.
        """
        spans = self._lay_out(replies, says.size)
        noise = np.random.default_rng(1).normal(0, 10 ** (self._noise_dbfs / 20), says.size).astype(np.float32)
        paused = False
        for at in range(0, says.size - FRAME, FRAME):
            begun = next((span for span in spans if span[0] <= at < span[0] + FRAME), None)
            over = any(span[1] <= at < span[1] + FRAME for span in spans)
            decisions: list[Decision] = []
            if begun:
                paused = False
                decisions += self._taker.bot_started(at // SAMPLES_PER_MS, ends_ms=begun[1] // SAMPLES_PER_MS)
            if over and not paused:
                decisions += self._taker.bot_stopped(at // SAMPLES_PER_MS)
            self._reference.sent(mulaw_encode(self._played[at : at + FRAME]), at)
            near = says[at : at + FRAME] + self._back[at : at + FRAME] + noise[at : at + FRAME]
            decisions += self._listen(mulaw_encode(near))
            for decision in decisions:
                if isinstance(decision, PauseBot | ConfirmInterruption) and not paused:
                    paused = True
                    self._fall_silent(at + FRAME, spans)
                self._note(decision)
        self._heard.delay_ms = self._suppressor.delay_ms
        return self._heard

    def _lay_out(self, replies: list[Audio], size: int) -> list[tuple[int, int]]:
        self._played = np.zeros(size, np.float32)
        spans, at = [], FRAME
        for reply in replies:
            reply = reply[: max(0, size - at)]
            self._played[at : at + reply.size] = mulaw_decode(mulaw_encode(reply))
            spans.append((at, at + reply.size))
            at += reply.size + TELEPHONE_RATE
        self._come_back()
        return spans

    def _come_back(self) -> None:
        self._back = self._room.echo(self._played) if self._room else np.zeros_like(self._played)

    def _fall_silent(self, at: int, spans: list[tuple[int, int]]) -> None:
        """The rest of the reply that is being said is not played."""
        for begin, end in spans:
            if begin <= at < end:
                self._played[at:end] = 0.0
                self._reference.cleared(at)
                self._come_back()

    def _listen(self, frame: bytes) -> list[Decision]:
        decisions: list[Decision] = []
        if self._suppress:
            cleaned = self._suppressor.clean(frame)
            frame = cleaned.audio
            if cleaned.was_echo:
                decisions += self._taker.was_echo()
        self._history.append(frame)
        now_ms = self._history.end_ms
        for due_ms, eager in [item for item in self._due if item[0] <= now_ms]:
            self._due.remove((due_ms, eager))
            text, confidence = self._transcribe(self._history.between(eager.start_ms - LEAD_IN_MS, eager.end_ms + 40))
            self._texts[eager.span] = text
            evidence = Evidence(span=eager.span, text=text, confidence=confidence, turn_probability=0.9)
            decisions += self._taker.evidence(evidence)
        for gate_frame in self._gate.push(frame):
            decisions += self._taker.frame(gate_frame)
        return decisions

    def _note(self, decision: Decision) -> None:
        match decision:
            case EagerEnd():
                self._due.append((self._history.end_ms + _EVIDENCE_MS, decision))
            case PauseBot():
                self._heard.stopped_ms.append(decision.at_ms)
            case ConfirmInterruption():
                self._heard.interrupted_ms.append(decision.at_ms)
            case TurnEnded():
                self._heard.words.append(self._texts.get(decision.span, ""))
            case ResumeBot():
                # The rest of the reply is left out: the next one begins as it would have.
                self._taker.bot_stopped(decision.at_ms)
            case _:
                pass


def at_level(audio: Audio, dbfs: float) -> Audio:
    """Speech, float32 [n] at 8 kHz, so loud where it is loud at all: mean over what is within 30 dB of its peak."""
    frames = audio[: audio.size // FRAME * FRAME].reshape(-1, FRAME)
    energy = np.mean(frames**2, axis=1)
    active = float(energy[energy > energy.max() * 1e-3].mean())
    scaled: Any = audio * np.float32(10 ** (dbfs / 20) / np.sqrt(active))
    return np.asarray(scaled, dtype=np.float32)
