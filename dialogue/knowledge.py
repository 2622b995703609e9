"""Finds the article that answers a question: lexical overlap fused with sentence embeddings. Nothing is invented.

The answer is the article's own short spoken text. A score below the threshold means that the line does not know, and
the dialogue says so.
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dialogue.lines.article import Article
from languages.search import SearchWords

Embedder = Callable[[list[str]], NDArray[np.float32]]
"""Sentences to unit vectors, float32 [n, d]; blocking, used when the articles are indexed."""

LEXICAL_THRESHOLD = 0.62
"""Least share of a question's weighty words that an article must hold, without embeddings."""
FUSED_THRESHOLD = 0.5
"""Least fused score for an article to count as an answer."""
_LEXICAL_WEIGHT = 0.3
_K1, _B = 1.2, 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An article that may answer a question."""

    article: str
    score: float
    """0 to 1, comparable with the threshold of how it was found."""
    sufficient: bool
    """Whether the score reaches that threshold."""


class KnowledgeBase:
    """The articles of one line, indexed once when the line is loaded. Safe to share between threads."""

    def __init__(self, articles: Mapping[str, Article], search: SearchWords, embed: Embedder | None = None):
        """Index articles by the weighty words of their language, and by meaning where there is an embedder."""
        tokens = self._tokens = search.of
        self.articles = dict(articles)
        self._names = list(self.articles)
        texts = [_searchable(article) for article in self.articles.values()]
        self._counts = [Counter(tokens(text)) for text in texts]
        self._about = [set(tokens(" ".join((a.title, *a.keywords)))) for a in self.articles.values()]
        self._lengths = [sum(counts.values()) for counts in self._counts]
        self._mean_length = (sum(self._lengths) / len(self._lengths) if self._lengths else 0.0) or 1.0
        frequency = Counter(word for counts in self._counts for word in counts)
        self._idf = {
            word: math.log(1 + (len(texts) - n + 0.5) / (n + 0.5)) for word, n in frequency.items()
        }  # fmt: skip
        self._unknown_idf = math.log(1 + (len(texts) + 0.5) / 0.5)
        self._owners: list[int] = []
        self._vectors: NDArray[np.float32] | None = None
        if embed is not None and self._names:
            self._index(embed)

    def lexical(self, text: str, limit: int = 3) -> tuple[Hit, ...]:
        """The best articles by words alone (BM25 over the share of the question that is covered); pure and fast."""
        hits = self._rank(self._lexical_scores(text), LEXICAL_THRESHOLD, limit)
        words = set(self._tokens(text))
        return tuple(hit if self._enough_evidence(hit, words) else replace(hit, sufficient=False) for hit in hits)

    def search(self, text: str, vector: NDArray[np.float32] | None = None, limit: int = 3) -> tuple[Hit, ...]:
        """The best articles by words, and by meaning where it is known; pure and fast.

        Args:
            text: The question.
            vector: The question as a unit vector, float32 [d], of the embedder that indexed the articles.
            limit: Most articles.
        """
        if vector is None or self._vectors is None or not text.strip():
            return self.lexical(text, limit)
        similarity = self._vectors @ vector
        dense = np.zeros(len(self._names))
        np.maximum.at(dense, self._owners, np.clip(similarity, 0.0, 1.0))
        fused = (1 - _LEXICAL_WEIGHT) * dense + _LEXICAL_WEIGHT * np.asarray(self._lexical_scores(text))
        return self._rank(fused.tolist(), FUSED_THRESHOLD, limit)

    def _enough_evidence(self, hit: Hit, words: set[str]) -> bool:
        """One shared word is chance, unless it says what the article is about."""
        index = self._names.index(hit.article)
        shared = words & self._counts[index].keys()
        return len(shared) > 1 or bool(shared & self._about[index])

    def _index(self, embed: Embedder) -> None:
        sentences: list[str] = []
        for index, article in enumerate(self.articles.values()):
            for sentence in (article.title, article.answer, *article.questions):
                sentences.append(sentence)
                self._owners.append(index)
        self._vectors = np.asarray(embed(sentences), dtype=np.float32)

    def _lexical_scores(self, text: str) -> list[float]:
        words = list(dict.fromkeys(self._tokens(text)))
        possible = sum(self._idf.get(word, self._unknown_idf) for word in words)
        if not possible:
            return [0.0] * len(self._names)
        # All of one word is less than all of two.
        sureness = min(1.0, (len(words) + 1) / 3)
        scores = []
        for counts, length in zip(self._counts, self._lengths, strict=True):
            norm = _K1 * (1 - _B + _B * length / self._mean_length)
            gained = sum(
                self._idf[word] * min(1.0, counts[word] * (_K1 + 1) / (counts[word] + norm))
                for word in words
                if word in counts
            )
            scores.append(gained / possible * sureness)
        return scores

    def _rank(self, scores: Sequence[float], threshold: float, limit: int) -> tuple[Hit, ...]:
        order = sorted(range(len(scores)), key=lambda index: -scores[index])[:limit]
        return tuple(
            Hit(article=self._names[i], score=float(scores[i]), sufficient=scores[i] >= threshold)
            for i in order
            if scores[i] > 0
        )


def _searchable(article: Article) -> str:
    # Titles, questions and keywords say what an article is about; they count more than its running text.
    about = " ".join((article.title, *article.questions, *article.keywords))
    return f"{about} {about} {article.answer} {article.body}"
