"""Typed data to JSON values and back: dataclasses, enums, tuples, mappings, and the values that callers and tools give.

A dataclass becomes an object that names its class, so that a union is read back as what it was. Where the type says
only ``Any``, what JSON has no form for (money, days, times) is written with a tag.
"""

import types
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

_CLASS = "class"
_MONEY, _DAY, _TIME = "$money", "$day", "$time"


def to_plain(value: Any) -> Any:
    """A value as JSON values.

    Raises:
        TypeError: It is of a type that has no serial form.
    """
    match value:
        case StrEnum():
            return value.value
        case None | bool() | int() | float() | str():
            return value
        case Decimal():
            return {_MONEY: str(value)}
        case date():
            return {_DAY: value.isoformat()}
        case time():
            return {_TIME: value.isoformat()}
        case tuple() | list():
            return [to_plain(item) for item in value]
        case Mapping():
            return {str(key): to_plain(item) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {_CLASS: type(value).__name__} | {
            entry.name: to_plain(getattr(value, entry.name)) for entry in fields(value)
        }
    raise TypeError(f"{type(value).__name__} has no serial form")


def from_plain(kind: Any, plain: Any) -> Any:
    """JSON values as the type they were written from.

    Args:
        kind: The type, as an annotation says it.
        plain: What `to_plain` made of a value of that type.

    Raises:
        KeyError, TypeError, ValueError, ArithmeticError: It is not of that type.
    """
    origin, of = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _one_of(of, plain)
    if origin is tuple:
        return _tuple(of, plain)
    if origin is not None and issubclass(origin, Mapping):
        if not isinstance(plain, Mapping):
            raise TypeError(f"not a mapping: {type(plain).__name__}")
        return {of[0](key): from_plain(of[1], item) for key, item in plain.items()}
    if is_dataclass(kind):
        return _dataclass(kind, plain)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(plain)
    value = _untagged(plain)
    if kind is Any or type(value) is kind or (kind is float and type(value) is int):
        return value
    raise TypeError(f"not {kind}: {type(value).__name__}")


def _untagged(plain: Any) -> Any:
    """A value, or several, of which the type says no more."""
    match plain:
        case None | bool() | int() | float() | str():
            return plain
        case {"$money": str(text)}:
            return Decimal(text)
        case {"$day": str(text)}:
            return date.fromisoformat(text)
        case {"$time": str(text)}:
            return time.fromisoformat(text)
        case list():
            return tuple(_untagged(item) for item in plain)
        case Mapping():
            return {key: _untagged(item) for key, item in plain.items()}
    raise TypeError(f"no value: {type(plain).__name__}")


def _one_of(kinds: Iterable[Any], plain: Any) -> Any:
    if plain is None and types.NoneType in kinds:
        return None
    named = plain.get(_CLASS) if isinstance(plain, Mapping) else None
    for kind in kinds:
        if is_dataclass(kind):
            if named == getattr(kind, "__name__", ""):
                return _dataclass(kind, plain)
        elif kind is not types.NoneType:
            return from_plain(kind, plain)
    raise ValueError(f"{named} is none of the types here")


def _tuple(of: tuple[Any, ...], plain: Any) -> tuple[Any, ...]:
    if not isinstance(plain, list):
        raise TypeError(f"not a list: {type(plain).__name__}")
    if of[-1] is Ellipsis:
        return tuple(from_plain(of[0], item) for item in plain)
    return tuple(from_plain(kind, item) for kind, item in zip(of, plain, strict=True))


def _dataclass(kind: Any, plain: Any) -> Any:
    if not isinstance(plain, Mapping) or plain.get(_CLASS) != kind.__name__:
        raise TypeError(f"not a {kind.__name__}")
    hints = _hints(kind)
    return kind(**{name: from_plain(hints[name], item) for name, item in plain.items() if name != _CLASS})


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
