"""The person on the phone: a pure machine that hears 20 ms, and speaks 20 ms."""

import dataclasses
import functools
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from simulator.clips import Clip, load_samples, make_clip, render_text
from simulator.mulaw import DECODE, ENCODE, FRAME, FRAME_MS, RATE, SILENCE, encode_float, frames_of
from simulator.scenario import (
    BargeInAfter,
    Converse,
    DialBehaviour,
    Dtmf,
    HangUp,
    NeverSpeak,
    Part,
    Say,
    Scenario,
    Step,
    UtteranceKind,
    Wait,
    WaitForReply,
    WaitSilence,
    WaitTurn,
)
from simulator.ticker import ticks_of

_KEY_TICKS = 5
_NOMINAL_SPEECH_POWER = 10 ** (-25 / 10)
_DTMF_HZ = {
    key: (low, high)
    for low, row in zip((697, 770, 852, 941), ("123", "456", "789", "*0#"), strict=True)
    for high, key in zip((1209, 1336, 1477), row, strict=True)
}


class Talker(Protocol):
    """Makes up what the caller says; asked from the event loop, and never waits."""

    def bot_finished(self) -> None:
        """The bot has spoken, or has said nothing for long: begin to make up the next thing."""
        ...

    def take(self) -> "Clip | HangUp | None":
        """What was made up, once: a clip to say, perhaps without a frame, or the end; None while it is not ready."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedScenario:
    """A scenario with its audio loaded; made once, shared by any number of calls."""

    scenario: Scenario
    """What the caller does."""
    clips: dict[int, Clip]
    """The clip of each `Say`, by index of the step."""
    noise: NDArray[np.int16] | None = None
    """Background at its level, 8 kHz, repeated as needed."""
    party_clips: dict[str, Clip] = field(default_factory=dict)
    """What dialled parties say, by number."""
    talker: Talker | None = None
    """Who makes up what is said in a `Converse`; of one call only."""


def _part_samples(part: Part, voice: str) -> NDArray[np.float32]:
    if part.file is not None:
        return load_samples(part.file, part.start_ms, part.end_ms)
    if part.text:
        return render_text(part.text, part.voice or voice)
    return np.zeros(part.pause_ms * RATE // 1000, np.float32)


def _part_name(part: Part) -> str:
    return part.file.name if part.file else part.text or f"pause {part.pause_ms} ms"


def _say_clip(say: Say, voice: str) -> Clip:
    samples = np.concatenate([_part_samples(part, voice) for part in say.parts])
    return make_clip(" + ".join(_part_name(part) for part in say.parts), samples, gain_db=say.gain_db)


def prepare(scenario: Scenario) -> PreparedScenario:
    """Load and render all audio of a scenario; blocking.

    Raises:
        SimulatorError: A sound file or a voice is missing.
    """
    clips = {
        index: _say_clip(step, scenario.voice) for index, step in enumerate(scenario.steps) if isinstance(step, Say)
    }
    noise = None
    if scenario.noise:
        powers = [clip.speech_power for clip in clips.values() if clip.speech_power]
        speech = float(np.mean(powers)) if powers else _NOMINAL_SPEECH_POWER
        samples = load_samples(scenario.noise.file)
        power = float(np.mean(samples.astype(np.float64) ** 2)) or 1.0
        gain = np.sqrt(speech / power * 10 ** (-scenario.noise.snr_db / 10))
        looped = np.tile(samples, max(1, -(-FRAME * 2 // len(samples))))
        looped = looped[: len(looped) // FRAME * FRAME]
        noise = (np.clip(looped * gain, -1, 1) * 32767).astype(np.int16)
    party_clips = {
        number: _say_clip(Say(parts=(dial.says,)), scenario.voice)
        for number, dial in scenario.dial.items()
        if dial.says
    }
    return PreparedScenario(scenario=scenario, clips=clips, noise=noise, party_clips=party_clips)


def scenario_of_files(
    files: tuple[Path, ...], *, silence_ms: int = 700, timeout_ms: int = 15_000, **settings: object
) -> Scenario:
    """A scenario that says one file after each turn of the bot; ``settings`` are fields of `Scenario`."""
    turn = WaitTurn(silence_ms=silence_ms, timeout_ms=timeout_ms)
    steps: list[Step] = [turn]
    for file in files:
        steps += [Say(parts=(Part(file=file),)), turn]
    base = Scenario(name=files[0].stem if files else "silence", steps=tuple(steps))
    return dataclasses.replace(base, **settings)  # type: ignore[arg-type]


def party_scenario(number: str, behaviour: DialBehaviour) -> Scenario:
    """What an answered party does, as a scenario of its own."""
    steps: list[Step] = []
    for key in behaviour.press:
        steps += [Wait(ms=behaviour.press_after_ms), Dtmf(digits=key)]
    if behaviour.says:
        steps += [Wait(ms=500), Say(parts=(behaviour.says,), expect_reply=False)]
    if behaviour.talk_ms:
        steps.append(Wait(ms=behaviour.talk_ms))
    return Scenario(name=f"party {number}", steps=tuple(steps), stay=not behaviour.talk_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenUtterance:
    """One thing the caller said, on the caller's clock (samples at 8 kHz since the call was answered)."""

    step: int
    """Index of the step."""
    name: str
    """File or text."""
    kind: UtteranceKind
    """What it was."""
    expect_reply: bool
    """Whether the bot is expected to answer."""
    first_voiced: int
    """Where its speech starts."""
    last_voiced: int
    """Where its speech ends (exclusive)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepNote:
    """A step that did not go as the scenario wanted."""

    step: int
    """Index of the step."""
    what: str
    """What happened."""
    at_ms: int
    """When, since the call was answered."""


@functools.cache
def key_tone(key: str) -> tuple[bytes, ...]:
    """100 ms of one key's two tones (ITU-T Q.23), as frames."""
    time = np.arange(_KEY_TICKS * FRAME) / RATE
    low, high = _DTMF_HZ[key]
    wave = 0.2 * (np.sin(2 * np.pi * low * time) + np.sin(2 * np.pi * high * time))
    return tuple(frames_of(encode_float(wave.astype(np.float32))))


