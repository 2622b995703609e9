"""Reads letters that are spelled aloud: "S M I T H", "S for sugar", "A as in Alpha", "double T", "Sierra Mike"."""

from collections.abc import Sequence

from languages.name_letters import LetterSaid
from languages.tokens import Token, touching, word_at

NATO = {
    "alpha": "A", "alfa": "A", "bravo": "B", "charlie": "C", "delta": "D", "echo": "E", "foxtrot": "F", "golf": "G",
    "hotel": "H", "india": "I", "juliet": "J", "juliett": "J", "kilo": "K", "lima": "L", "mike": "M", "november": "N",
    "oscar": "O", "papa": "P", "quebec": "Q", "romeo": "R", "sierra": "S", "tango": "T", "uniform": "U", "victor": "V",
    "whiskey": "W", "whisky": "W", "xray": "X", "yankee": "Y", "zulu": "Z",
}  # fmt: skip
REPEATS = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4}
_LETTER_NAMES = {
    "ay": "A", "bee": "B", "cee": "C", "dee": "D", "eff": "F", "gee": "G", "aitch": "H", "haitch": "H", "jay": "J",
    "kay": "K", "el": "L", "ell": "L", "em": "M", "en": "N", "pee": "P", "cue": "Q", "queue": "Q", "ar": "R",
    "ess": "S", "tee": "T", "vee": "V", "ex": "X", "wye": "Y", "zee": "Z", "zed": "Z",
}  # fmt: skip
_MARKS = {"apostrophe": "'", "hyphen": "-", "dash": "-"}
_PLAIN_WORDS = frozenset(["as", "is", "us"])
SOUNDS_LIKE: dict[str, tuple[tuple[str, str], ...]] = {
    "K": (("CK", "K"), ("CH", "K"), ("C", "K"), ("Q", "K")),
    "C": (("K", "C"), ("S", "C")),
    "CK": (("K", "CK"), ("C", "CK")),
    "CH": (("K", "CH"), ("C", "CH")),
    "Q": (("CK", "Q"), ("K", "Q")),
    "PH": (("FF", "PH"), ("F", "PH"), ("V", "PH")),
    "F": (("PH", "F"), ("V", "F")),
    "V": (("PH", "V"), ("F", "V"), ("W", "V")),
    "W": (("V", "W"),),
    "S": (("Z", "S"), ("C", "S")),
    "Z": (("S", "Z"),),
    "G": (("J", "G"),),
    "J": (("GE", "JE"), ("GI", "JI"), ("G", "J")),
    "T": (("TH", "T"), ("D", "T")),
    "TH": (("T", "TH"),),
    "DT": (("TT", "DT"), ("T", "DT")),
    "X": (("CKS", "X"), ("KS", "X"), ("CS", "X")),
    "A": (("EY", "AY"), ("EE", "EA"), ("IE", "EA"), ("E", "EA")),
    "E": (("AY", "EY"), ("EA", "EE")),
    "I": (("Y", "I"), ("EE", "IE"), ("EY", "IE"), ("A", "AI")),
    "IE": (("EY", "IE"), ("EE", "IE"), ("EA", "IE"), ("Y", "IE"), ("I", "IE")),
    "EY": (("IE", "EY"), ("Y", "EY")),
    "EA": (("EE", "EA"), ("IE", "EA"), ("E", "EA")),
    "EE": (("EA", "EE"), ("IE", "EE"), ("Y", "EE")),
    "EI": (("IE", "EI"), ("AI", "EI")),
    "O": (("A", "O"), ("U", "OU")),
    "U": (("OO", "U"), ("O", "OU")),
    "Y": (("IE", "Y"), ("EY", "Y"), ("I", "Y"), ("EE", "Y")),
    "MAC": (("MC", "MAC"),),
    "MC": (("MAC", "MC"),),
}
"""What a letter takes the place of in a name, and what is then written there; the first that is found counts."""
_AS_IN = (("as", "in"), ("for",), ("like",), ("is", "for"), ("as", "in", "the", "word"), ("like", "in"))


def is_letter_name(word: str) -> bool:
    """Whether a word names a letter and is no other word: "bee", "Bravo"."""
    return word in _LETTER_NAMES or word in NATO


