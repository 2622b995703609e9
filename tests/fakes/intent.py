"""An intent classifier that knows sentences by heart or by a word in them; for tests of what stands on top of it."""

from collections.abc import Mapping

from models.interfaces import IntentResult, IntentScore


class FakeIntentClassifier:
    """Maps a text to an intent when one of the intent's phrases is in it; the empty phrase is in every text."""

    def __init__(self, phrases: Mapping[str, tuple[str, ...]], *, probability: float = 0.95) -> None:
        self._phrases = dict(phrases)
        self._probability = probability

    async def classify(self, text: str, *, session_id: str = "") -> IntentResult:
        found = [name for name, phrases in self._phrases.items() if any(p in text.lower() for p in phrases)]
        scores = tuple(IntentScore(name=name, probability=self._probability) for name in found)
        return IntentResult(intents=scores, alternatives=scores, in_scope=self._probability if found else 0.0)
