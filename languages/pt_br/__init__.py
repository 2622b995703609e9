"""Brazilian Portuguese."""

from functools import partial

from languages.base import Language
from languages.finders import Finders
from languages.hints import RecogniserHints
from languages.phones import find_phone
from languages.pt_br import addresses, choices, codes, digits, times
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
        digits=digits.find,
        amount=find_amount,
        date=find_date,
        time=times.find,
        code=codes.find,
        postcode=codes.postcode,
        address=addresses.find,
        phone=partial(find_phone, digits=digits.find, plus=frozenset(["mais", "+"])),
        email=find_email,
        name=find_name,
        choice=choices.find,
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
