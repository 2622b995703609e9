"""Two wishes in one breath, each about its own order: "where is 4027, and please cancel 5512"."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dialogue.lines.playbook import SlotKind
from dialogue.lines.types import Line
from languages.entities import DigitsExpected


def shared_out(line: Line, names: Sequence[str], text: str) -> Mapping[str, str]:
    """What of a text is said of each of its wishes.

    Args:
        line: The line.
        names: The intents in the text; the surest comes first, whichever was said first.
        text: What was said.

    Returns:
        The part of each, where the text names a thing for each of them; else all of the text for every one.
    """
    parts = _parts(line, names, text)
    if len(names) < 2 or len(parts) < len(names):
        return dict.fromkeys(names, text)
    words = {name: _own_words(line, name, names) for name in names}
    weights = {
        (name, part): len(words[name].intersection(line.language.search.of(part))) for name in names for part in parts
    }
    said: dict[str, str] = {}
    # The clearest first; of equals, which the sort leaves in their order, the first: so people name what they speak of.
    for name, part in sorted(weights, key=lambda pair: -weights[pair]):
        if name not in said and part not in said.values():
            said[name] = part
    return said


def _parts(line: Line, names: Sequence[str], text: str) -> list[str]:
    """The text, cut behind each of the numbers in it that name something."""
    expect = next((each for name in names if (each := _expected(line, name)) is not None), None)
    find = line.language.find.digits
    if expect is None or find(text, expect=replace(expect, asked=False)) is None:
        return []
    parts: list[str] = []
    rest = text
    while (found := find(rest, expect=expect)) is not None and expect.fits(len(found.value)):
        # The likeliest is found first, but what stands before it may be another.
        earlier = find(rest[: found.start], expect=expect)
        found = earlier if earlier is not None and expect.fits(len(earlier.value)) else found
        parts.append(rest[: found.end])
        rest = rest[found.end :]
    if parts:
        parts[-1] += rest
    return parts


def _expected(line: Line, name: str) -> DigitsExpected | None:
    """What the playbook of an intent asks for by a number."""
    intent = line.intents.get(name)
    asks = line.playbooks[intent.playbook].asks() if intent is not None else ()
    ask = next((ask for ask in asks if ask.kind is SlotKind.REFERENCE), None)
    return DigitsExpected(min_length=ask.min_length, max_length=ask.max_length) if ask else None


def _own_words(line: Line, name: str, names: Sequence[str]) -> set[str]:
    """The weighty words in the examples of an intent that none of the others has."""
    others = {word for other in names if other != name for word in _words(line, other)}
    return _words(line, name) - others


def _words(line: Line, name: str) -> set[str]:
    intent = line.intents.get(name)
    return {word for example in (intent.examples if intent else ()) for word in line.language.search.of(example)}
