"""What a simulated caller does on a call: plain data."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class UtteranceKind(StrEnum):
    """Why the caller makes a sound; decides what is expected of the bot."""

    SPEECH = "speech"
    """A turn: the bot must answer it, and must stop when it was speaking."""
    BACKCHANNEL = "backchannel"
    """A short acknowledgement, a cough: the bot must go on."""
    TALK_OVER = "talk_over"
    """The caller speaks while the bot does and does not care; nothing is expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One piece of an utterance: exactly one of file, text and pause."""

    file: Path | None = None
    """A sound file of any rate."""
    text: str = ""
    """Words to be rendered."""
    pause_ms: int = 0
    """Silence inside the utterance."""
    start_ms: int = 0
    """Where in the file to start."""
    end_ms: int = 0
    """Where in the file to stop; 0 is its end."""
    voice: str = ""
    """Voice for the text; empty takes the scenario's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Speak."""

    parts: tuple[Part, ...]
    """Pieces that make up one utterance."""
    kind: UtteranceKind = UtteranceKind.SPEECH
    """What it is."""
    gain_db: float = 0.0
    """Louder or softer than the file."""
    expect_reply: bool = True
    """Whether the bot is expected to answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitTurn:
    """Wait until the bot has spoken since the caller's last action and has then been silent."""

    silence_ms: int = 700
    """How long it must have been silent."""
    timeout_ms: int = 15_000
    """The caller goes on after this anyway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitForReply:
    """Wait until the bot has started to speak since the caller's last action."""

    timeout_ms: int = 15_000
    """The caller goes on after this anyway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitSilence:
    """Wait until the bot has been silent for some time, whether it spoke before or not."""

    silence_ms: int
    """How long."""
    timeout_ms: int = 30_000
    """The caller goes on after this anyway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BargeInAfter:
    """Wait until the bot has been heard for some time since the caller's last action; a `Say` after it barges in."""

    bot_ms: int
    """Audible bot speech, ms."""
    timeout_ms: int = 15_000
    """The caller goes on after this anyway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Do nothing."""

    ms: int
    """How long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dtmf:
    """Press keys."""

    digits: str
    """Keys among ``0-9*#``."""
    gap_ms: int = 200
    """From one key to the next."""
    tones: bool = False
    """Whether the tones are also in the caller's audio, as some networks leave them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NeverSpeak:
    """Stay on the line in silence until the other side hangs up."""

    for_ms: int = 120_000
    """Give up after this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Converse:
    """Answer each turn of the bot with what the call's talker makes up, until that hangs up."""

    silence_ms: int = 900
    """How long the bot must have been silent."""
    timeout_ms: int = 30_000
    """The caller says the next thing after this anyway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUp:
    """Put down the phone."""


Step = Say | WaitTurn | WaitForReply | WaitSilence | BargeInAfter | Wait | Dtmf | NeverSpeak | Converse | HangUp


class DialOutcome(StrEnum):
    """How a dialled party behaves."""

    ANSWER = "answer"
    NO_ANSWER = "no-answer"
    BUSY = "busy"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DialBehaviour:
    """What happens when the service dials a number."""

    outcome: DialOutcome = DialOutcome.ANSWER
    """Whether it answers."""
    after_ms: int = 2000
    """Ringing time before it answers, or before the network reports busy or failed."""
    talk_ms: int = 5000
    """How long the answered party stays; 0 is until the caller hangs up."""
    press: str = ""
    """Keys the answered party presses, for "press 1 to accept"."""
    press_after_ms: int = 1500
    """When the first key is pressed, after answering."""
    says: Part | None = None
    """What the answered party says, once, half a second after it is connected."""


class SignatureMode(StrEnum):
    """Whether requests are signed."""

    VALID = "valid"
    MISSING = "missing"
    FORGED = "forged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """What the phone network does to the media."""

    playout_delay_ms: int = 60
    """From the carrier's buffer to the caller's ear; a multiple of 20."""
    echo_db: float | None = None
    """What the ear hears comes back into the mouth, so loud (negative): a loudspeaker; None for none."""
    echo_ms: int = 240
    """How much later; a multiple of 20."""
    dtx: bool = False
    """Silent frames are not sent."""
    loss: float = 0.0
    """Share of frames that are lost; their time passes all the same."""
    burst: int = 1
    """Frames that are held back and sent together."""
    drop_socket_after_ms: int = 0
    """Break the media socket this long after its start; 0 is never."""
    drop_socket_times: int = 1
    """How many sockets of the call are broken."""
    socket_signature: SignatureMode = SignatureMode.VALID
    """Signature on the media socket's handshake."""
    webhook_signature: SignatureMode = SignatureMode.VALID
    """Signature on webhooks."""
    seed: int = 1
    """Makes loss and time offsets repeatable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """Sound behind the caller for the whole call."""

    file: Path
    """Repeated as often as needed."""
    snr_db: float
    """Level of the caller's speech above it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One call, as the caller lives it."""

    name: str
    """For reports."""
    steps: tuple[Step, ...]
    """What the caller does, in order. After the last step the caller hangs up, unless ``stay`` is set."""
    caller: str = "+15005550006"
    """The caller's number, E.164."""
    called: str = "+15005550010"
    """The number dialled, E.164."""
    voice: str = "hibari"
    """Voice for texts."""
    stay: bool = False
    """Whether the caller stays on the line after the last step."""
    stir_verstat: str = "TN-Validation-Passed-A"
    """What the network says about the caller's number; empty leaves it out."""
    max_seconds: float = 300.0
    """The caller hangs up after this at the latest."""
    noise: Noise | None = None
    """Background."""
    network: Network = field(default_factory=Network)
    """Media conditions."""
    dial: dict[str, DialBehaviour] = field(default_factory=dict)
    """Behaviour of numbers the service dials; ``"*"`` is any other number."""
