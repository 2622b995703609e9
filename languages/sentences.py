"""The built-in sentences of a language, in three manners; a line may put its own words in place of any of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Variants = Mapping[str, tuple[str, ...]]
"""Sentences by key, each in a few wordings."""


class Manner(StrEnum):
    """How the built-in sentences sound."""

    WARM = "warm"
    PLAIN = "plain"
    FORMAL = "formal"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLabels:
    """What the built-in playbook that takes a message calls its own questions, inside other sentences."""

    about: str
    """Completes "let's go back to …"."""
    message: str
    answer: str
    number: str
    """The number to call back on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentences:
    """What the bot says by itself in one language."""

    warm: Variants
    """Every sentence there is."""
    plain: Variants
    """Those that a plain manner says otherwise."""
    formal: Variants
    """Those that a formal manner says otherwise."""
    written: Variants = field(default_factory=dict)
    """Those that a channel which is read says otherwise: nobody hears, and nobody hangs up, in a chat."""
    labels: MessageLabels

    def say(
        self,
        key: str,
        manner: Manner,
        own: Mapping[str, str],
        times: int = 0,
        values: Mapping[str, str] | None = None,
        *,
        written: bool = False,
    ) -> str:
        """A built-in sentence.

        Args:
            key: One of those of `warm`.
            manner: How it should sound.
            own: The line's own sentences, which come first.
            times: How often it was said before, so that the same caller hears another variant.
            values: What stands in ``{…}``.
            written: Whether the customer reads it.
        """
        if key in own:
            text = own[key]
        else:
            variants = self._variants(key, manner, written=written)
            text = variants[times % len(variants)]
        for name, value in (values or {}).items():
            text = text.replace(f"{{{name}}}", value)
        return text

    def all(self, manner: Manner, own: Mapping[str, str]) -> list[str]:
        """Every sentence that a manner speaks, the line's own words in place: what can be rendered beforehand."""
        return [
            text
            for key in self.warm
            for text in ((own[key],) if key in own else self._variants(key, manner, written=False))
        ]

    def _variants(self, key: str, manner: Manner, *, written: bool) -> tuple[str, ...]:
        if written and key in self.written:
            return self.written[key]
        own_manner = {Manner.PLAIN: self.plain, Manner.FORMAL: self.formal}.get(manner, self.warm)
        return own_manner.get(key, self.warm[key])
