"""What a recogniser on a telephone line does to a sentence: a cheap model on the text.

Words become others that it was seen to write for them (``misheard.tsv``, which `scripts.measure_mishearing` makes), or
that sound alike; some are lost, said twice, or hesitated before.
"""

import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from scripts.understanding.example import Example, Mark

_PIECE = re.compile(r"\S+")
_GROUPS = """
    to too two, for four, no know, right write, by buy bye, its it's, there their they're, your you're, one won,
    our are, hear here, would wood, sure shore, wait weight, piece peace, then than, order or, aye eye i, yeah
    yes ya, yep yup, okay ok k, uh a, an and, is as, it that, him them, card car, male mail, week weak, fine
    find, bill bell, cancel counsel, refund refunds, i'd i, i'll all, please police, could good, the a, of off,
    that's that, what's what, fee free, ta tar, grand ground, mam ma'am, cheers chairs, so sow, agreed greed
"""
"""Words that recognisers write for each other."""


def _sound_alike() -> dict[str, list[str]]:
    """What is written for a word: what was measured as often as it was."""
    found: dict[str, list[str]] = defaultdict(list)
    for group in _GROUPS.split(","):
        for word in group.split():
            found[word] += [other for other in group.split() if other != word]
    for spoken, written, count in _measured():
        if spoken and written and " " not in spoken:
            found[spoken] += [written] * count
    return dict(found)


def _measured() -> Iterator[tuple[str, str, int]]:
    path = Path(__file__).with_name("misheard.tsv")
    for line in path.read_text(encoding="utf-8").splitlines():
        spoken, written, count = line.split("\t")
        yield spoken, written, int(count)


_SOUND_ALIKE = _sound_alike()
_DROPPED = frozenset("a an the to of is it that i you and so just do would can for at on in my".split())
_HESITATIONS = ("um", "uh", "er", "uhm", "ehm", "well", "like", "so", "you know", "I mean")


def heard(example: Example, rng: random.Random, strength: float = 1.0) -> Example:
    """The turn as a recogniser may write it; words in marked values keep their letters.

    Args:
        example: As spoken.
        rng: Source of chance.
        strength: 1 for about one word in twelve changed.
    """
    pieces = [(m.group(), m.start(), m.end()) for m in _PIECE.finditer(example.said)]
    style = rng.random()
    out: list[str] = []
    place: dict[int, tuple[int, int]] = {}
    length = 0
    for index, (word, start, end) in enumerate(pieces):
        marked = any(a < end and start < b for _, a, b in example.marks)
        for new in _changed(word, marked, len(pieces), rng, strength):
            new = _styled(new, style, last=index == len(pieces) - 1)
            if not new:
                continue
            at = length + bool(out)
            out.append(new)
            length = at + len(new)
            first, _ = place.get(index, (at, length))
            place[index] = (first, length)
    said = " ".join(out)
    if not said:
        return example
    marks = _moved(example, pieces, place, said)
    return replace(example, said=said, marks=marks)


def _changed(word: str, marked: bool, count: int, rng: random.Random, strength: float) -> list[str]:
    chance = rng.random() / max(strength, 1e-6)
    plain = word.lower().strip(",.?!")
    if marked:
        return [word]
    if chance < 0.02 and count > 3 and plain in _DROPPED:
        return []
    if chance < 0.045 and plain in _SOUND_ALIKE:
        return [rng.choice(_SOUND_ALIKE[plain]) + (word[-1] if word[-1] in ",.?!" else "")]
    if 0.045 < chance < 0.06:
        return [word.rstrip(",.?!"), word]
    if 0.06 < chance < 0.075:
        return [rng.choice(_HESITATIONS), word]
    if 0.075 < chance < 0.085 and len(plain) > 4 and "n't" not in plain:
        at = rng.randrange(1, len(plain) - 1)
        return [word[:at] + rng.choice("aeioustrn") + word[at + 1 :]]
    if 0.085 < chance < 0.09 and count > 3 and plain in _DROPPED:
        return []
    return [word]


def _styled(word: str, style: float, last: bool) -> str:
    """Punctuation: as written, only at the end, or none; small letters or not makes no difference to the encoder."""
    if style < 0.35:
        return word
    if style < 0.6 and last:
        return word.strip(",.!…-")
    return word.strip(",.?!…-")


def _moved(
    example: Example, pieces: list[tuple[str, int, int]], place: dict[int, tuple[int, int]], said: str
) -> tuple[Mark, ...]:
    moved: list[Mark] = []
    for kind, start, end in example.marks:
        inside = [place[i] for i, (_, a, b) in enumerate(pieces) if a < end and start < b and i in place]
        if inside:
            first, last = min(a for a, _ in inside), max(b for _, b in inside)
            while last > first and said[last - 1] in ",.?!":
                last -= 1
            moved.append((kind, first, last))
    return tuple(moved)
