"""The shapes of a playbook's steps, as an operator writes them; checked by pydantic at the edge.

What is said is ``Any`` here: a text, a list of them, or either by hours or language; `Checker.wording` reads it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from dialogue.lines.playbook import Confirm, DateDirection, SlotKind
from dialogue.lines.schema import Name, Text, Words

_STRICT = ConfigDict(extra="forbid")

Values = Annotated[dict[Name, Any], Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class SayEntry:
    """``say: text``."""

    __pydantic_config__ = _STRICT
    say: Any
    id: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskEntry:
    """``ask: slot``."""

    __pydantic_config__ = _STRICT
    ask: Name
    type: SlotKind
    say: Any
    again: Any = None
    label: Words | None = None
    confirm: Confirm = Confirm.WHEN_UNSURE
    length: Annotated[int, Field(ge=1, le=30)] | None = None
    min_length: Annotated[int, Field(ge=1, le=30)] | None = None
    max_length: Annotated[int, Field(ge=1, le=30)] | None = None
    when: DateDirection | None = None
    choices: dict[str, list[Words]] = field(default_factory=dict)
    hotwords: list[Words] = field(default_factory=list)
    spelled: bool = False
    units: list[Words] = field(default_factory=list)
    min: Annotated[int, Field(ge=0, le=9999)] | None = None
    max: Annotated[int, Field(ge=0, le=9999)] | None = None
    id: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseEntry:
    """``choose: name``: one entry of a list."""

    __pydantic_config__ = _STRICT
    choose: Name
    among: str
    each: Text
    say: Any
    one: Any = None
    more: Any = None
    at_a_time: Annotated[int, Field(ge=1, le=3)] = 3
    none: Annotated[list[Any], Field(min_length=1)]
    id: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEntry:
    """``call: tool``."""

    __pydantic_config__ = _STRICT
    call: str
    arguments: dict[str, Any] = field(default_factory=dict)
    save: Name | None = None
    confirm: Any = None
    filler: Words | None = None
    on_failure: list[Any] | None = None
    on_decline: list[Any] | None = None
    id: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchEntry:
    """``branch: [{when, then}, …, {else}]``."""

    __pydantic_config__ = _STRICT
    branch: Annotated[list[Any], Field(min_length=1)]
    id: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WhenCase:
    """A case of a branch."""

    __pydantic_config__ = _STRICT
    when: Text
    then: list[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ElseCase:
    """The last case of a branch."""

    __pydantic_config__ = _STRICT
    otherwise: list[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetEntry:
    """``set: {name: value}``."""

    __pydantic_config__ = _STRICT
    set: Values
    id: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountEntry:
    """``count: name``."""

    __pydantic_config__ = _STRICT
    count: Name
    id: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoEntry:
    """``do: playbook``, which comes back here."""

    __pydantic_config__ = _STRICT
    do: str
    save: Name | None = None
    id: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnEntry:
    """``return: {name: value}``, or ``return: true`` where there is nothing to hand back."""

    __pydantic_config__ = _STRICT
    results: Values | bool
    id: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifyEntry:
    """``identify: identity``."""

    __pydantic_config__ = _STRICT
    identify: Name
    id: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifiedEntry:
    """``identified: {name: value}``, in the playbook that establishes an identity."""

    __pydantic_config__ = _STRICT
    identified: Values
    id: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotIdentifiedEntry:
    """``not_identified: text``."""

    __pydantic_config__ = _STRICT
    not_identified: Any
    id: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GotoEntry:
    """``goto: id``."""

    __pydantic_config__ = _STRICT
    goto: str
    id: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerEntry:
    """``answer: article``, or ``answer: best`` for the one that fits what the caller said."""

    __pydantic_config__ = _STRICT
    answer: str
    id: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferEntry:
    """``transfer: why``."""

    __pydantic_config__ = _STRICT
    transfer: Words
    say: Any = None
    id: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetEntry:
    """``forget: [slots]``."""

    __pydantic_config__ = _STRICT
    forget: list[str]
    id: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEntry:
    """``run: playbook``."""

    __pydantic_config__ = _STRICT
    run: str
    id: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndEntry:
    """``end: text`` or ``end: true``."""

    __pydantic_config__ = _STRICT
    end: Any
    id: Name | None = None


STEPS: Mapping[str, type] = {
    "ask": AskEntry,
    "call": CallEntry,
    "branch": BranchEntry,
    "choose": ChooseEntry,
    "set": SetEntry,
    "count": CountEntry,
    "do": DoEntry,
    "return": ReturnEntry,
    "identify": IdentifyEntry,
    "identified": IdentifiedEntry,
    "not_identified": NotIdentifiedEntry,
    "goto": GotoEntry,
    "answer": AnswerEntry,
    "transfer": TransferEntry,
    "forget": ForgetEntry,
    "run": RunEntry,
    "end": EndEntry,
    "say": SayEntry,
}
"""Shape of a step by the key that names it, in the order in which they are looked for: an ask also has ``say``."""

RENAMED = {"else": "otherwise", "return": "results"}
"""Keys that Python keeps for itself, by the name that stands for them here."""
