"""A line as the dialogue uses it: who answers, when, in what manner, and what it can do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from dialogue.lines.article import Article
from dialogue.lines.playbook import Playbook
from languages import DEFAULT, Language, load
from languages.reading import Habits, Reader
from languages.sentences import Manner

KNOWLEDGE_PREFIX = "knowledge."
"""Intents made from an article's example questions are called ``knowledge.<article>``."""
RULE_PREFIX = "rule."
"""Intents that stand behind the global rules are called ``rule.<name>``."""


class DateOrder(StrEnum):
    """How a day is written, and how "three four" is understood."""

    DAY_MONTH = "day_month"
    MONTH_DAY = "month_day"


class OnAnger(StrEnum):
    """What rising anger leads to."""

    OFFER = "offer"
    TRANSFER = "transfer"


class FieldType(StrEnum):
    """Type of a tool's argument or result field."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    MONEY = "money"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"
    """A time of day."""
    LIST = "list"
    """Several of the same, to choose from; written ``list of:``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """Habits of the people who call."""

    pace: float = 1.0
    """Speaking pace; 1.0 is the voice's own."""
    manner: Manner = Manner.WARM
    currency: str = "EUR"
    """ISO 4217."""
    date_order: DateOrder = DateOrder.DAY_MONTH
    phone_region: str = "IE"
    """ISO 3166 region in which a number without a country code is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """Words that must never wait for a playbook."""

    words: tuple[str, ...]
    """Words or phrases, any of which triggers it."""
    say: str
    """What the caller must hear; it cannot be interrupted."""
    say_closed: str = ""
    """The same while no human is at work; empty for no other text."""
    transfer: bool = True
    """Whether a human follows, where one is there."""
    message: bool = False
    """Whether a message is taken where no human is there."""

    def text(self, *, team_open: bool) -> str:
        """What to say now."""
        return self.say if team_open or not self.say_closed else self.say_closed


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """When a human takes over."""

    failed_turns: int = 3
    """So many turns in a row that were not understood bring a human."""
    anger_threshold: float = 0.7
    """Call-level anger, 0 to 1, from which a human is offered."""
    on_anger: OnAnger = OnAnger.OFFER
    human_words: tuple[str, ...] = ()
    """Phrases that ask for a human, besides the built-in ones."""
    emergencies: tuple[Emergency, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When humans are at work; the line itself always answers."""

    time_zone: str
    """IANA name."""
    open: Mapping[int, tuple[tuple[time, time], ...]]
    """Opening spans by weekday, Monday is 0."""
    closed_dates: frozenset[date] = frozenset()

    def is_open(self, now: datetime) -> bool:
        """Whether somebody is at work at ``now`` (with time zone; without one it is the line's own time)."""
        local = self.local(now)
        if local.date() in self.closed_dates:
            return False
        return any(start <= local.time() < end for start, end in self.open.get(local.weekday(), ()))

    def local(self, now: datetime) -> datetime:
        """``now`` on the line's own clock."""
        zone = ZoneInfo(self.time_zone)
        return now.replace(tzinfo=zone) if now.tzinfo is None else now.astimezone(zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolField:
    """One argument or result field of a tool."""

    type: FieldType
    optional: bool = False
    """Whether it may be missing or null."""
    items: "Mapping[str, ToolField]" = field(default_factory=dict)
    """Fields of each item of a list; empty where the items are plain texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """Something the line can do: an HTTP call or a Python function."""

    name: str
    about: str
    """What it does, for the case summary: "looked up the order"."""
    method: str = "GET"
    url: str = ""
    """Template with ``{sandbox}``, ``{env:NAME}`` and argument names; empty for a Python function."""
    headers: Mapping[str, str] = field(default_factory=dict)
    python: str = ""
    """Dotted path of a function, sync or async, that takes the arguments by name and returns a mapping."""
    arguments: Mapping[str, ToolField] = field(default_factory=dict)
    result: Mapping[str, ToolField] = field(default_factory=dict)
    not_found: Mapping[str, object] | None = None
    """The result that HTTP 404 stands for; None makes it a failure."""
    timeout_s: float = 4.0
    has_side_effects: bool = False
    """Such a tool is called only after the caller's yes, and never tried again by itself."""
    limit_argument: str = ""
    """Name of the argument that is limited; empty for no limit."""
    limit: float = 0.0
    """Above this a human decides."""
    requires: str = ""
    """The identity that has to be established before it is called; empty for none."""
    confirm: str = ""
    """Question before a change, a template over the arguments."""
    inverse: str = ""
    """Name of the tool that undoes it, with the arguments and results of this one; empty where none does."""
    filler: str = ""
    """Said when it is slow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """Something callers want."""

    name: str
    about: str
    """Completes "you asked about …"."""
    examples: tuple[str, ...]
    playbook: str = ""
    """Playbook that serves it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A support line, loaded and found without mistakes."""

    name: str
    title: str
    """Name as it is spoken."""
    language: Language = field(default_factory=lambda: load(DEFAULT))
    """What it is spoken in."""
    greeting: str
    greeting_closed: str
    """Greeting while no human is at work."""
    hours: Hours
    region: Region
    escalation: Escalation
    numbers: tuple[str, ...] = ()
    """E.164 numbers that it answers, where a service has several lines."""
    is_default: bool = False
    """Whether it answers every number that no line names."""
    human_number: str = ""
    """E.164; empty when there is nobody to transfer to."""
    overflow_number: str = ""
    """E.164 for calls that cannot be taken."""
    hotwords: tuple[str, ...] = ()
    confirm_below: float = 0.6
    """Answers recognised with less confidence are read back."""
    phrases: Mapping[str, str] = field(default_factory=dict)
    """Built-in sentences in the operator's words."""
    intents: Mapping[str, Intent] = field(default_factory=dict)
    playbooks: Mapping[str, Playbook] = field(default_factory=dict)
    tools: Mapping[str, Tool] = field(default_factory=dict)
    articles: Mapping[str, Article] = field(default_factory=dict)
    content_hash: str = ""
    """SHA-256 over the folder's files, the key for what is computed from them."""

    @property
    def read(self) -> Reader:
        """How the line's texts are read aloud where its callers live."""
        month_first = self.region.date_order is DateOrder.MONTH_DAY
        return self.language.read.in_region(Habits(country=self.region.phone_region, month_first=month_first))

    def sentence(self, key: str, times: int = 0, *, written: bool = False, **values: str) -> str:
        """A built-in sentence in the line's language, manner and words; see `Sentences.say`."""
        return self.language.sentences.say(key, self.region.manner, self.phrases, times, values, written=written)

    def sentences(self) -> list[str]:
        """Every built-in sentence that the line speaks."""
        return self.language.sentences.all(self.region.manner, self.phrases)

    def about(self, intent: str) -> str:
        """What an intent is about, in words that complete "you asked about …"."""
        if intent.startswith(KNOWLEDGE_PREFIX):
            return self.articles[intent.removeprefix(KNOWLEDGE_PREFIX)].title.lower()
        known = self.intents.get(intent)
        return known.about if known else ""
