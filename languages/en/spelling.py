"""Reads letters that are spelled aloud: "S M I T H", "S for sugar", "A as in Alpha", "double T", "Sierra Mike"."""

from collections.abc import Sequence

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


def read_spelled_run(tokens: Sequence[Token], index: int) -> tuple[str, int]:
    """Read letters from ``index`` on, over commas, hyphens and full stops between them; may be empty."""
    letters, at = "", index
    while True:
        step = at
        while letters and word_at(tokens, step) in (",", "-", ".", "–", "—"):
            step += 1
        one = read_letter(tokens, step)
        if one is None:
            return letters, at
        letters, at = letters + one[0], one[1]


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
