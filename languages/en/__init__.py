"""English."""

from functools import partial

from languages.base import Language
from languages.contrasts import contrast, contrasting
from languages.en import addresses, choices, codes, contrasts, counts, digits, mending, phones, times
from languages.en.amounts import find_amount
from languages.en.backchannels import BACKCHANNELS
from languages.en.consent import CONSENT
from languages.en.cues import CUES
from languages.en.dates import find_date
from languages.en.emails import find_email
from languages.en.endings import ENDINGS
from languages.en.names import find_name
from languages.en.options import OPTIONS
from languages.en.reading import READER
from languages.en.rules import RULES
from languages.en.search import SEARCH
from languages.en.sentences import SENTENCES
from languages.en.turn_words import TURN_WORDS
from languages.en.writing import WRITER
from languages.en.yes_no import YES_NO
from languages.finders import Finders
from languages.hints import RecogniserHints

_meant = partial(contrasting, words=contrasts.WORDS)

LANGUAGE = Language(
    code="en",
    name="English",
    rules=RULES,
    cues=CUES,
    sentences=SENTENCES,
    yes_no=YES_NO,
    consent=CONSENT,
    options=OPTIONS,
    find=Finders(
        digits=_meant(digits.find, mends=True),
        amount=_meant(find_amount),
        count=_meant(counts.find),
        date=_meant(find_date),
        time=_meant(times.find),
        code=_meant(codes.find, mends=True),
        postcode=_meant(codes.postcode),
        address=_meant(addresses.find),
        phone=_meant(phones.find, mends=True),
        email=_meant(find_email),
        name=_meant(find_name),
        choice=_meant(choices.find),
        contrast=partial(contrast, words=contrasts.WORDS),
        mend=mending.find,
    ),
    write=WRITER,
    read=READER,
    turns=TURN_WORDS,
    turns_trained=True,
    endings=ENDINGS,
    backchannels=BACKCHANNELS,
    hints=RecogniserHints(
        digits=("My order number is 4 0 2 7 9 1.",),
        letters=("It is spelled B R O W N.",),
    ),
    search=SEARCH,
)
"""English, complete."""
