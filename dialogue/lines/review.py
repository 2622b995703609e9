"""Finds what loads but cannot work on the telephone: what no voice can say, choices that nobody can make, and the like.

`load_line` takes such a line, because a call on it goes on; ``firstline line check`` tells all of it beforehand.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import time
from itertools import pairwise
from pathlib import Path as FilePath
from typing import Any

from dialogue.lines.problems import Problem
from dialogue.lines.types import Line
from dialogue.lines.yaml_marks import Document, Path, read_yaml
from languages.soundless import soundless_in

_SPOKEN = frozenset({"say", "again", "one", "more", "confirm", "filler", "end", "not_identified"})
"""Keys of playbooks and tools under which texts stand that are said."""
_GREETINGS = ("greeting", "greeting_closed")
_PLACE = re.compile(r"\{\{|\}\}|\{[^{}]*\}")
_MARKUP = re.compile(r"\*\*?\w[^*]*\*\*?|`[^`]+`|\[[^\]]+\]\([^)]+\)|</?[a-z][^>]*>|^\s*(?:#+|[-*•])\s", re.MULTILINE)
_LONG_LINK = re.compile(r"(?:https?://|www\.)\S+?[/?=]\S+|\b[\w.-]+\.[a-z]{2,}/\S+", re.IGNORECASE)
_NO_VOWEL = re.compile(r"(?<!['’\w])[bcdfghjklmnpqrstvwxz]{2,}\b")
_SOUNDS = frozenset({"hmm", "hm", "mm", "mhm", "shh", "pst"})
"""Words without a vowel that a voice says."""
_VARIABLE = re.compile(r"\{env:([A-Z][A-Z0-9_]*)\}")
_NUMBER = re.compile(r"\d{2,}")
"""What can be called."""
_SAID = 0.9
"""From here a choice was named."""
_DAY_MINUTES = 24 * 60


def review(folder: FilePath, line: Line, environment: Collection[str]) -> list[Problem]:
    """What of a line cannot work, though it loads: one message a mistake.

    Args:
        folder: Where the line was read from.
        line: From `load_line`.
        environment: Names of the variables that are set where it will run.
    """
    problems: list[Problem] = []
    for path in sorted((*folder.glob("*.yaml"), *folder.glob("playbooks/*.yaml"))):
        name = path.relative_to(folder).as_posix()
        document = read_yaml(path.read_text(encoding="utf-8"), name)
        found: Iterable[Found]
        match name:
            case "line.yaml":
                found = _outline(document, line)
            case "tools.yaml":
                found = (*_steps(document, (), document.data, line), *_variables(document, environment))
            case _ if name.startswith("playbooks/"):
                found = _steps(document, (), document.data, line)
            case _:
                continue
        problems += [Problem(file=name, line=document.line_of(place), message=message) for place, message in found]
    for path in folder.glob("knowledge/*.md"):
        answer = line.articles[path.stem.replace("-", "_")].answer
        name = path.relative_to(folder).as_posix()
        problems += [Problem(file=name, line=1, message=message) for message in _text_faults("answer", answer, line)]
    return sorted(set(problems))


Found = tuple[Path, str]


def _outline(document: Document, line: Line) -> Iterator[Found]:
    outline = document.data
    for key in _GREETINGS:
        yield from _texts(document, (key,), outline.get(key), line)
    for key, text in outline.get("phrases", {}).items():
        yield from _texts(document, ("phrases", key), text, line)
    always_open = _open_minutes(line) >= 7 * _DAY_MINUTES and not line.hours.closed_dates
    for number, given in enumerate(outline.get("escalation", {}).get("emergencies", ())):
        place: Path = ("escalation", "emergencies", number)
        yield from _texts(document, (*place, "say"), given.get("say"), line)
        emergency = line.escalation.emergencies[number]
        told = _NUMBER.search(emergency.text(team_open=False))
        if not (always_open or emergency.message or told):
            yield (
                (*place, "say"),
                "out of hours nobody is reached by this: name a number to call then (`say: {open: …, closed: …}`), or"
                " take a message (`message: true`)",
            )


def _open_minutes(line: Line) -> int:
    """Minutes of a week in which somebody is at work."""
    spans = (span for day in line.hours.open.values() for span in day)
    # A day that ends at midnight ends a moment before it.
    return sum((end.hour - start.hour) * 60 + end.minute - start.minute + (end == time.max) for start, end in spans)


def _steps(document: Document, place: Path, data: Any, line: Line) -> Iterator[Found]:
    """Every text that is said, and every choice, below a place."""
    if isinstance(data, list):
        for number, each in enumerate(data):
            yield from _steps(document, (*place, number), each, line)
    if not isinstance(data, dict):
        return
    if data.get("type") == "choice" and isinstance(data.get("choices"), dict):
        yield from _choices((*place, "choices"), data["choices"], line)
    for key, value in data.items():
        if key in _SPOKEN and not (isinstance(value, dict) and "type" in value):
            yield from _texts(document, (*place, key), value, line)
        else:
            yield from _steps(document, (*place, key), value, line)


def _texts(document: Document, place: Path, given: Any, line: Line) -> Iterator[Found]:
    """What is wrong with a text, or with any of several."""
    match given:
        case str():
            key = next(str(part) for part in reversed(place) if isinstance(part, str))
            yield from ((place, message) for message in _text_faults(key, given, line))
        case list():
            for number, each in enumerate(given):
                yield from _texts(document, (*place, number), each, line)
        case dict():
            for key, each in given.items():
                yield from _texts(document, (*place, key), each, line)


def _text_faults(key: str, text: str, line: Line) -> Iterator[str]:
    """What of a text a voice cannot say; the first mark of a kind stands for all."""
    prose = _PLACE.sub(" It ", text)
    if markup := _MARKUP.search(prose):
        yield f"`{key}` has markup, `{markup.group().strip()}`, which nobody hears; write plain sentences"
        return
    if soundless := soundless_in(prose):
        yield f"`{key}` has {soundless}, which has no sound; leave it out"
        return
    if link := _LONG_LINK.search(prose):
        yield f"`{key}` has the link {link.group()}, which nobody can note down by ear; say where to look instead"
        return
    spoken = line.read.as_spoken(prose)
    if not spoken:
        yield f"nothing of `{key}` can be said"
        return
    short = _short_form(prose, line) or next((word for word in _NO_VOWEL.findall(spoken) if word not in _SOUNDS), "")
    if short:
        yield f"`{key}` has `{short}`, which is read as it is written; write it out"


def _short_form(prose: str, line: Line) -> str:
    """A word that is cut short with a full stop, where the reader does not know it: the sentence goes on behind it."""
    for sentence, following in pairwise(line.read.sentences(prose)):
        if following[0].islower() and sentence.endswith("."):
            return sentence.split()[-1]
    return ""


def _choices(place: Path, choices: dict[str, Any], line: Line) -> Iterator[Found]:
    """Choices that their own words do not choose."""
    words = {value: (value.replace("_", " "), *(synonyms or ())) for value, synonyms in choices.items()}
    for value, ways in words.items():
        chosen = {way: line.language.find.choice(way, words) for way in ways}
        taken = [way for way, found in chosen.items() if found and found.value == value and found.confidence >= _SAID]
        if not taken:
            yield (*place, value), f"nobody can choose `{value}`: none of {_listed(ways)} is understood as it"
            continue
        for way, found in chosen.items():
            if found is not None and found.value != value:
                yield (*place, value), f"{way!r} is understood as `{found.value}`, not as `{value}`"


def _listed(ways: Collection[str]) -> str:
    return ", ".join(repr(way) for way in ways)


def _variables(document: Document, environment: Collection[str]) -> Iterator[Found]:
    """Variables of the environment that a tool needs and that are not set."""
    for name, tool in document.data.items():
        texts: dict[Path, str] = {(name, "url"): tool.get("url", "")}
        texts.update({(name, "headers", header): text for header, text in tool.get("headers", {}).items()})
        for place, text in texts.items():
            for variable in _VARIABLE.findall(text):
                if variable not in environment:
                    yield place, f"the environment has no `{variable}`, which `{name}` needs"
