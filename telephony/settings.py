"""How the telephone edge treats calls and streams, whichever carrier brings them."""

from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field

from interactions.phone_numbers import E164
from models.room_settings import RoomSettings


def _phone_number(value: str) -> str:
    if value and not E164.fullmatch(value):
        raise ValueError("is not a phone number in E.164 form, such as +15550100")
    return value


PhoneNumber = Annotated[str, AfterValidator(_phone_number)]
"""E.164, or empty."""


class TelephonySettings(RoomSettings):
    """What the telephone edge tolerates, dials and says."""

    # Variables of this group that belong to a carrier's own settings are left to them.
    model_config = ConfigDict(extra="ignore")

    max_loop_lag_ms: float = Field(default=250.0, gt=0)
    """Event-loop lag above which new calls hear that all lines are busy, ms."""
    overflow_number: PhoneNumber = ""
    """E.164 number that is dialled when all lines are busy; empty: the line's own, or a goodbye."""
    caller_id: PhoneNumber = ""
    """E.164 number shown to a dialled human; empty shows the caller's."""
    human_dial_timeout_s: int = Field(default=25, ge=5, le=600)
    """How long a human's phone rings, s."""
    resume_attempts: int = Field(default=3, ge=0, le=10)
    """How often a lost media stream is opened again on one call."""
    dial_attempts: int = Field(default=2, ge=0, le=5)
    """How often a human is dialled on one call."""
    silence_after_ms: int = Field(default=100, ge=40, le=1000)
    """Without caller audio for this long, silence is made up to keep the conversation's clock running, ms."""
    dead_leg_s: float = Field(default=5.0, ge=1, le=60)
    """Without caller audio for this long, the stream counts as lost, s."""
    start_timeout_s: float = Field(default=5.0, gt=0, le=30)
    """Time that a media socket gets to say whose call it is, s."""
    max_message_bytes: int = Field(default=65_536, ge=1024, le=1_048_576)
    """Longer media messages are left out."""
    reconcile_after_s: float = Field(default=600.0, ge=30)
    """Age at which a call without an end is looked up at the carrier, s."""
    say_language: str = "en-US"
    """Language of the carrier's own voice, which is only heard when ours cannot speak."""
    busy_text: str = "All our lines are busy at the moment."
    """Said when a call cannot be taken."""
    busy_goodbye_text: str = "Please call again a little later. Goodbye."
    """Said after `busy_text` where there is no overflow number."""
    apology_text: str = "I am sorry, we have a technical problem on our side."
    """Said when a call cannot go on."""
    connecting_text: str = "I am connecting you with a colleague now. Please hold the line."
    """Said after `apology_text` when a human is dialled."""
    goodbye_text: str = "Please call again a little later. Thank you, and goodbye."
    """Said after `apology_text` when nobody can be reached."""

    def problems(self) -> list[str]:
        """What does not fit together, one sentence each."""
        if self.silence_after_ms < self.dead_leg_s * 1000:
            return []
        return ["FIRSTLINE_TELEPHONY_SILENCE_AFTER_MS has to be shorter than FIRSTLINE_TELEPHONY_DEAD_LEG_S."]
