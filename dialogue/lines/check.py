"""Collects the mistakes of a line folder while its files are checked, and words them for an operator."""

import difflib
from collections.abc import Callable, Hashable, Iterable
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from dialogue.lines.expressions import Condition, ExpressionError, parse_condition
from dialogue.lines.problems import Problem
from dialogue.lines.templates import Template, TemplateError, parse_template
from dialogue.lines.yaml_marks import Document, Path

_T = TypeVar("_T")

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
            for item in error.errors():
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
