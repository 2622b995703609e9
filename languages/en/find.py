"""Finds numbers, money, dates, phone numbers, e-mail, names, answers and choices in what was said.

Pure functions on text in spoken or written form. Each returns a typed value with its place in the text and a
confidence, or None: never an error, whatever the text is.
"""

from languages.en.amounts import find_amount
from languages.en.answers import find_yes_no
from languages.en.choices import find_choice
from languages.en.dates import Prefer, find_date
from languages.en.digits import find_digits
from languages.en.emails import find_email
from languages.en.names import find_name
from languages.en.phones import find_phone
from languages.entities import (
    Amount,
    Answer,
    Choice,
    DigitsExpected,
    DigitString,
    EmailAddress,
    Entity,
    FoundDate,
    PersonName,
    PhoneNumber,
    YesNo,
)

__all__ = [
    "Amount",
    "Answer",
    "Choice",
    "DigitString",
    "DigitsExpected",
    "EmailAddress",
    "Entity",
    "FoundDate",
    "PersonName",
    "PhoneNumber",
    "Prefer",
    "YesNo",
    "find_amount",
    "find_choice",
    "find_date",
    "find_digits",
    "find_email",
    "find_name",
    "find_phone",
    "find_yes_no",
]
