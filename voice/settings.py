"""Settings of one call's conversation: what is the same for all calls, with units and a sentence each."""

from pydantic import Field

from models.room_settings import RoomSettings


class VoiceSettings(RoomSettings):
    """How a conversation is held. Times are in the unit of their name."""

    lead_ms: int = Field(200, ge=60, le=2000)
    """How far ahead of the ear the carrier's buffer is kept."""
    mark_every_ms: int = Field(200, ge=60, le=2000)
    """Distance between playback marks."""
    transcribe_deadline_ms: int = Field(4000, ge=200)
    """Longest wait for a transcript; then the caller is asked to say it again."""
    turn_model_deadline_ms: int = Field(400, ge=50)
    """Longest wait for the turn model; then text and silence decide."""
    think_deadline_ms: int = Field(15000, ge=1000)
    """Longest time to answer one utterance, tools included."""
    filler_after_ms: int = Field(700, ge=100)
    """Silence after which a slow tool gets a spoken filler."""
    change_pause_ms: int = Field(450, ge=0, le=3000)
    """Silence after a turn that agrees to a change, before anything is changed: the caller may have more to say."""
    keypad_pause_ms: int = Field(2500, ge=500)
    """Pause after a key that ends a typed answer."""
    longest_call_minutes: int = Field(60, ge=1)
    """A call is ended kindly after this time."""
    emotion_window_s: float = Field(6.0, ge=1.0, le=8.0)
    """Longest stretch of an utterance judged for emotion."""
    history_s: float = Field(65.0, ge=10.0)
    """Caller audio kept in memory for transcription."""
    processors: tuple[str, ...] = ()
    """Dotted paths of pipecat processor classes that see every turn that counts, a JSON list."""
    observers: tuple[str, ...] = ()
    """Dotted paths of pipecat observer classes, a JSON list; with any, pipecat measures its metrics."""
