"""Reads letters that are spelled aloud in Portuguese: "S I L V A", "b de bola", "duplo s", "efe", "xis"."""

from collections.abc import Sequence

from languages.folding import fold
from languages.pt_br.numbers import plain_at
from languages.tokens import Token, word_at

REPEATS = {"duplo": 2, "dupla": 2, "dobrado": 2, "triplo": 3, "tripla": 3}
_LETTER_NAMES = {
    "bê": "B", "cê": "C", "dê": "D", "efe": "F", "gê": "G", "agá": "H", "aga": "H", "jota": "J", "cá": "K",
    "ele": "L", "eme": "M", "ene": "N", "pê": "P", "quê": "Q", "erre": "R", "esse": "S", "tê": "T", "vê": "V",
    "dáblio": "W", "dábliu": "W", "dablio": "W", "dabliu": "W", "xis": "X", "ípsilon": "Y", "ipsilon": "Y", "zê": "Z",
}  # fmt: skip
"""Those that are common words without their accent count with it only."""
_EXPLAINS = (("como", "em"), ("igual", "a"), ("de",), ("como",))


def read_letter(tokens: Sequence[Token], index: int) -> tuple[str, int] | None:
    """Read one letter said by name, with any explanation and repetition.

    Returns:
        One or more capital letters without accents and the index after them, or None.
    """
    word = word_at(tokens, index)
    if word in REPEATS:
        again = read_letter(tokens, index + 1)
        return (again[0] * REPEATS[word], again[1]) if again and len(again[0]) == 1 else None
    if not word:
        return None
    if word in _LETTER_NAMES:
        letter = _LETTER_NAMES[word]
    elif len(word) == 1 and word.isalpha() and fold(word).isascii():
        letter = fold(word).upper()
    else:
        return None
    return letter, _past_explanation(tokens, index + 1, letter)


def explained_letter(tokens: Sequence[Token], index: int) -> tuple[str, int] | None:
    """Read a letter only where it is explained: "b de bola"."""
    read = read_letter(tokens, index) if word_at(tokens, index) not in REPEATS else None
    return read if read is not None and read[1] > index + 1 else None


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
    """Skip "de bola" when the example word begins with the letter."""
    start = index + 1 if word_at(tokens, index) == "," else index
    for phrase in _EXPLAINS:
        if tuple(plain_at(tokens, start + k) for k in range(len(phrase))) != phrase:
            continue
        example = plain_at(tokens, start + len(phrase))
        if len(example) > 1 and example[0].upper() == letter:
            return start + len(phrase) + 1
    return index
