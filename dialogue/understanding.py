"""From words to requests: the line's intent classifier, with its knowledge articles where no intent is clear."""

from collections.abc import Callable, Mapping, Sequence

from dialogue.knowledge import Embedder, KnowledgeBase
from dialogue.lines.types import KNOWLEDGE_PREFIX, Line
from models.interfaces import IntentClassifier, IntentResult, IntentScore

FitClassifier = Callable[[Mapping[str, Sequence[str]]], IntentClassifier]
"""Fits a classifier to example sentences by intent name; seconds, or at once from its cache."""


class Understanding:
    """What a sentence asks for on one line; made once, shared by all its calls and by threads."""

    def __init__(self, line: Line, classifier: IntentClassifier, embed: Embedder | None = None):
        """Index the line's knowledge.

        Args:
            line: The line.
            classifier: Fitted to ``line.intent_examples()``.
            embed: Sentences to unit vectors; without it articles are found by words alone.
        """
        self._classifier = classifier
        self.knowledge = KnowledgeBase(line.articles, line.language.search, embed)

    def classify(self, text: str) -> IntentResult:
        """What ``text`` asks for; blocking, a few ms.

        A sentence that matches no intent but an article is taken to ask for that article: its intent is then
        ``knowledge.<article>`` with the retrieval score as its probability.

        Raises:
            ModelError: The classifier failed.
        """
        result = self._classifier.classify(text)
        if result.intents or not text.strip():
            return result
        hits = self.knowledge.search(text)
        if not hits or not hits[0].sufficient:
            return result
        found = IntentScore(name=KNOWLEDGE_PREFIX + hits[0].article, probability=min(1.0, hits[0].score))
        others = tuple(score for score in result.alternatives if score.name != found.name)
        return IntentResult(
            intents=(found,),
            alternatives=(found, *others),
            in_scope=max(result.in_scope, found.probability),
        )


def understand_line(line: Line, fit: FitClassifier, embed: Embedder | None = None) -> Understanding:
    """Fit a classifier to a line and join it with the line's knowledge; blocking, seconds at most."""
    return Understanding(line, fit(line.intent_examples()), embed)
