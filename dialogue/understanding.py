"""From words to sense: what a turn asks for on a line, and what the caller does with it.

Requests come from the line's intent classifier, and from its knowledge articles where no intent is clear; what the
caller does comes from a reader that knows no line, only what was asked.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dialogue.knowledge import KnowledgeBase
from dialogue.lines.types import KNOWLEDGE_PREFIX, RULE_PREFIX, Line
from models.interfaces import ActReader, IntentClassifier, IntentResult, IntentScore, TextEmbedder
from models.understanding import Asked, Reading

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """The sense of one turn."""

    intents: IntentResult
    """What it asks for."""
    reading: Reading | None = None
    """What the caller does with it; None where nothing reads the line's language."""


class Understanding:
    """What turns mean on one line; made once, shared by all its calls."""

    def __init__(
        self,
        line: Line,
        classifier: IntentClassifier,
        embedder: TextEmbedder | None = None,
        reader: ActReader | None = None,
    ):
        """Index the line's knowledge; blocking.

        Args:
            line: The line.
            classifier: Fitted to `intent_examples` of the line.
            embedder: Finds articles by meaning; without it they are found by words alone.
            reader: Tells what callers do; for a line in a language that it reads.
        """
        self._classifier = classifier
        self._reader = reader
        self.knowledge = KnowledgeBase(line.articles, line.language.search, embedder.embed_all if embedder else None)
        self._embedder = embedder

    async def understand(self, text: str, asked: Asked, *, session_id: str = "") -> Understood:
        """What ``text`` means as an answer to what was asked; see `dialogue.runtime.Understand`.

        Raises:
            ModelError: A model failed, or its queue is full.
        """
        if not self._reader:
            return Understood(intents=await self.classify(text, session_id=session_id))
        # Asked at once, they are answered in one turn of a busy event loop.
        intents, reading = await asyncio.gather(
            self.classify(text, session_id=session_id), self._reader.read(text, asked, session_id=session_id)
        )
        return Understood(intents=intents, reading=reading)

    async def classify(self, text: str, *, session_id: str = "") -> IntentResult:
        """What ``text`` asks for.

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


def understand_line(
    line: Line, fit: FitClassifier, embedder: TextEmbedder | None = None, reader: ActReader | None = None
) -> Understanding:
    """Fit a classifier to a line and join it with what else makes sense of its turns; blocking, seconds at most."""
    return Understanding(line, fit(intent_examples(line)), embedder, reader)