class CallerActor:
    """Lives one scenario, driven only by what is heard."""

    def __init__(self, prepared: PreparedScenario):
        self._prepared = prepared
        self._steps = prepared.scenario.steps
        self._index = -1
        self._now = 0
        self._entered = 0
        self._heard_ticks = 0
        self._silent_ticks = 0
        self._speaking: tuple[bytes, ...] = ()
        self._spoken = 0
        self._keys_pressed = 0
        self._made_up = False
        self._tone: list[bytes] = []
        self._noise_at = 0
        self.utterances: list[SpokenUtterance] = []
        """What has been said so far, including what is being said."""
        self.notes: list[StepNote] = []
        """Steps that ran into their time limit."""
        self.hung_up = False
        """Set when the caller puts down the phone."""
        self._max_ticks = ticks_of(prepared.scenario.max_seconds * 1000)
        self._advance()

    @property
    def step(self) -> int:
        """Index of the step that is being lived."""
        return self._index

    @property
    def finished(self) -> bool:
        """Whether all steps are done."""
        return self._index >= len(self._steps)

    def tick(self, heard_voiced: bool) -> tuple[bytes, str]:
        """Hear 20 ms and make 20 ms.

        Args:
            heard_voiced: Whether the frame at the ear had sound.

        Returns:
            The caller's frame (160 bytes of μ-law) and the key pressed in it, or "".
        """
        if heard_voiced:
            self._heard_ticks += 1
            self._silent_ticks = 0
        else:
            self._silent_ticks += 1
        key = "" if self._speaking else self._step()
        frame = SILENCE
        if self._spoken < len(self._speaking):
            frame = self._speaking[self._spoken]
            self._spoken += 1
            if self._spoken == len(self._speaking):
                self._speaking = ()
                self._action_done()
        elif self._tone:
            frame = self._tone.pop(0)
        self._now += 1
        if self._now >= self._max_ticks and not self.hung_up:
            self._note("the call lasted longer than max_seconds")
            self.hung_up = True
        if self._prepared.noise is not None:
            frame = self._with_noise(frame)
        return frame, key

    def _with_noise(self, frame: bytes) -> bytes:
        noise = self._prepared.noise
        assert noise is not None
        mixed = DECODE[np.frombuffer(frame, np.uint8)].astype(np.int32) + noise[self._noise_at : self._noise_at + FRAME]
        self._noise_at = (self._noise_at + FRAME) % len(noise)
        return ENCODE[np.clip(mixed, -32768, 32767).astype(np.int16).view(np.uint16)].tobytes()

    def _note(self, what: str) -> None:
        self.notes.append(StepNote(step=self._index, what=what, at_ms=self._now * FRAME_MS))

    def _advance(self) -> None:
        self._index += 1
        self._entered = self._now
        self._keys_pressed = 0
        if self.finished and not self._prepared.scenario.stay:
            self.hung_up = True

    def _action_done(self) -> None:
        """The caller has acted: only what the bot says from now on counts as its reply."""
        self._heard_ticks = 0
        self._silent_ticks = 0
        if isinstance(self._steps[self._index], Converse):
            self._entered = self._now
        else:
            self._advance()

    def _step(self) -> str:
        """Live the current step; waits that are over lead on to the next one within the same tick."""
        while not self.finished and not self.hung_up:
            step = self._steps[self._index]
            match step:
                case Say():
                    self._start(self._prepared.clips[self._index], step.kind, expect_reply=step.expect_reply)
                    return ""
                case Converse():
                    self._converse(step)
                    return ""
                case Dtmf():
                    return self._press(step)
                case HangUp():
                    self.hung_up = True
                    return ""
            if not self._wait_over(step):
                return ""
            self._advance()
        return ""

    def _converse(self, step: Converse) -> None:
        """Say what the talker makes up of the bot's turn, when that is over."""
        talker = self._prepared.talker
        assert talker is not None, "a scenario that converses is prepared with its talker"
        if not self._made_up:
            over = self._heard_ticks > 0 and self._silent_ticks * FRAME_MS >= step.silence_ms
            if not over and (self._now - self._entered) * FRAME_MS < step.timeout_ms:
                return
            self._made_up = True
            talker.bot_finished()
        made = talker.take()
        if made is None:
            return
        self._made_up = False
        if isinstance(made, HangUp):
            self.hung_up = True
        elif made.frames:
            self._start(made, UtteranceKind.SPEECH, expect_reply=True)
        else:
            self._action_done()

    def _start(self, clip: Clip, kind: UtteranceKind, *, expect_reply: bool) -> None:
        self._speaking, self._spoken = clip.frames, 0
        at = self._now * FRAME
        self.utterances.append(
            SpokenUtterance(
                step=self._index,
                name=clip.name,
                kind=kind,
                expect_reply=expect_reply,
                first_voiced=at + clip.first_voiced,
                last_voiced=at + clip.last_voiced,
            )
        )

    def _press(self, step: Dtmf) -> str:
        since = self._now - self._entered
        period = max(_KEY_TICKS, ticks_of(step.gap_ms))
        if self._keys_pressed == len(step.digits):
            if since >= (len(step.digits) - 1) * period + _KEY_TICKS:
                self._action_done()
            return ""
        if since < self._keys_pressed * period:
            return ""
        key = step.digits[self._keys_pressed]
        self._keys_pressed += 1
        if step.tones:
            self._tone = list(key_tone(key))
        return key

    def _wait_over(self, step: Step) -> bool:
        waited = (self._now - self._entered) * FRAME_MS
        match step:
            case Wait():
                return waited >= step.ms
            case NeverSpeak():
                return waited >= step.for_ms
            case WaitTurn():
                over = self._heard_ticks > 0 and self._silent_ticks * FRAME_MS >= step.silence_ms
                what = "the bot did not finish a turn in time"
            case WaitForReply():
                over, what = self._heard_ticks > 0, "the bot did not start to speak in time"
            case WaitSilence():
                over, what = self._silent_ticks * FRAME_MS >= step.silence_ms, "the bot was not silent in time"
            case BargeInAfter():
                over, what = self._heard_ticks * FRAME_MS >= step.bot_ms, "the bot did not speak long enough in time"
            case _:
                raise AssertionError(step)
        if not over and waited >= step.timeout_ms:
            self._note(what)
            return True
        return over
