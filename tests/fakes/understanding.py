"""Sense of turns that are known by a word in them; for tests of what stands on top of it."""

from collections.abc import Mapping

from dialogue.understanding import Understood
from models.understanding import Asked, CallerAct, Reading
from tests.fakes.intent import FakeIntentClassifier


class FakeUnderstanding:
    """Implements `dialogue.runtime.Understand`, and remembers what each turn was read together with."""

    def __init__(self, phrases: Mapping[str, tuple[str, ...]], reading: Reading | None = None) -> None:
        self._classifier = FakeIntentClassifier(phrases)
        self._reading = reading
        self.read: list[tuple[str, Asked]] = []

    async def __call__(self, text: str, asked: Asked, *, session_id: str = "") -> Understood:
        self.read.append((text, asked))
        intents = await self._classifier.classify(text, session_id=session_id)
        return Understood(intents=intents, reading=self._reading)


def reading(*acts: CallerAct, clear_yes: float = 0.0) -> Reading:
    """A reading that is certain of these acts and of no other."""
    return Reading(probabilities={act: float(act in acts) for act in CallerAct}, clear_yes=clear_yes)