def read_letter(tokens: Sequence[Token], index: int, *, nato: bool = True) -> tuple[str, int] | None:
    """Read one letter said by name or by a code word, with any explanation and repetition.

    Args:
        tokens: The text's tokens.
        index: Where to read.
        nato: Whether bare code words ("Sierra") count as letters.

    Returns:
        One or more capital letters and the index after them, or None.
    """
    word = word_at(tokens, index)
    if word in REPEATS:
        again = read_letter(tokens, index + 1, nato=nato)
        return (again[0] * REPEATS[word], again[1]) if again and len(again[0]) == 1 else None
    if word == "capital":
        return read_letter(tokens, index + 1, nato=nato)
    if not word:
        return None
    if tokens[index].is_letter:
        letter = word.upper()
    elif word in _LETTER_NAMES:
        letter = _LETTER_NAMES[word]
    elif nato and word in NATO:
        return NATO[word], index + 1
    else:
        return None
    return letter, _past_explanation(tokens, index + 1, letter)


def explained_letter(tokens: Sequence[Token], index: int) -> tuple[str, int] | None:
    """Read a letter only where it is explained: "A as in Alpha", "S for sugar"."""
    if index >= len(tokens) or not tokens[index].is_letter:
        return None
    letter = tokens[index].raw.upper()
    after = _past_explanation(tokens, index + 1, letter)
    return (letter, after) if after > index + 1 else None


def read_spelled_run(tokens: Sequence[Token], index: int, *, marks: bool = False) -> tuple[str, int]:
    """Read letters from ``index`` on, over commas, hyphens and full stops between them; may be empty.

    Args:
        tokens: The text's tokens.
        index: Where to read.
        marks: Whether "apostrophe" and "hyphen" said between letters are part of what is spelled.
    """
    letters, at = "", index
    while True:
        step, mark = at, ""
        while letters and word_at(tokens, step) in (",", "-", ".", "–", "—"):
            step += 1
        if marks and letters and word_at(tokens, step) in _MARKS:
            mark, step = _MARKS[word_at(tokens, step)], step + 1
        one = read_letter(tokens, step)
        if one is None:
            return letters, at
        letters, at = letters + mark + one[0], one[1]


def read_letter_said(tokens: Sequence[Token], index: int) -> tuple[LetterSaid, int] | None:
    """Read what is said of a name's letters: "with a K", "with two Ts", "without an H", "with a P H".

    Returns:
        The letter and the index after it; None where none is said.
    """
    at = index + (word_at(tokens, index) == ",") + (word_at(tokens, index) in ("that's", "it's"))
    word = word_at(tokens, at)
    no = word == "with" and word_at(tokens, at + 1) == "no"
    if word not in ("with", "without"):
        return None
    at += 1 + no
    counted = {"one": 1, "two": 2, "double": 2}.get(word_at(tokens, at), 0)
    at += word_at(tokens, at) in ("a", "an", "the", "one", "two", "double") and not _ends_there(tokens, at)
    letters, after = _letters_said(tokens, at)
    if not letters:
        return None
    if counted == 2:
        letters *= 2
    said = LetterSaid(letters=letters, absent=word == "without" or no, single=counted == 1)
    return said, after


def _ends_there(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word is the letter itself, and nothing follows that it stands before: "with an A"."""
    return tokens[at].is_letter and not _letters_said(tokens, at + 1)[0]


def _letters_said(tokens: Sequence[Token], at: int) -> tuple[str, int]:
    """Read "P H", "K", "Ts" or "t's"."""
    word = word_at(tokens, at)
    plural = word[:1] if len(word) in (2, 3) and word[1:] in ("s", "'s") else ""
    if plural and word not in _PLAIN_WORDS:
        return plural.upper(), at + 1
    return read_spelled_run(tokens, at)


def _past_explanation(tokens: Sequence[Token], index: int, letter: str) -> int:
    """Skip "as in Alpha" when the example word begins with the letter."""
    start = index + 1 if word_at(tokens, index) == "," else index
    for phrase in sorted(_AS_IN, key=len, reverse=True):
        if tuple(word_at(tokens, start + k) for k in range(len(phrase))) != phrase:
            continue
        example = start + len(phrase)
        if word_at(tokens, example)[:1].upper() == letter and len(word_at(tokens, example)) > 1:
            end = example + 1
            if word_at(tokens, example) == "x" and touching(tokens, end):
                end += 2
            return end
    return index
