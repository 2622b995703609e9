"""A language as the other rooms see it: every part of it is data, or a small function behind a protocol."""

from dataclasses import dataclass

from languages.cues import Cues
from languages.finders import Finders
from languages.rules import GlobalRules
from languages.search import SearchWords
from languages.sentences import Sentences
from languages.writing import Writer
from languages.yes_no import AnswerCues

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
    """Yes and no and their kin."""
    find: Finders
    """From what was said to values."""
    write: Writer
    """From values to prose."""
    search: SearchWords
    """The weighty words of a text, for finding articles."""
