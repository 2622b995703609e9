"""The shapes of the files in a line folder, as an operator writes them; checked by pydantic at the edge."""

from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import AliasChoices, ConfigDict, Field

from dialogue.lines.types import DateOrder, OnAnger
from interactions.phone_numbers import E164
from languages import DEFAULT
from languages.sentences import Manner

_STRICT = ConfigDict(extra="forbid")

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]
Words = Annotated[str, Field(min_length=1, max_length=200)]
Share = Annotated[float, Field(ge=0, le=1)]
PhoneNumber = Annotated[str, Field(pattern=f"^{E164.pattern}$")]
TypeName = Annotated[str, Field(pattern=r"^(optional )?(text|integer|number|money|boolean|date|time)$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursFile:
    """``hours`` of line.yaml."""

    __pydantic_config__ = _STRICT
    time_zone: str
    open: dict[str, list[str]]
    closed_dates: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionFile:
    """``region`` of line.yaml."""

    __pydantic_config__ = _STRICT
    pace: Annotated[float, Field(ge=0.5, le=1.5)] = 1.0
    manner: Manner = Manner.WARM
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "EUR"
    date_order: DateOrder = DateOrder.DAY_MONTH
    phone_region: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "IE"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyFile:
    """One entry of ``escalation.emergencies``."""

    __pydantic_config__ = _STRICT
    words: Annotated[list[Words], Field(min_length=1)]
    say: Any
    transfer: bool | None = None
    message: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationFile:
    """``escalation`` of line.yaml."""

    __pydantic_config__ = _STRICT
    failed_turns: Annotated[int, Field(ge=1, le=5)] = 3
    anger_threshold: Share = 0.7
    on_anger: OnAnger = OnAnger.OFFER
    human_words: list[Words] = field(default_factory=list)
    emergencies: list[EmergencyFile] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class NumbersFile:
    """``numbers`` of line.yaml."""

    __pydantic_config__ = _STRICT
    answers: list[PhoneNumber] = field(default_factory=list)
    default: bool = False
    human: PhoneNumber | None = None
    overflow: PhoneNumber | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFile:
    """line.yaml."""

    __pydantic_config__ = _STRICT
    name: Name
    title: Words
    language: str = DEFAULT
    greeting: Text
    greeting_closed: Text | None = None
    hours: HoursFile
    voice: str = ""
    """Still read, and of no effect: the service's voice speaks on every line."""
    region: RegionFile = field(default_factory=RegionFile)
    escalation: EscalationFile = field(default_factory=EscalationFile)
    numbers: NumbersFile = field(default_factory=NumbersFile)
    hotwords: list[Words] = field(default_factory=list)
    confirm_below: Share = 0.6
    phrases: dict[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentFile:
    """One intent."""

    __pydantic_config__ = _STRICT
    about: Words
    examples: Annotated[list[Words], Field(min_length=5)]


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitFile:
    """``amount_limit`` of a tool."""

    __pydantic_config__ = _STRICT
    argument: Name
    at_most: Annotated[float, Field(gt=0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFile:
    """A result field that holds several of the same: ``list of: {name: type}``, or ``list of: text``."""

    __pydantic_config__ = _STRICT
    list_of: Annotated[
        dict[Name, TypeName] | Annotated[str, Field(pattern="^text$")], Field(validation_alias="list of")
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolFile:
    """One tool."""

    __pydantic_config__ = _STRICT
    about: Words
    method: Annotated[str, Field(pattern=r"^(GET|POST|PUT|PATCH|DELETE)$")] = "GET"
    url: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    python: str = ""
    arguments: dict[Name, TypeName] = field(default_factory=dict)
    result: Annotated[dict[Name, TypeName | ListFile], Field(min_length=1)]
    not_found: dict[str, Any] | None = None
    timeout_s: Annotated[float, Field(gt=0, le=30)] = 4.0
    has_side_effects: Annotated[
        bool | None, Field(validation_alias=AliasChoices("has_side_effects", "changes_world"))
    ] = None
    requires: Name | None = None
    amount_limit: LimitFile | None = None
    confirm: Text | None = None
    inverse: str | None = None
    filler: Words = "One moment, let me check that."


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookFile:
    """One playbook; its steps are checked one by one."""

    __pydantic_config__ = _STRICT
    name: Name | None = None
    about: Words
    intents: list[str] = field(default_factory=list)
    uses: list[Name] = field(default_factory=list)
    identifies: Name | None = None
    attempts: Annotated[int, Field(ge=1, le=5)] = 3
    steps: Annotated[list[Any], Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatterFile:
    """Front matter of an article."""

    __pydantic_config__ = _STRICT
    title: Words | None = None
    answer: Text | None = None
    questions: list[Words] = field(default_factory=list)
    keywords: list[Words] = field(default_factory=list)
