"""What every language finds in what was said: one small function a kind of value, the same shape in each language."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from languages.contrasts import Contrast, E
from languages.entities import (
    Amount,
    Choice,
    DigitsExpected,
    DigitString,
    EmailAddress,
    FoundCode,
    FoundCount,
    FoundDate,
    FoundTime,
    PersonName,
    PhoneNumber,
    PostalAddress,
    Postcode,
    Prefer,
)


class FindDigits(Protocol):
    """Finds order, account and card numbers."""

    def __call__(self, text: str, *, expect: DigitsExpected | None = None) -> DigitString | None:
        """The likeliest number; more is read as digits where ``expect`` says that one was asked for."""


class FindAmount(Protocol):
    """Finds money."""

    def __call__(self, text: str, *, currency: str = "") -> Amount | None:
        """The amount; ``currency`` is the ISO 4217 code when none is said."""


class FindCount(Protocol):
    """Finds how many there are of something."""

    def __call__(
        self, text: str, *, units: Sequence[str] = (), named: Sequence[str] = (), expect: bool = False
    ) -> FoundCount | None:
        """The count.

        Args:
            text: What was said.
            units: What is counted, in pairs for one and for several: "night", "nights".
            named: What it is called before a number: "number of guests".
            expect: Whether it was asked for; a bare "two" then counts.
        """


class FindDate(Protocol):
    """Finds calendar days."""

    def __call__(
        self, text: str, today: date, *, prefer: Prefer = Prefer.NEAREST, day_first: bool = False
    ) -> FoundDate | None:
        """The first day; ``day_first`` says whether 3/4 is the third of April."""


class FindTime(Protocol):
    """Finds times of day."""

    def __call__(self, text: str, *, expect: bool = False) -> FoundTime | None:
        """The first time; a bare "three" counts where one was asked for (``expect``)."""


class FindCode(Protocol):
    """Finds codes of letters and digits: bookings, meters, number plates."""

    def __call__(self, text: str, *, expect: DigitsExpected | None = None) -> FoundCode | None:
        """The likeliest code; without ``expect`` it holds a digit and a letter."""


class FindPostcode(Protocol):
    """Finds postcodes."""

    def __call__(self, text: str, region: str) -> Postcode | None:
        """The postcode; ``region`` is the ISO 3166 code of the country whose shape it has."""


class FindAddress(Protocol):
    """Finds postal addresses."""

    def __call__(self, text: str, region: str) -> PostalAddress | None:
        """What is said of an address, cleaned; ``region`` is the ISO 3166 code of the country."""


class FindPhone(Protocol):
    """Finds telephone numbers."""

    def __call__(self, text: str, region: str, *, own: str = "") -> PhoneNumber | None:
        """The number.

        Args:
            text: What was said.
            region: ISO 3166 code of the country whose own format needs no plus sign.
            own: E.164 number that the caller speaks from; "this number" is it.
        """


class FindEmail(Protocol):
    """Finds e-mail addresses."""

    def __call__(self, text: str) -> EmailAddress | None:
        """The first whole address, written or said."""


class FindName(Protocol):
    """Finds the speaker's name."""

    def __call__(self, text: str, *, expect: bool = False) -> PersonName | None:
        """The name; a bare one counts where it was asked for (``expect``)."""


class FindChoice(Protocol):
    """Finds which of a few things is meant."""

    def __call__(
        self, text: str, choices: Mapping[str, Sequence[str]] | Sequence[str], *, ordinals: bool = True
    ) -> Choice | None:
        """The choice; ``ordinals`` says whether "the second one" counts."""


class FindContrast(Protocol):
    """Takes "not this but that" apart."""

    def __call__(self, text: str, find: Callable[[str], E | None]) -> Contrast[E]:
        """What ``find`` finds in a text once what the text denies is left out, and what that is."""


class Mend(Protocol):
    """Corrects one letter or digit of a value that was read back."""

    def __call__(self, text: str, value: str) -> str | None:
        """The value with the character that the text speaks of; None when it speaks of none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finders:
    """The finders of one language. Each is a pure function that never raises, whatever the text is.

    None of them takes a value that the text denies.
    """

    digits: FindDigits
    amount: FindAmount
    count: FindCount
    date: FindDate
    time: FindTime
    code: FindCode
    postcode: FindPostcode
    address: FindAddress
    phone: FindPhone
    email: FindEmail
    name: FindName
    choice: FindChoice
    contrast: FindContrast
    mend: Mend
