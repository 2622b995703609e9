"""From words to requests: the line's intent classifier, with its knowledge articles where no intent is clear."""

from collections.abc import Callable, Mapping, Sequence

from dialogue.knowledge import KnowledgeBase
from dialogue.lines.types import KNOWLEDGE_PREFIX, RULE_PREFIX, Line
from models.interfaces import IntentClassifier, IntentResult, IntentScore, TextEmbedder

FitClassifier = Callable[[Mapping[str, Sequence[str]]], IntentClassifier]
"""Fits a classifier to example sentences by intent name; seconds, or at once from its cache."""


def intent_examples(line: Line) -> dict[str, tuple[str, ...]]:
    """Example sentences by intent name, for fitting a classifier: intents, articles and global rules."""
    examples = {name: intent.examples for name, intent in line.intents.items()}
    for name, article in line.articles.items():
        if article.questions:
            examples[KNOWLEDGE_PREFIX + name] = article.questions
    examples.update({RULE_PREFIX + name: sentences for name, sentences in line.language.rules.examples.items()})
    return examples


class Understanding:
    """What a sentence asks for on one line; made once, shared by all its calls."""

    def __init__(self, line: Line, classifier: IntentClassifier, embedder: TextEmbedder | None = None):
        """Index the line's knowledge; blocking.

        Args:
            line: The line.
            classifier: Fitted to `intent_examples` of the line.
            embedder: Finds articles by meaning; without it they are found by words alone.
        """
        self._classifier = classifier
        self.knowledge = KnowledgeBase(line.articles, line.language.search, embedder.embed_all if embedder else None)
        self._embedder = embedder

    async def classify(self, text: str, *, session_id: str = "") -> IntentResult:
        """What ``text`` asks for; see `dialogue.runtime.Classify`.

        A sentence that matches no intent but an article is taken to ask for that article: its intent is then
        ``knowledge.<article>`` with the retrieval score as its probability.

        Raises:
            ModelError: A model failed, or its queue is full.
        """
        result = await self._classifier.classify(text, session_id=session_id)
        if result.intents or not text.strip():
            return result
        vector = await self._embedder.embed(text, session_id=session_id) if self._embedder else None
        hits = self.knowledge.search(text, vector)
        if not hits or not hits[0].sufficient:
            return result
        found = IntentScore(name=KNOWLEDGE_PREFIX + hits[0].article, probability=min(1.0, hits[0].score))
        others = tuple(score for score in result.alternatives if score.name != found.name)
        return IntentResult(
            intents=(found,),
            alternatives=(found, *others),
            in_scope=max(result.in_scope, found.probability),
        )


def understand_line(line: Line, fit: FitClassifier, embedder: TextEmbedder | None = None) -> Understanding:
    """Fit a classifier to a line and join it with the line's knowledge; blocking, seconds at most."""
    return Understanding(line, fit(intent_examples(line)), embedder)
