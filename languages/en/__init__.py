"""English."""

from functools import partial

from languages.base import Language
from languages.en import choices, digits
from languages.en.amounts import find_amount
from languages.en.cues import CUES
from languages.en.dates import find_date
from languages.en.emails import find_email
from languages.en.names import find_name
from languages.en.rules import RULES
from languages.en.search import SEARCH
from languages.en.sentences import SENTENCES
from languages.en.writing import WRITER
from languages.en.yes_no import YES_NO
from languages.finders import Finders
from languages.phones import find_phone

LANGUAGE = Language(
    code="en",
    name="English",
    rules=RULES,
    cues=CUES,
    sentences=SENTENCES,
    yes_no=YES_NO,
    find=Finders(
        digits=digits.find,
        amount=find_amount,
        date=find_date,
        phone=partial(find_phone, digits=digits.find, plus=frozenset(["plus", "+"])),
        email=find_email,
        name=find_name,
        choice=choices.find,
    ),
    write=WRITER,
    search=SEARCH,
)
"""English, complete."""
