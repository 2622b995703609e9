"""Brazilian Portuguese."""

from functools import partial

from languages.base import Language
from languages.contrasts import contrast, contrasting
from languages.finders import Finders
from languages.hints import RecogniserHints
from languages.pt_br import addresses, choices, codes, contrasts, counts, digits, mending, phones, times
from languages.pt_br.amounts import find_amount
from languages.pt_br.backchannels import BACKCHANNELS
from languages.pt_br.consent import CONSENT
from languages.pt_br.cues import CUES
from languages.pt_br.dates import find_date
from languages.pt_br.emails import find_email
from languages.pt_br.endings import ENDINGS
from languages.pt_br.names import find_name
from languages.pt_br.options import OPTIONS
from languages.pt_br.reading import READER
from languages.pt_br.rules import RULES
from languages.pt_br.search import SEARCH
from languages.pt_br.sentences import SENTENCES
from languages.pt_br.turn_words import TURN_WORDS
from languages.pt_br.writing import WRITER
from languages.pt_br.yes_no import YES_NO

_meant = partial(contrasting, words=contrasts.WORDS)

LANGUAGE = Language(
    code="pt-BR",
    name="Brazilian Portuguese",
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
    turns_trained=False,
    endings=ENDINGS,
    backchannels=BACKCHANNELS,
    hints=RecogniserHints(
        digits=("O número do meu pedido é 4 0 2 7 9 1.",),
        letters=("Soletrando: S O U Z A.",),
    ),
    search=SEARCH,
)
"""Brazilian Portuguese; the weights of the default recogniser, voice and turn evidence are English."""
