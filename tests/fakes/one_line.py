"""A `telephony.edge.LineDirectory` of a service with one line."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class OneLine:
    """A directory for a service with one line."""

    line: str
    """Its name."""
    human: str = ""
    """E.164 number of its human."""
    overflow: str = ""
    """E.164 number for calls that it cannot take."""

    def line_for(self, called_number: str) -> str:
        """The one line."""
        return self.line

    def human_number(self, line: str) -> str:
        """The one human."""
        return self.human

    def overflow_number(self, line: str) -> str:
        """The one overflow number."""
        return self.overflow

    def titles(self) -> dict[str, str]:
        """The one line."""
        return {self.line: self.line}
