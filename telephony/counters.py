"""How often things happened at the telephone edge, by closed names: read by metrics and tests."""

from collections import Counter


class EdgeCounters:
    """Counts by (what, which); both are from closed vocabularies, so the number of entries is bounded."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, what: str, which: str = "", amount: int = 1) -> None:
        """Count something.

        Args:
            what: The kind of thing, such as ``"media_fault"``.
            which: The case, such as ``"broken_json"``. Never data of a caller.
            amount: How often.
        """
        self._counts[what, which] += amount

    def count(self, what: str, which: str = "") -> int:
        """How often it happened."""
        return self._counts[what, which]

    def snapshot(self) -> dict[tuple[str, str], int]:
        """All counts, by (what, which)."""
        return dict(self._counts)
