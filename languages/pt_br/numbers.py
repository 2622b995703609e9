"""Reads Portuguese cardinals and ordinals, as words or numerals, at a place in a token list."""

from collections.abc import Sequence
from decimal import Decimal

from languages.folding import fold
from languages.tokens import Token, touching, word_at

DIGITS = {
    "zero": 0, "um": 1, "uma": 1, "dois": 2, "duas": 2, "tres": 3, "quatro": 4, "cinco": 5, "seis": 6, "sete": 7,
    "oito": 8, "nove": 9,
}  # fmt: skip
TEENS = {
    "dez": 10, "onze": 11, "doze": 12, "treze": 13, "quatorze": 14, "catorze": 14, "quinze": 15, "dezesseis": 16,
    "dezasseis": 16, "dezessete": 17, "dezoito": 18, "dezenove": 19,
}  # fmt: skip
TENS = {
    "vinte": 20, "trinta": 30, "quarenta": 40, "cinquenta": 50, "cincoenta": 50, "sessenta": 60, "setenta": 70,
    "oitenta": 80, "noventa": 90,
}  # fmt: skip
HUNDREDS = {"cem": 100, "cento": 100} | {
    f"{stem}{ending}": value
    for stem, value in (
        ("duzent", 200), ("trezent", 300), ("quatrocent", 400), ("quinhent", 500), ("seiscent", 600),
        ("setecent", 700), ("oitocent", 800), ("novecent", 900),
    )
    for ending in ("os", "as")
}  # fmt: skip
SCALES = {"mil": 1000, "milhao": 10**6, "milhoes": 10**6, "bilhao": 10**9, "bilhoes": 10**9}
ORDINALS = {
    f"{stem}{ending}": value
    for stem, value in (
        ("primeir", 1), ("segund", 2), ("terceir", 3), ("quart", 4), ("quint", 5), ("sext", 6), ("setim", 7),
        ("oitav", 8), ("non", 9), ("decim", 10),
    )
    for ending in ("o", "a")
}  # fmt: skip
_LONGEST_NUMERAL = 12
"""Digits of a numeral that can be a quantity; longer ones are identifiers."""


def plain_at(tokens: Sequence[Token], index: int) -> str:
    """The token's lower-case text without accents, or an empty string past either end."""
    return fold(word_at(tokens, index))


def read_below_hundred(tokens: Sequence[Token], index: int) -> tuple[int, int] | None:
    """Read "sete", "dezessete", "quarenta" or "quarenta e dois"; returns the value and the next index."""
    word = plain_at(tokens, index)
    if word in TENS:
        unit = DIGITS.get(plain_at(tokens, index + 2), 0) if word_at(tokens, index + 1) == "e" else 0
        return (TENS[word] + unit, index + 3) if unit else (TENS[word], index + 1)
    if word in TEENS:
        return TEENS[word], index + 1
    if word in DIGITS:
        return DIGITS[word], index + 1
    return None


def read_below_thousand(tokens: Sequence[Token], index: int) -> tuple[int, int] | None:
    """Read "cem", "duzentos e cinco", "novecentos e noventa e nove"; returns the value and the next index."""
    hundreds = HUNDREDS.get(plain_at(tokens, index))
    if hundreds is None:
        return read_below_hundred(tokens, index)
    rest = read_below_hundred(tokens, index + 2) if word_at(tokens, index + 1) == "e" else None
    return (hundreds + rest[0], rest[1]) if rest and rest[0] else (hundreds, index + 1)


def read_numeral(tokens: Sequence[Token], index: int) -> tuple[Decimal, int] | None:
    """Read "12", "1.200", "1.234,56" or, as some recognisers write it, "12.50"."""
    if index >= len(tokens) or not tokens[index].is_number:
        return None
    figures, at = tokens[index].raw, index + 1
    while _joined(tokens, at, ".") and len(tokens[at + 1].raw) == 3:
        figures, at = figures + tokens[at + 1].raw, at + 2
    if len(figures) > _LONGEST_NUMERAL:
        return None
    if _joined(tokens, at, ",") or (_joined(tokens, at, ".") and len(tokens[at + 1].raw) <= 2):
        return Decimal(f"{figures}.{tokens[at + 1].raw[:_LONGEST_NUMERAL]}"), at + 2
    return Decimal(figures), at


def _joined(tokens: Sequence[Token], at: int, mark: str) -> bool:
    """Whether a mark and a numeral follow without a space."""
    return (
        word_at(tokens, at) == mark and touching(tokens, at) and touching(tokens, at + 1) and tokens[at + 1].is_number
    )


def read_cardinal(tokens: Sequence[Token], index: int) -> tuple[Decimal, int] | None:
    """Read the longest quantity: "mil e duzentos", "1,5 milhão", "três vírgula dois".

    Returns:
        The value and the index after it, or None when there is no quantity at ``index``.
    """
    total, at, bound, found = Decimal(0), index, 10**12, False
    while True:
        start = at + 1 if found and word_at(tokens, at) == "e" else at
        group = _read_group(tokens, start)
        if group is None:
            break
        value, after = group if found else _with_fraction(tokens, *group)
        scale = SCALES.get(plain_at(tokens, after))
        if scale is not None and scale < bound:
            total, at, bound, found = total + value * scale, after + 1, scale, True
            half = word_at(tokens, at) == "e" and plain_at(tokens, at + 1) in ("meio", "meia")
            if half and scale > 1000:
                return total + Decimal(scale) / 2, at + 2
            continue
        if not found or value < bound:
            total, at, found = total + value, after, True
        break
    return (total, at) if found else None


def _read_group(tokens: Sequence[Token], index: int) -> tuple[Decimal, int] | None:
    if plain_at(tokens, index) == "mil":
        # A thousand needs no "one" before it.
        return Decimal(1), index
    numeral = read_numeral(tokens, index)
    if numeral is not None:
        return numeral
    if plain_at(tokens, index) in ("meio", "meia") and plain_at(tokens, index + 1) in ("milhao", "bilhao"):
        return Decimal("0.5"), index + 1
    small = read_below_thousand(tokens, index)
    return (Decimal(small[0]), small[1]) if small else None


def _with_fraction(tokens: Sequence[Token], whole: Decimal, index: int) -> tuple[Decimal, int]:
    """Append "vírgula cinco dois"."""
    if plain_at(tokens, index) != "virgula" or whole != int(whole):
        return whole, index
    figures, at = "", index + 1
    while len(figures) < _LONGEST_NUMERAL:
        small = read_below_hundred(tokens, at)
        if small is not None:
            figures, at = figures + str(small[0]), small[1]
        elif at < len(tokens) and tokens[at].is_number:
            figures, at = figures + tokens[at].raw, at + 1
        else:
            break
    return (Decimal(f"{int(whole)}.{figures}"), at) if figures else (whole, index)


def read_ordinal(tokens: Sequence[Token], index: int) -> tuple[int, int] | None:
    """Read "primeiro" or "1º"; returns the value and the next index."""
    word = plain_at(tokens, index)
    if word in ORDINALS:
        return ORDINALS[word], index + 1
    if index < len(tokens) and tokens[index].is_number and len(word) <= 3:
        marked = word_at(tokens, index + 1) in ("º", "ª", "°", "o", "a") and touching(tokens, index + 1)
        return (int(word), index + 2) if marked else None
    return None
