"""The phone numbers of the simulated account."""

import re
from dataclasses import dataclass, field
from datetime import datetime

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
"""A phone number, as it is written everywhere at the carrier; for `re.Pattern.fullmatch`."""


@dataclass(slots=True, kw_only=True)
class OwnedNumber:
    """One number of the account."""

    sid: str
    """``PN…``"""
    phone_number: str
    """E.164."""
    created: datetime
    """When it was bought."""
    friendly_name: str = ""
    """For people."""
    settings: dict[str, str] = field(default_factory=dict)
    """``VoiceUrl`` and the like, by parameter name."""

    @property
    def voice_url(self) -> str:
        """Asked when somebody calls; empty takes the simulator's default."""
        return self.settings.get("VoiceUrl", "")

    @property
    def status_callback(self) -> str:
        """Told when a call is over; empty takes the simulator's default."""
        return self.settings.get("StatusCallback", "")
