"""Reads scenarios from YAML; every mistake is reported with file and line."""

from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from simulator import scenario as plain
from simulator.clips import VOICES
from simulator.errors import ScenarioError
from simulator.numbers import E164
from simulator.scenario import DialOutcome, SignatureMode, UtteranceKind

Ms = Annotated[int, Field(ge=0, le=3_600_000)]
Number = Annotated[str, Field(pattern=f"^{E164.pattern}$")]
Voice = Literal["hibari", "piper"]
assert set(VOICES) == {"hibari", "piper"}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Part(_Strict):
    file: str | None = None
    text: str | None = None
    pause_ms: Ms | None = None
    start_ms: Ms = 0
    end_ms: Ms = 0
    voice: Voice | None = None

    @model_validator(mode="after")
    def _one_source(self) -> "_Part":
        if sum(value is not None for value in (self.file, self.text, self.pause_ms)) != 1:
            raise ValueError("give exactly one of file, text and pause_ms")
        return self


class _Say(_Strict):
    file: str | None = None
    text: str | None = None
    parts: list[_Part] | None = Field(default=None, min_length=1)
    start_ms: Ms = 0
    end_ms: Ms = 0
    voice: Voice | None = None
    kind: UtteranceKind = UtteranceKind.SPEECH
    gain_db: float = Field(default=0.0, ge=-40, le=20)
    expect_reply: bool = True

    @model_validator(mode="after")
    def _one_source(self) -> "_Say":
        if sum(value is not None for value in (self.file, self.text, self.parts)) != 1:
            raise ValueError("give exactly one of file, text and parts")
        return self


class _WaitTurn(_Strict):
    silence_ms: Ms = 700
    timeout_ms: Ms = 15_000


class _WaitForReply(_Strict):
    timeout_ms: Ms = 15_000


class _WaitSilence(_Strict):
    silence_ms: Ms
    timeout_ms: Ms = 30_000


class _BargeInAfter(_Strict):
    bot_ms: Ms
    timeout_ms: Ms = 15_000


class _Wait(_Strict):
    ms: Ms


class _Dtmf(_Strict):
    digits: str = Field(pattern=r"^[0-9*#]{1,32}$")
    gap_ms: Ms = 200
    tones: bool = False


class _NeverSpeaks(_Strict):
    for_ms: Ms = 120_000


class _HangUp(_Strict):
    pass


class _Step(_Strict):
    """A mapping with exactly one key: the name of the step."""

    say: _Say | None = None
    backchannel: _Say | None = None
    talk_over: _Say | None = None
    wait_turn: _WaitTurn | None = None
    wait_audio_end: _WaitTurn | None = None
    wait_for_reply: _WaitForReply | None = None
    wait_silence: _WaitSilence | None = None
    barge_in_after: _BargeInAfter | None = None
    wait: _Wait | None = None
    dtmf: _Dtmf | None = None
    never_speaks: _NeverSpeaks | None = None
    hangup: _HangUp | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_forms(cls, data: Any) -> Any:
        """Accept ``hangup``, ``wait: 500``, ``say: some text`` and the like."""
        if isinstance(data, str):
            data = {data: None}
        if not isinstance(data, dict) or len(data) != 1:
            raise ValueError("a step is one name with its settings")
        name, value = next(iter(data.items()))
        main = {
            "say": "text", "backchannel": "text", "talk_over": "text", "wait": "ms", "wait_silence": "silence_ms",
            "barge_in_after": "bot_ms", "dtmf": "digits", "never_speaks": "for_ms", "wait_turn": "silence_ms",
            "wait_audio_end": "silence_ms", "wait_for_reply": "timeout_ms",
        }  # fmt: skip
        if value is None:
            value = {}
        elif name in main and isinstance(value, str | int) and not isinstance(value, bool):
            value = {main[name]: str(value) if name == "dtmf" else value}
        return {name: value}


class _Dial(_Strict):
    outcome: DialOutcome = DialOutcome.ANSWER
    after_ms: Ms = 2000
    talk_ms: Ms = 5000
    press: str = Field(default="", pattern=r"^[0-9*#]*$")
    press_after_ms: Ms = 1500
    says: _Part | None = None


class _Network(_Strict):
    playout_delay_ms: int = Field(default=60, ge=0, le=2000, multiple_of=20)
    echo_db: float | None = Field(default=None, ge=-90, le=0)
    echo_ms: int = Field(default=240, ge=20, le=2000, multiple_of=20)
    dtx: bool = False
    loss: float = Field(default=0.0, ge=0, lt=1)
    burst: int = Field(default=1, ge=1, le=50)
    drop_socket_after_ms: Ms = 0
    drop_socket_times: int = Field(default=1, ge=1, le=100)
    socket_signature: SignatureMode = SignatureMode.VALID
    webhook_signature: SignatureMode = SignatureMode.VALID
    seed: int = 1


class _Noise(_Strict):
    file: str
    snr_db: float = Field(ge=-20, le=60)


class _Scenario(_Strict):
    name: str = Field(min_length=1)
    steps: list[_Step] = Field(min_length=1)
    caller: Number = "+15005550006"
    called: Number = "+15005550010"
    voice: Voice = "hibari"
    stay: bool = False
    stir_verstat: str = "TN-Validation-Passed-A"
    max_seconds: float = Field(default=300.0, gt=0, le=7200)
    noise: _Noise | None = None
    network: _Network = _Network()
    dial: dict[str, _Dial] = Field(default_factory=dict)


