"""Finds numbers, money, dates, phone numbers, e-mail, names, answers and choices in what was said.

Pure functions on text in spoken or written form. Each returns a typed value with its place in the text and a
confidence, or None: never an error, whatever the text is.
"""

from models.entities.amounts import find_amount
from models.entities.answers import find_yes_no
from models.entities.choices import find_choice
from models.entities.dates import Prefer, find_date
from models.entities.digits import find_digits
from models.entities.emails import find_email
from models.entities.names import find_name
from models.entities.phones import find_phone
from models.entities.types import (
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
