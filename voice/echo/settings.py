"""Settings of the echo suppressor, each with its unit and one sentence."""

from pydantic import Field

from models.room_settings import RoomSettings


class EchoSettings(RoomSettings):
    """When what comes from the caller is the bot's own voice."""

    shortest_ms: int = Field(40, ge=20, le=200)
    """An echo comes back no sooner than this after its sound was heard at the ear, ms."""
    longest_ms: int = Field(600, ge=300, le=620)
    """An echo comes back no later than this, ms."""
    loudest_db: float = -8.0
    """An echo is at least this much softer than what was played, dB."""
    unknown_db: float = -13.0
    """Before it is known whether a call has an echo, what is this much softer than what was played may be one, dB."""
    margin_db: float = 6.0
    """An echo may be this much louder than it usually is, dB."""
    quietest_dbfs: float = -60.0
    """What is below this level is no voice, whosever it is, dB relative to full scale."""
    above_floor_db: float = 6.0
    """What is this close to the background is no echo that anybody would hear, dB."""
