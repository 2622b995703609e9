"""The list of all settings: variable name, value, unit and sentence of each, however deep it is nested."""

import difflib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

PREFIX = "FIRSTLINE_"
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


def catalogue(settings: BaseModel) -> list[Setting]:
    """All settings with their values, in the order in which they are declared."""
    return [
        Setting(
            name=name,
            value=_shown(path[-1], value),
            default=value == field.get_default(call_default_factory=True),
            unit=_UNITS.get(path[-1].rsplit("_", 1)[-1], ""),
            sentence=" ".join((field.description or "").split()),
        )
        for path, name, field in _fields(type(settings))
        for value in [_value(settings, path)]
    ]


def env_names(settings_class: type[BaseModel]) -> dict[tuple[str, ...], str]:
    """Environment variable of every field, by its path."""
    return {path: name for path, name, _ in _fields(settings_class)}


def variable_of(names: dict[tuple[str, ...], str], path: tuple[str, ...]) -> str:
    """The variable that an error at ``path`` is about; the path may hold the alias, or go deeper than the field."""
    for length in range(len(path), 0, -1):
        if path[:length] in names:
            return names[path[:length]]
    alias = path[-1].upper() if path else PREFIX
    return alias if alias in names.values() else PREFIX + "_".join(path).upper()


def unknown_names(settings_class: type[BaseModel], env_file: str) -> list[str]:
    """A sentence for every ``FIRSTLINE_`` variable that is no setting: most likely a slip of the keyboard."""
    known = sorted(env_names(settings_class).values())
    given = {name.upper() for name in (*os.environ, *(dotenv_values(env_file) if Path(env_file).is_file() else ()))}
    sentences = []
    for name in sorted(n for n in given if n.startswith(PREFIX) and n not in known):
        near = difflib.get_close_matches(name, known, n=1)
        sentences.append(
            f"{name} is no setting; " + (f"did you mean {near[0]}?" if near else "`firstline settings` lists all.")
        )
    return sentences


def _fields(settings_class: type[BaseModel]) -> Iterator[tuple[tuple[str, ...], str, FieldInfo]]:
    """Path, variable and metadata of every setting: fields, and fields of groups.

    What is a group within a group is left out: it is set as a group of its own.
    """
    for name, field in settings_class.model_fields.items():
        group = _group(field)
        if group is None:
            yield (name,), _variable(field, PREFIX + name.upper()), field
            continue
        for inner, inner_field in group.model_fields.items():
            if _group(inner_field) is None:
                yield (name, inner), _variable(inner_field, f"{PREFIX}{name}_{inner}".upper()), inner_field


def _group(field: FieldInfo) -> type[BaseModel] | None:
    kind = field.annotation
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _variable(field: FieldInfo, usual: str) -> str:
    return field.validation_alias if isinstance(field.validation_alias, str) else usual


def _value(settings: BaseModel, path: tuple[str, ...]) -> Any:
    value: Any = settings
    for name in path:
        value = getattr(value, name)
    return value


def _shown(name: str, value: Any) -> str:
    if isinstance(value, SecretStr):
        return "(set)" if value.get_secret_value() else ""
    if name == "database_url" and "@" in str(value):
        scheme, _, rest = str(value).partition("://")
        return f"{scheme}://…@{rest.rsplit('@', 1)[1]}"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, dict):
        # What a service of others is made with may hold a key: only what is given is named.
        return ", ".join(map(str, value))
    if isinstance(value, (tuple, list, set, frozenset)):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
