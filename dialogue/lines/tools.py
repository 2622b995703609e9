"""Reads tools.yaml: what the line may call, with typed arguments and results."""

import importlib
import re
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any

from dialogue.lines import schema as schema
from dialogue.lines.check import Checker
from dialogue.lines.templates import TemplateError, parse_template
from dialogue.lines.types import FieldType, Tool, ToolField
from dialogue.lines.yaml_marks import Document, Path

_PLACE = re.compile(r"\{([^{}]*)\}")
_ENVIRONMENT = re.compile(r"env:[A-Z][A-Z0-9_]*")
_MAX_ITEMS = 200
"""Of a list; nobody chooses by ear from more."""


def load_tools(document: Document, checker: Checker) -> dict[str, Tool]:
    """All tools that could be read; mistakes are noted in ``checker``."""
    if not isinstance(document.data, dict):
        checker.problem(document, (), "must map tool names to their descriptions")
        return {}
    tools = {}
    for name, raw in document.data.items():
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            checker.problem(document, (name,), f"the tool name `{name}` must be lower_case words")
        checked = checker.shape(schema.ToolFile, document, (name,), raw)
        if checked is not None:
            tools[name] = _tool(name, checked, document, checker)
    for tool in tools.values():
        if tool.inverse:
            _check_inverse(tool, tools, document, checker)
    return tools


def _check_inverse(tool: Tool, tools: Mapping[str, Tool], document: Document, checker: Checker) -> None:
    """What undoes a change is another change, and finds all it needs in what the first one was given and returned."""
    place = (tool.name, "inverse")
    if not checker.known(document, place, "tool called", tool.inverse, tools):
        return
    inverse = tools[tool.inverse]
    if not (tool.has_side_effects and inverse.has_side_effects):
        checker.problem(document, place, "only one change undoes another: both need `has_side_effects: true`")
    known = {**tool.arguments, **tool.result}
    for name, field in inverse.arguments.items():
        if name not in known:
            if not field.optional:
                message = f"`{inverse.name}` needs `{name}`, which is no argument or result field of `{tool.name}`"
                checker.problem(document, place, message)
        elif field.type not in (known[name].type, FieldType.TEXT):
            message = f"`{name}` is {known[name].type} here, and {field.type} in `{inverse.name}`"
            checker.problem(document, place, message)


def _tool(name: str, checked: schema.ToolFile, document: Document, checker: Checker) -> Tool:
    arguments = {key: _field(text) for key, text in checked.arguments.items()}
    result = {key: _field(text) for key, text in checked.result.items()}
    _check_target(name, checked, document, checker)
    _check_places(checked, document, checker, (name,))
    limit = checked.amount_limit
    if limit:
        place = (name, "amount_limit", "argument")
        if checker.known(document, place, f"argument of `{name}` called", limit.argument, arguments):
            kind = arguments[limit.argument].type
            if kind not in (FieldType.MONEY, FieldType.NUMBER, FieldType.INTEGER):
                checker.problem(document, place, f"`{limit.argument}` is {kind}, so it cannot have an amount limit")
    if checked.confirm:
        _check_confirm(name, checked.confirm, arguments, document, checker)
    return Tool(
        name=name,
        about=checked.about,
        method=checked.method,
        url=checked.url,
        headers=dict(checked.headers),
        python=checked.python,
        arguments=arguments,
        result=result,
        not_found=_not_found(name, checked, result, document, checker),
        timeout_s=checked.timeout_s,
        has_side_effects=bool(checked.has_side_effects),
        requires=checked.requires or "",
        limit_argument=limit.argument if limit else "",
        limit=limit.at_most if limit else 0.0,
        confirm=checked.confirm or "",
        inverse=checked.inverse or "",
        filler=checked.filler,
    )


def _field(given: str | schema.ListFile) -> ToolField:
    if isinstance(given, schema.ListFile):
        items = given.list_of if isinstance(given.list_of, dict) else {}
        return ToolField(type=FieldType.LIST, items={name: _field(text) for name, text in items.items()})
    return ToolField(type=FieldType(given.rpartition(" ")[2]), optional=given.startswith("optional "))


def _check_target(name: str, checked: schema.ToolFile, document: Document, checker: Checker) -> None:
    if bool(checked.url) == bool(checked.python):
        checker.problem(document, (name,), "give either a `url` or a `python` function")
    if checked.url and not re.match(r"https?://|\{", checked.url):
        checker.problem(document, (name, "url"), "the url must begin with https:// or a place such as {sandbox}")
    if checked.method != "GET" and checked.url and checked.has_side_effects is None:
        message = f"say whether this {checked.method} changes anything: `has_side_effects: true`, or `false` where"
        checker.problem(document, (name,), f"{message} it only looks something up")
    if checked.python:
        problem = _missing_function(checked.python)
        if problem:
            checker.problem(document, (name, "python"), problem)


