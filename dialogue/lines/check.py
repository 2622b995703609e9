"""Collects the mistakes of a line folder while its files are checked, and words them for an operator."""

import difflib
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from dialogue.lines.expressions import Condition, ExpressionError, parse_condition
from dialogue.lines.problems import Problem
from dialogue.lines.templates import Template, TemplateError, parse_template
from dialogue.lines.wording import Wording
from dialogue.lines.yaml_marks import Document, Path
from languages import available

_T = TypeVar("_T")

_LONGEST_TEXT = 2000
_HOURS = ("open", "closed")

_WORDING: dict[str, Callable[[str, dict[str, Any], Any], str]] = {
    "missing": lambda name, context, value: f"`{name}` is missing",
    "missing_argument": lambda name, context, value: f"`{name}` is missing",
    "missing_keyword_only_argument": lambda name, context, value: f"`{name}` is missing",
    "greater_than": lambda name, context, value: f"`{name}` is {value}, but must be above {context['gt']:g}",
    "greater_than_equal": lambda name, context, value: f"`{name}` is {value}, but must be at least {context['ge']:g}",
    "less_than_equal": lambda name, context, value: f"`{name}` is {value}, but must be at most {context['le']:g}",
    "enum": lambda name, context, value: f"`{name}` is {value!r}, but must be one of {context['expected']}",
    "too_short": lambda name, context, value: f"`{name}` needs at least {context['min_length']} entries",
    "string_too_short": lambda name, context, value: f"`{name}` is empty",
    "string_too_long": lambda name, context, value: f"`{name}` is longer than {context['max_length']} characters",
    "string_pattern_mismatch": lambda name, context, value: (
        f"`{name}` is {value!r}, which does not have the form {context['pattern']}"
    ),
    "string_type": lambda name, context, value: f"`{name}` must be text",
    "dataclass_type": lambda name, context, value: f"`{name}` must be a group of `key: value` entries",
}


class Checker:
    """Checks data against schemas and references against names; keeps all problems."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def problem(self, document: Document, path: Path, message: str) -> None:
        """Note a mistake at a place of a document."""
        self.problems.append(Problem(file=document.file, line=document.line_of(path), message=message))

    def shape(self, schema: type[_T], document: Document, path: Path, data: Any) -> _T | None:
        """``data`` as ``schema``, or None when it has mistakes, all of which are noted."""
        if not isinstance(data, dict):
            self.problem(document, path, "must be a group of `key: value` entries")
            return None
        try:
            checked: _T = _adapter(cast(Hashable, schema)).validate_python(data)
            return checked
        except ValidationError as error:
            items = error.errors()
            for item in (each for each in items if not _of_another_shape(each, items)):
                location = tuple(part for part in item["loc"] if part != "[key]")
                self.problem(document, path + location, _wording(item, schema))
            return None

    def template(self, document: Document, path: Path, text: str | None) -> Template | None:
        """A parsed template; None for no text, or with a problem noted."""
        if text is None:
            return None
        try:
            return parse_template(text)
        except TemplateError as error:
            self.problem(document, path, f"the text {error}")
            return None

    def wording(
        self, document: Document, path: Path, given: Any, language: str, *, needed: bool = False
    ) -> Wording | None:
        """What is said at a place: a text, several in turn, or either by hours or by language.

        Args:
            document: Where it stands.
            path: Its place there.
            given: As YAML holds it; None for no text.
            language: Code of the line's language, which picks from texts by language.
            needed: Whether there has to be a text.
        """
        if given is None and not needed:
            return None
        if isinstance(given, dict) and set(given) & set(available()):
            if language not in given:
                self.problem(document, path, f"there is no text for the line's language, `{language}`")
                return None
            return self.wording(document, (*path, language), given[language], language, needed=True)
        if not isinstance(given, dict) or not set(given) & set(_HOURS):
            texts = self._texts(document, path, given)
            return Wording(texts, texts) if texts else None
        unknown = [key for key in given if key not in _HOURS]
        for key in unknown:
            self.problem(document, (*path, key), f"a text by hours has `open` and `closed`, not `{key}`")
        for key in _HOURS:
            if key not in given:
                self.problem(document, path, f"a text by hours also needs `{key}`")
        by_hours = [self._texts(document, (*path, key), given[key]) if key in given else () for key in _HOURS]
        return Wording(by_hours[0], by_hours[1]) if all(by_hours) and not unknown else None

    def _texts(self, document: Document, path: Path, given: Any) -> tuple[Template, ...]:
        """One text, or several in turn; empty for none, or with a problem noted."""
        name = next((str(part) for part in reversed(path) if isinstance(part, str)), "text")
        several = list(enumerate(given)) if isinstance(given, list) else []
        if isinstance(given, list) and not several:
            self.problem(document, path, f"`{name}` needs at least 1 entries")
        entries = [((*path, number), text) for number, text in several] or [(path, given)]
        texts = []
        for place, text in entries if several or not isinstance(given, list) else []:
            if not isinstance(text, str):
                self.problem(document, place, f"`{name}` must be text")
            elif not text or len(text) > _LONGEST_TEXT:
                fault = f"is longer than {_LONGEST_TEXT} characters" if text else "is empty"
                self.problem(document, place, f"`{name}` {fault}")
            elif (template := self.template(document, place, text)) is not None:
                texts.append(template)
        return tuple(texts) if len(texts) == len(entries) else ()

    def condition(self, document: Document, path: Path, text: str) -> Condition | None:
        """A parsed condition, or None with a problem noted."""
        try:
            return parse_condition(text)
        except ExpressionError as error:
            self.problem(document, path, f"the condition `{text}` {error}")
            return None

    def known(self, document: Document, path: Path, kind: str, name: str, names: Iterable[str]) -> bool:
        """Whether a name exists; an unknown one is noted with the nearest that does."""
        names = list(names)
        if name in names:
            return True
        self.problem(document, path, f"there is no {kind} `{name}`{nearest(name, names)}")
        return False


def nearest(name: str, names: Iterable[str]) -> str:
    """A hint at what may have been meant, ready to be appended."""
    close = difflib.get_close_matches(name, list(names), n=1, cutoff=0.6)
    return f"; did you mean `{close[0]}`?" if close else ""


@cache
def _adapter(schema: Hashable) -> TypeAdapter[Any]:
    return TypeAdapter(cast(type[Any], schema))


def _of_another_shape(item: Any, items: Sequence[Any]) -> bool:
    """Whether a mistake belongs to a shape that was not meant, where a value may have one of two."""
    given = item["input"]
    meant = isinstance(given, str) if item["type"] in ("dataclass_type", "dict_type") else isinstance(given, dict)
    if item["type"] not in ("dataclass_type", "dict_type", "string_type") or not meant:
        return False
    around = item["loc"][:-1]
    return any(other is not item and other["loc"][: len(around)] == around for other in items)


def _wording(item: Any, schema: type) -> str:
    name = next((str(part) for part in reversed(item["loc"]) if isinstance(part, str) and part != "[key]"), "this")
    if item["type"] == "unexpected_keyword_argument":
        known = [field for field in getattr(schema, "__dataclass_fields__", {}) if field != "otherwise"]
        top_level = len(item["loc"]) == 1
        return f"unknown key `{name}`" + (nearest(name, known) if top_level else "")
    wording = _WORDING.get(item["type"])
    if wording:
        return wording(name, item.get("ctx", {}), item["input"])
    return f"`{name}`: {item['msg'][0].lower()}{item['msg'][1:]}"
