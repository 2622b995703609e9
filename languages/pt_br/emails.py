"""Finds e-mail addresses, written or said in Portuguese: "ana ponto souza arroba exemplo ponto com ponto br"."""

import re
from collections.abc import Sequence

from languages.entities import EmailAddress
from languages.folding import fold
from languages.pt_br.numbers import DIGITS, TENS, plain_at, read_below_hundred
from languages.pt_br.spelling import read_spelled_run
from languages.tokens import LONGEST_TEXT, Token, tokenize
from languages.written_email import find_written

_AT = frozenset(["arroba", "@"])
_MARKS = {
    "ponto": ".", ".": ".", "underline": "_", "underscore": "_", "sublinhado": "_", "_": "_", "traco": "-",
    "hifen": "-", "menos": "-", "-": "-", "mais": "+", "+": "+",
}  # fmt: skip
_STOP = frozenset((
    "e", "é", "o", "a", "meu", "email", "mail", "endereco", "de", "para", "pra", "pode", "manda", "mandar", "usa",
    "usar", "sim", "claro", "ta", "ok", "isso", "no", "na", "por", "favor", "anota", "seria", "ah", "hum", "entao",
    "eletronico", "correio", ",",
))  # fmt: skip
_TOP_LEVEL = frozenset("com org net edu gov io co br pt info biz me app dev tv us uk es fr de it".split())
_LONGEST_LOCAL = 64


def find_email(text: str) -> EmailAddress | None:
    """Find the first e-mail address in a text.

    Args:
        text: What was said or written.

    Returns:
        The address in lower case; spoken ones are less sure. None when there is no whole address.
    """
    written = find_written(text[:LONGEST_TEXT])
    if written is not None:
        return written
    tokens = tokenize(text)
    for at, token in enumerate(tokens):
        if token.text not in _AT:
            continue
        domain, local = _read_domain(tokens, at + 1), _read_local(tokens, at)
        if domain is not None and local is not None:
            return EmailAddress(
                value=f"{local[0]}@{domain[0]}",
                start=tokens[local[1]].start,
                end=tokens[domain[1] - 1].end,
                confidence=local[2],
            )
    return None


def _read_part(tokens: Sequence[Token], at: int, stop: int) -> tuple[str, int]:
    """Read one word, number, or run of spelled letters; lower case, without accents."""
    if at >= stop:
        return "", at
    letters, after = read_spelled_run(tokens[:stop], at)
    if len(letters) > 1 and after - at > 1:
        return letters.lower(), after
    number = read_below_hundred(tokens, at)
    if number is not None:
        return str(number[0]), number[1]
    text = fold(tokens[at].text)
    return (text, at + 1) if text.isascii() and text.isalnum() else ("", at)


def _read_domain(tokens: Sequence[Token], index: int) -> tuple[str, int] | None:
    """Read "exemplo ponto com ponto br"; ends after the last known top-level name."""
    name, at = "", index
    ended: tuple[str, int] | None = None
    while at < len(tokens) and len(name) < 120:
        mark = _MARKS.get(plain_at(tokens, at), "")
        if mark in (".", "-") and name and name[-1] not in ".-":
            name, at = name + mark, at + 1
            continue
        part, after = _read_part(tokens, at, len(tokens))
        if not part or (name and name[-1] not in ".-"):
            break
        begins = name.endswith(".")
        name, at = name + part, after
        if begins and part in _TOP_LEVEL:
            ended = name, at
    return ended


def _read_local(tokens: Sequence[Token], at_sign: int) -> tuple[str, int, float] | None:
    """Read the part before the "arroba": the longest clean stretch that ends there."""
    start = at_sign
    while start > 0 and _belongs(tokens, start - 1):
        start -= 1
    while start < at_sign and plain_at(tokens, start) in _MARKS:
        start += 1
    local, at, joined = "", start, 0
    while at < at_sign:
        mark = _MARKS.get(plain_at(tokens, at))
        if mark is not None:
            local, at = local + mark, at + 1
            continue
        part, after = _read_part(tokens, at, at_sign)
        if not part:
            return None
        joined += bool(local and local[-1].isalpha() and len(part) > 1 and part.isalpha())
        local, at = local + part, after
    if not re.fullmatch(r"[a-z0-9]+(?:[._+-][a-z0-9]+)*", local) or len(local) > _LONGEST_LOCAL:
        return None
    return local, start, 0.85 - 0.15 * min(3, joined)


def _belongs(tokens: Sequence[Token], at: int) -> bool:
    token, plain = tokens[at], plain_at(tokens, at)
    if token.text == "e" and plain_at(tokens, at - 1) in TENS and plain_at(tokens, at + 1) in DIGITS:
        return True
    return plain in _MARKS or token.is_number or (token.is_word and token.text not in _STOP and plain not in _STOP)
