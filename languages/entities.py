"""What the entity finders return: the value, where in the text it stood, and how sure the finder is."""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum


class Answer(StrEnum):
    """The answer to a yes-or-no question."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"
    """The caller answered, but neither way: "maybe", "I don't know"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """Something found in a text."""

    start: int
    """First character of the evidence in the text."""
    end: int
    """One past the last character of the evidence."""
    confidence: float
    """0 to 1; below 0.6 a caller should be asked to confirm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigitsExpected:
    """What is known about a number that was asked for; homophones such as "for" are then read as digits."""

    min_length: int = 0
    """Fewest characters; 0 when unknown."""
    max_length: int = 0
    """Most characters; 0 when unknown."""
    letters: bool = False
    """Whether single letters may be part of it, as in "A 4 0 2 7"."""
    asked: bool = True
    """Whether it was asked for; else it counts only where its sentence says what it is, or where it stands alone."""
    named: tuple[str, ...] = ()
    """The line's own words for what it names: "booking"."""

    def fits(self, length: int) -> bool:
        """Whether a string of this length is within the bounds."""
        return length >= max(1, self.min_length) and (not self.max_length or length <= self.max_length)


@dataclass(frozen=True, slots=True, kw_only=True)
class DigitString(Entity):
    """An order, account or card number."""

    value: str
    """Digits, and capital letters where they were said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount(Entity):
    """An amount of money."""

    value: Decimal
    """Amount in units of the currency."""
    currency: str
    """ISO 4217 code, or empty when neither said nor given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCount(Entity):
    """How many there are of something."""

    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDate(Entity):
    """A calendar day."""

    value: date


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTime(Entity):
    """A time of day."""

    value: time
    """Without seconds or a zone."""
    half_said: bool
    """Whether morning or afternoon was said, or is plain; otherwise the likelier half of the day was taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCode(Entity):
    """A code of letters and digits: a booking, a meter, a number plate."""

    value: str
    """Capital letters and digits, nothing between them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Postcode(Entity):
    """A postcode. Personal data."""

    value: str
    """As its country writes it: "D02 AF30", "SW1A 1AA", "90210", "01310-100"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostalAddress(Entity):
    """An address as it was said, without the sounds of thinking. Personal data."""

    value: str
    """The whole of it, numbers in figures."""
    house_number: str
    """Empty when none was said."""
    postcode: str
    """As its country writes it; empty when none was said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneNumber(Entity):
    """A telephone number. Personal data."""

    value: str
    """E.164."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailAddress(Entity):
    """An e-mail address. Personal data."""

    value: str
    """Lower case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonName(Entity):
    """A person's name. Personal data."""

    value: str
    """As it is written: "Jane Smith"."""
    spelled: bool
    """Whether some of it was spelled letter by letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class YesNo(Entity):
    """An answer to a yes-or-no question."""

    value: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Entity):
    """One of the offered choices."""

    value: str
    """The choice's own name, whatever synonym was said."""


class Prefer(StrEnum):
    """Which day is meant when the year or month was left out."""

    NEAREST = "nearest"
    """The past where the sentence speaks of it ("I ordered it on the third"), else whatever is nearer, or to come."""
    PAST = "past"
    FUTURE = "future"
    BIRTH = "birth"
    """The day somebody was born on: it has passed, its year was said, and "ninety two" is 1992."""