def _missing_function(path: str) -> str:
    module_name, _, function_name = path.rpartition(".")
    if not module_name:
        return f"`{path}` is not a dotted path like package.module.function"
    try:
        function = getattr(importlib.import_module(module_name), function_name, None)
    except ImportError as error:
        return f"the module `{module_name}` cannot be imported ({error})"
    return "" if callable(function) else f"`{module_name}` has no function `{function_name}`"


def _check_places(checked: schema.ToolFile, document: Document, checker: Checker, path: Path) -> None:
    for place in _PLACE.findall(checked.url):
        if place != "sandbox" and place not in checked.arguments and not _ENVIRONMENT.fullmatch(place):
            message = f"the url has `{{{place}}}`, which is no argument, {{sandbox}} or {{env:NAME}}"
            checker.problem(document, (*path, "url"), message)
    for header, text in checked.headers.items():
        for place in _PLACE.findall(text):
            if not _ENVIRONMENT.fullmatch(place):
                message = f"the header has `{{{place}}}`; only {{env:NAME}} can stand there"
                checker.problem(document, (*path, "headers", header), message)


def _check_confirm(name: str, text: str, arguments: dict[str, ToolField], document: Document, checker: Checker) -> None:
    try:
        names = parse_template(text).names
    except TemplateError as error:
        checker.problem(document, (name, "confirm"), f"the text {error}")
        return
    for place in sorted(names):
        checker.known(document, (name, "confirm"), f"argument of `{name}` called", place, arguments)


def _not_found(
    name: str, checked: schema.ToolFile, result: dict[str, ToolField], document: Document, checker: Checker
) -> dict[str, Any] | None:
    if checked.not_found is None:
        return None
    for key in checked.not_found:
        checker.known(document, (name, "not_found", key), "result field", key, result)
    values: dict[str, Any] = {}
    for key, field in result.items():
        if key in checked.not_found:
            try:
                values[key] = convert(checked.not_found[key], field)
            except ValueError as error:
                checker.problem(document, (name, "not_found", key), f"`{key}` {error}")
        elif field.optional:
            values[key] = None
        elif field.type is FieldType.LIST:
            values[key] = ()
        else:
            message = f"`not_found` must give `{key}`, or the result field must be `optional {field.type}`"
            checker.problem(document, (name, "not_found"), message)
    return values


def convert(value: Any, field: ToolField) -> Any:
    """A JSON value as the declared type.

    Raises:
        ValueError: It is not of that type; the message completes "`field` …".
    """
    if value is None:
        if field.optional:
            return None
        raise ValueError("is missing")
    match field.type, value:
        case FieldType.TEXT, str() if len(value) <= 2000:
            return value
        case FieldType.BOOLEAN, bool():
            return value
        case ((FieldType.INTEGER | FieldType.NUMBER | FieldType.MONEY), bool()):
            pass
        case FieldType.INTEGER, int():
            return value
        case FieldType.NUMBER, int() | float() if abs(value) < 1e15:
            return float(value)
        case FieldType.MONEY, int() | float() | str() | Decimal():
            return _money(value)
        case FieldType.DATE, str():
            return date.fromisoformat(value[:10])
        case FieldType.DATE, date():
            return value
        case FieldType.TIME, str():
            return time.fromisoformat(value).replace(second=0, microsecond=0, tzinfo=None)
        case FieldType.TIME, time():
            return value
        case FieldType.LIST, list() | tuple() if len(value) <= _MAX_ITEMS:
            return tuple(_item(each, field.items) for each in value)
    raise ValueError(f"is not {field.type}")


def _item(value: Any, fields: Mapping[str, ToolField]) -> Any:
    """One entry of a list."""
    if not fields:
        return convert(value, ToolField(type=FieldType.TEXT))
    if not isinstance(value, Mapping):
        raise ValueError("is not a list of the declared fields")
    return {name: convert(value.get(name), field) for name, field in fields.items()}


def _money(value: Any) -> Decimal:
    try:
        amount = Decimal(str(value))
    except InvalidOperation as error:
        raise ValueError("is not money") from error
    if not amount.is_finite() or abs(amount) >= 10**9:
        raise ValueError("is not money")
    return amount.quantize(Decimal("0.01"))
