"""A language as the other rooms see it: every part of it is data, or a small function behind a protocol."""

from dataclasses import dataclass

from languages.backchannels import Backchannels
from languages.consent import ConsentGrammar
from languages.cues import Cues
from languages.endings import Endings
from languages.finders import Finders
from languages.hints import RecogniserHints
from languages.options import OptionCues
from languages.reading import Reader
from languages.rules import GlobalRules
from languages.search import SearchWords
from languages.sentences import Sentences
from languages.writing import Writer
from languages.yes_no import AnswerCues
from models.turn_words import TurnWords

DEFAULT = "en"
"""The language of a line that names none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """All that is particular to one language."""

    code: str
    """BCP 47: "en", "pt-BR"."""
    name: str
    """In English: "Brazilian Portuguese"."""
    rules: GlobalRules
    """What callers may say at any time: a person, please; say that again; goodbye."""
    cues: Cues
    """Words by which the dialogue tells a question, a correction or another wish."""
    sentences: Sentences
    """What the bot says by itself."""
    yes_no: AnswerCues
    """Yes and no and their kin, where nothing is changed by them."""
    consent: ConsentGrammar
    """Agreeing to a change of the world."""
    options: OptionCues
    """How people choose among what is offered."""
    find: Finders
    """From what was said to values."""
    write: Writer
    """From values to prose."""
    read: Reader
    """From prose to words for a voice."""
    turns: TurnWords
    """Whether the words of a turn can be its last."""
    turns_trained: bool
    """Whether the shipped model of turn evidence was trained on this language; else the policy weighs by hand."""
    endings: Endings
    """What makes an answer whole."""
    backchannels: Backchannels
    """What leaves the floor to the bot."""
    hints: RecogniserHints
    """What helps the transcriber."""
    search: SearchWords
    """The weighty words of a text, for finding articles."""
