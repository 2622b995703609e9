"""The list of all settings: variable name, value, unit and sentence of each, however deep it is nested."""

import ast
import dataclasses
import difflib
import inspect
import itertools
import os
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, TypeGuard

from dotenv import dotenv_values
from pydantic import BaseModel, SecretStr

PREFIX = "FIRSTLINE_"
NamedElsewhere = Mapping[str, Mapping[str, str]]
_UNITS = {"ms": "ms", "s": "s", "hz": "Hz", "db": "dB", "bytes": "bytes", "mb": "MB", "days": "days", "minutes": "min"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One line of ``firstline settings``."""

    name: str
    """Environment variable."""
    value: str
    """Value in use; secrets are masked."""
    default: bool
    """Whether it is the default."""
    unit: str
    """Unit, or empty."""
    sentence: str
    """What it is for."""


def catalogue(settings: BaseModel, named_elsewhere: NamedElsewhere) -> list[Setting]:
    """All settings with their values, in the order in which they are declared.

    Args:
        settings: The composed settings.
        named_elsewhere: By group, the fields that are listed under another name.
    """
    return list(_walk(settings, PREFIX, named_elsewhere))


def env_names(settings_class: type[BaseModel], named_elsewhere: NamedElsewhere) -> dict[tuple[str, ...], str]:
    """Environment variable of every field, by its path."""
    return dict(_paths(settings_class, PREFIX, (), named_elsewhere))


def variable_of(names: dict[tuple[str, ...], str], path: tuple[str, ...]) -> str:
    """The variable that an error at ``path`` is about; the path may hold the alias, or go deeper than the field."""
    for length in range(len(path), 0, -1):
        if path[:length] in names:
            return names[path[:length]]
    alias = path[-1].upper() if path else PREFIX
    return alias if alias in names.values() else PREFIX + "_".join(path).upper()


def unknown_names(settings_class: type[BaseModel], named_elsewhere: NamedElsewhere, env_file: str) -> list[str]:
    """A sentence for every ``FIRSTLINE_`` variable that is no setting: most likely a slip of the keyboard."""
    known = sorted(env_names(settings_class, named_elsewhere).values())
    given = {name.upper() for name in (*os.environ, *(dotenv_values(env_file) if Path(env_file).is_file() else ()))}
    sentences = []
    for name in sorted(n for n in given if n.startswith(PREFIX) and n not in known):
        near = difflib.get_close_matches(name, known, n=1)
        sentences.append(
            f"{name} is no setting; " + (f"did you mean {near[0]}?" if near else "`firstline settings` lists all.")
        )
    return sentences


def _walk(settings: Any, prefix: str, groups: NamedElsewhere, group_name: str = "") -> Iterator[Setting]:
    group: type[Any] = type(settings)
    sentences = field_sentences(group)
    defaults = _defaults(group)
    for name in _field_names(group):
        value = getattr(settings, name)
        if name in groups.get(group_name, {}):
            continue
        if _is_group(type(value)):
            yield from _walk(value, f"{prefix}{name.upper()}_", groups, name)
            continue
        yield Setting(
            name=_variable(group, name, prefix),
            value=_shown(name, value),
            default=value == defaults.get(name),
            unit=_UNITS.get(name.rsplit("_", 1)[-1], ""),
            sentence=sentences.get(name, ""),
        )


def _paths(
    group: type[Any], prefix: str, path: tuple[str, ...], groups: NamedElsewhere
) -> Iterator[tuple[tuple[str, ...], str]]:
    for name, annotation in _field_types(group).items():
        if path and name in groups.get(path[-1], {}):
            continue
        if _is_group(annotation):
            yield from _paths(annotation, f"{prefix}{name.upper()}_", (*path, name), groups)
        else:
            yield (*path, name), _variable(group, name, prefix)


def _is_group(kind: Any) -> TypeGuard[type[Any]]:
    return isinstance(kind, type) and (issubclass(kind, BaseModel) or dataclasses.is_dataclass(kind))


def _field_types(group: type[Any]) -> dict[str, Any]:
    if issubclass(group, BaseModel):
        return {name: info.annotation for name, info in group.model_fields.items()}
    hints = inspect.get_annotations(group, eval_str=True)
    return {each.name: hints.get(each.name, each.type) for each in dataclasses.fields(group)}


def _field_names(group: type[Any]) -> list[str]:
    return list(_field_types(group))


def _defaults(group: type[Any]) -> dict[str, Any]:
    if issubclass(group, BaseModel):
        return {
            n: i.get_default(call_default_factory=True) for n, i in group.model_fields.items() if not i.is_required()
        }
    return {
        each.name: each.default_factory() if callable(each.default_factory) else each.default
        for each in dataclasses.fields(group)
    }


def _variable(group: type[Any], name: str, prefix: str) -> str:
    if issubclass(group, BaseModel):
        alias = group.model_fields[name].validation_alias
        if isinstance(alias, str):
            return alias
    return prefix + name.upper()


def _shown(name: str, value: Any) -> str:
    if isinstance(value, SecretStr):
        return "(set)" if value.get_secret_value() else ""
    if name == "database_url" and "@" in str(value):
        scheme, _, rest = str(value).partition("://")
        return f"{scheme}://…@{rest.rsplit('@', 1)[1]}"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, (tuple, list, set, frozenset)):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def field_sentences(group: type[Any]) -> dict[str, str]:
    """What each field is for: the docstring below it, or its description; base classes included."""
    sentences: dict[str, str] = {}
    for each in reversed(group.__mro__):
        if each.__module__.split(".")[0] in ("builtins", "pydantic", "pydantic_settings", "abc", "typing"):
            continue
        try:
            body = ast.parse(textwrap.dedent(inspect.getsource(each))).body[0]
        except (OSError, TypeError):
            continue
        for field, below in itertools.pairwise(getattr(body, "body", [])):
            match field, below:
                case (
                    ast.AnnAssign(target=ast.Name(id=name)),
                    ast.Expr(value=ast.Constant(value=str(sentence))),
                ):
                    sentences[name] = " ".join(sentence.split())
    if issubclass(group, BaseModel):
        described = {name: info.description for name, info in group.model_fields.items()}
        sentences |= {name: text for name, text in described.items() if text and name not in sentences}
    return sentences
