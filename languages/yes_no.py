"""Reads the answer to a yes-or-no question: what is the same in every language, given its cues."""

import re
from dataclasses import dataclass

from languages.entities import Answer, YesNo
from languages.tokens import LONGEST_TEXT

_CLEAR = 0.75
_MOST = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCues:
    """All that one language knows of yes and no."""

    cues: tuple[tuple[Answer, float, re.Pattern[str]], ...]
    """Answer, how strongly it is said, and the pattern; longer phrases come first, and what they cover is not read
    again word by word."""
    weak: frozenset[str]
    """Cues that say little by themselves: "right", "please"."""
    no_cues: re.Pattern[str]
    """What looks like a cue and is none: "right now", "order no 5"."""
    outright: re.Pattern[str]
    """Matches the beginning of a text that is a yes, although cues in it disagree: "yes, that's it"."""
    brief: re.Pattern[str]
    """Matches the beginning of the words of a short answer that is a yes or a no."""
    promise: re.Pattern[str]
    """Matches words that only promise the value that was asked for: "may I have your name?" "Sure."."""

    def find(self, text: str) -> YesNo | None:
        """Find whether a text says yes, no, or neither.

        When cues disagree, the first strong one leads, except that "yeah, no" is a no, "no, yeah" a yes, and that a no
        which is the last word ("yes, wait, no") takes back what came before it.

        Args:
            text: What was said in answer to a yes-or-no question.

        Returns:
            The answer, less sure in long sentences; None when the text does not answer.
        """
        return _find(self, text)

    def decide(self, text: str) -> bool | None:
        """True for a clear yes, False for a clear no, None for anything else."""
        if self.outright.match(text.strip().lower()):
            return True
        found = self.find(text)
        if found is None or found.value is Answer.UNSURE:
            return None
        # A weak word decides only where it is most of what was said: "great", but not "this is ridiculous".
        share = (found.end - found.start) / max(1, len(text.strip()))
        if found.confidence < _CLEAR and share < _MOST:
            return None
        return found.value is Answer.YES


def compile_cues(table: tuple[tuple[Answer, float, str], ...]) -> tuple[tuple[Answer, float, re.Pattern[str]], ...]:
    """Patterns of a table of cues: each matches as whole words only."""
    return tuple(
        (answer, strength, re.compile(rf"(?<![\w'])(?:{pattern})(?![\w']|-\w)")) for answer, strength, pattern in table
    )


_MANY_WORDS = 12
_LETTERS = re.compile(r"[\w']+")
_Hit = tuple[int, int, Answer, float]
"""First character, one past the last, the answer, and how strongly it says so."""


def _find(words: AnswerCues, text: str) -> YesNo | None:
    clean = text[:LONGEST_TEXT].lower().replace("’", "'")
    masked = words.no_cues.sub(lambda m: "\x00" * len(m.group()), clean)
    hits: list[_Hit] = []
    for answer, strength, pattern in words.cues:
        for match in pattern.finditer(masked):
            weak = match.group() in words.weak
            hits.append((match.start(), match.end(), answer, 0.6 if weak else strength))
        masked = pattern.sub(lambda m: "\x00" * len(m.group()), masked)
    if not hits:
        return None
    hits.sort()
    length = len(clean.split())
    start, end, answer, strength = _decide(hits, _words_end(clean))
    if length > _MANY_WORDS:
        strength -= 0.25 if start < 12 else 0.45
    elif strength < 0.7 and length > 4:
        strength -= 0.2
    disagree = any(h[2] != answer and h[3] >= 0.7 for h in hits)
    confidence = round(max(0.1, strength - (0.15 if disagree else 0.0)), 3)
    return YesNo(value=answer, start=start, end=end, confidence=confidence)


def _words_end(text: str) -> int:
    """Where the last word ends."""
    return max((match.end() for match in _LETTERS.finditer(text)), default=0)


def _decide(hits: list[_Hit], words_end: int) -> _Hit:
    strong = [h for h in hits if h[3] >= 0.7] or hits
    first, last = strong[0], strong[-1]
    if last[2] == Answer.NO and last[1] >= words_end:
        return last
    second = strong[1] if len(strong) > 1 else None
    if second is not None and _gives_way(first, second):
        return second
    unsure = next((h for h in strong if h[2] == Answer.UNSURE), None)
    return unsure if unsure is not None and first[3] < unsure[3] else first


def _gives_way(first: _Hit, second: _Hit) -> bool:
    """Whether the first word only takes the turn, as in "yeah, no", "okay then no" and "no, yeah"."""
    short, gap = first[1] - first[0] <= 5, second[0] - first[1]
    if first[2] == Answer.YES and second[2] == Answer.NO:
        return short and gap <= 6 and second[1] - second[0] <= 4
    return first[2] == Answer.NO and second[2] == Answer.YES and short and gap <= 2
