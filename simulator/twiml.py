"""TwiML as typed verbs: the data that a document is read into."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Speak a text."""

    text: str
    """What."""
    loop: int = 1
    """How often; 0 is for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """Play a sound file or keys."""

    url: str = ""
    """Address of the sound, absolute or relative."""
    digits: str = ""
    """Keys to sound instead."""
    loop: int = 1
    """How often; 0 is for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Be silent."""

    seconds: int = 1
    """How long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gather:
    """Collect keys."""

    prompts: "tuple[Say | Play | Pause, ...]" = ()
    """Played meanwhile."""
    action: str = ""
    """Asked next; empty is the current document's address."""
    method: str = "POST"
    """HTTP method of the action."""
    timeout_s: int = 5
    """Silence after the last key or prompt that ends it."""
    finish_on_key: str = "#"
    """Keys that end it; empty for none."""
    num_digits: int = 0
    """Keys that end it by their number; 0 for any."""
    action_on_empty: bool = False
    """Whether the action is asked without keys, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Record the caller."""

    action: str = ""
    """Asked next; empty is the current document's address."""
    method: str = "POST"
    """HTTP method of the action."""
    timeout_s: int = 5
    """Silence that ends it."""
    finish_on_key: str = "1234567890*#"
    """Keys that end it."""
    max_length_s: int = 3600
    """Length that ends it."""
    play_beep: bool = True
    """Whether a beep comes first."""
    status_callback: str = ""
    """Told when the recording is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberTarget:
    """A number to dial."""

    number: str
    """E.164."""
    url: str = ""
    """Document for the dialled party before it is connected."""
    method: str = "POST"
    """HTTP method of ``url``."""
    status_callback: str = ""
    """Told of the dialled leg."""
    status_events: frozenset[str] = frozenset({"completed"})
    """Of which events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConferenceTarget:
    """A conference to join."""

    name: str
    """Its friendly name."""
    start_on_enter: bool = True
    """Whether this participant starts it."""
    end_on_exit: bool = False
    """Whether it ends with this participant."""
    muted: bool = False
    """Whether this participant is heard."""
    label: str = ""
    """The participant's label."""
    status_callback: str = ""
    """Told of the conference."""
    status_events: frozenset[str] = frozenset()
    """Of which events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dial:
    """Connect the call to another party."""

    targets: tuple[NumberTarget, ...] = ()
    """Numbers rung at once."""
    conference: ConferenceTarget | None = None
    """Or a conference."""
    action: str = ""
    """Asked when it is over; empty goes on with the next verb."""
    method: str = "POST"
    """HTTP method of the action."""
    timeout_s: int = 30
    """Ringing time."""
    time_limit_s: int = 14_400
    """Longest conversation."""
    caller_id: str = ""
    """Number shown to the dialled party."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """A media stream."""

    url: str
    """``wss:`` address."""
    name: str = ""
    """To stop it by."""
    track: str = "inbound_track"
    """Which audio."""
    status_callback: str = ""
    """Told when it starts, stops or fails."""
    parameters: tuple[tuple[str, str], ...] = ()
    """Handed over in ``start``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connect:
    """Hand the call to a bidirectional stream."""

    stream: Stream
    """Which."""
    action: str = ""
    """Asked when it is over; empty goes on with the next verb."""
    method: str = "POST"
    """HTTP method of the action."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartStream:
    """Fork audio to a one-way stream."""

    stream: Stream
    """Which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRecording:
    """Record the call."""

    status_callback: str = ""
    """Told when the recording is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopStream:
    """End a one-way stream."""

    name: str
    """Which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """Go on with another document."""

    url: str
    """Which."""
    method: str = "POST"
    """How it is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hangup:
    """End the call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """Refuse the call unanswered."""

    reason: str = "rejected"
    """``rejected`` or ``busy``."""


Verb = (
    Say | Play | Pause | Gather | Record | Dial | Connect | StartStream | StartRecording | StopStream | Redirect
    | Hangup | Reject
)  # fmt: skip