def load_scenario(path: Path) -> plain.Scenario:
    """Read one scenario.

    Args:
        path: YAML file; sound files in it are relative to its folder.

    Raises:
        ScenarioError: With every mistake as ``file:line: path: what``.
    """
    try:
        text = path.read_text("utf-8")
        node = yaml.compose(text, yaml.SafeLoader)
        data = yaml.safe_load(text)
    except OSError as error:
        raise ScenarioError([f"{path}: cannot be read: {error.strerror}"]) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise ScenarioError([f"{path}:{line}: not YAML: {getattr(error, 'problem', error)}"]) from error
    try:
        parsed = _Scenario.model_validate(data)
    except ValidationError as error:
        raise ScenarioError(
            [f"{path}:{_line(node, e['loc'])}: {_dotted(e['loc'])}{e['msg']}" for e in error.errors()]
        ) from error
    built = _build(parsed, path.parent)
    if missing := [f"{path}:{line}: no such sound file: {name}" for line, name in _missing_files(node, path.parent)]:
        raise ScenarioError(missing)
    return built


def _dotted(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location) + ": " if location else ""


def _child(node: yaml.Node, key: int | str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == str(key):
                return value if isinstance(value, yaml.MappingNode | yaml.SequenceNode) else name
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        return node.value[key]
    return None


def _line(node: yaml.Node | None, location: tuple[int | str, ...]) -> int:
    """Line of the deepest part of the location that stands in the file."""
    if node is None:
        return 1
    line = node.start_mark.line + 1
    for key in location:
        child = _child(node, key)
        if child is None:
            break
        node, line = child, child.start_mark.line + 1
    return line


def _missing_files(node: yaml.Node | None, base: Path) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == "file" and isinstance(value, yaml.ScalarNode):
                if not (base / value.value).is_file():
                    found.append((value.start_mark.line + 1, value.value))
            else:
                found += _missing_files(value, base)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            found += _missing_files(value, base)
    return found


def _part(part: _Part, base: Path) -> plain.Part:
    return plain.Part(
        file=base / part.file if part.file else None,
        text=part.text or "",
        pause_ms=part.pause_ms or 0,
        start_ms=part.start_ms,
        end_ms=part.end_ms,
        voice=part.voice or "",
    )


def _say(say: _Say, base: Path, kind: UtteranceKind) -> plain.Say:
    parts = say.parts or [
        _Part(file=say.file, text=say.text, start_ms=say.start_ms, end_ms=say.end_ms, voice=say.voice)
    ]
    return plain.Say(
        parts=tuple(_part(part, base) for part in parts),
        kind=kind,
        gain_db=say.gain_db,
        expect_reply=say.expect_reply and kind is UtteranceKind.SPEECH,
    )


def _step(step: _Step, base: Path) -> list[plain.Step]:
    match next((name, value) for name, value in step if value is not None):
        case "say", _Say() as say:
            return [_say(say, base, say.kind)]
        case "backchannel", _Say() as say:
            return [_say(say, base, UtteranceKind.BACKCHANNEL)]
        case "talk_over", _Say() as say:
            return [plain.WaitForReply(), _say(say, base, UtteranceKind.TALK_OVER)]
        case _, _WaitTurn() as turn:
            return [plain.WaitTurn(silence_ms=turn.silence_ms, timeout_ms=turn.timeout_ms)]
        case _, _WaitForReply() as reply:
            return [plain.WaitForReply(timeout_ms=reply.timeout_ms)]
        case _, _WaitSilence() as silence:
            return [plain.WaitSilence(silence_ms=silence.silence_ms, timeout_ms=silence.timeout_ms)]
        case _, _BargeInAfter() as barge_in:
            return [plain.BargeInAfter(bot_ms=barge_in.bot_ms, timeout_ms=barge_in.timeout_ms)]
        case _, _Wait() as wait:
            return [plain.Wait(ms=wait.ms)]
        case _, _Dtmf() as dtmf:
            return [plain.Dtmf(digits=dtmf.digits, gap_ms=dtmf.gap_ms, tones=dtmf.tones)]
        case _, _NeverSpeaks() as never:
            return [plain.NeverSpeak(for_ms=never.for_ms)]
        case _:
            return [plain.HangUp()]


def _build(parsed: _Scenario, base: Path) -> plain.Scenario:
    noise = plain.Noise(file=base / parsed.noise.file, snr_db=parsed.noise.snr_db) if parsed.noise else None
    return plain.Scenario(
        name=parsed.name,
        steps=tuple(step for written in parsed.steps for step in _step(written, base)),
        caller=parsed.caller,
        called=parsed.called,
        voice=parsed.voice,
        stay=parsed.stay,
        stir_verstat=parsed.stir_verstat,
        max_seconds=parsed.max_seconds,
        noise=noise,
        network=plain.Network(**dict(parsed.network)),
        dial={
            number: plain.DialBehaviour(**{**dict(dial), "says": _part(dial.says, base) if dial.says else None})
            for number, dial in parsed.dial.items()
        },
    )
