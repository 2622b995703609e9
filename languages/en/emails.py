"""Finds e-mail addresses, written or said: "jane dot doe at example dot com", with spelled parts."""

from collections.abc import Sequence

from languages.en.numbers import read_below_hundred
from languages.en.spelling import REPEATS, read_letter, read_spelled_run
from languages.entities import EmailAddress
from languages.tokens import LONGEST_TEXT, Token, tokenize, touching, word_at
from languages.written_email import find_written

_LONGEST_LOCAL = 64
_MARKS = {
    "dot": ".", "point": ".", "period": ".", ".": ".", "underscore": "_", "_": "_", "dash": "-", "hyphen": "-",
    "minus": "-", "-": "-", "plus": "+", "+": "+",
}  # fmt: skip
_STOP = frozenset((
    "is", "it's", "its", "that's", "email", "mail", "e-mail", "address", "my", "the", "a", "to", "use", "try",
    "send", "yes", "yeah", "sure", "ok", "okay", "it", "this", "and", "me", "be", "would", "can", "you", "on",
    "please", "our", "so", "uh", "um", "er", "erm", "hi", "hello", "i", "i'm", "for", "of",
))  # fmt: skip
_AT = ("at", "@")
_TOP_LEVEL = frozenset((
    "com", "org", "net", "edu", "gov", "io", "co", "uk", "us", "ca", "de", "fr", "es", "it", "nl", "ie", "au", "nz",
    "in", "eu", "info", "biz", "me", "app", "dev", "tv", "ch", "at", "be", "se", "no", "dk", "jp",
))  # fmt: skip


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
        domain = _read_domain(tokens, at + 1)
        local = _read_local(tokens, at)
        if domain is None or local is None:
            continue
        return EmailAddress(
            value=f"{local[0]}@{domain[0]}".lower(),
            start=tokens[local[1]].start,
            end=tokens[domain[1] - 1].end,
            confidence=local[2],
        )
    return None


def _read_domain(tokens: Sequence[Token], index: int) -> tuple[str, int] | None:
    """Read "example dot co dot uk"; ends after the last known top-level name."""
    name, at = "", index
    ended: tuple[str, int] | None = None
    while at < len(tokens) and len(name) < 120:
        mark = _MARKS.get(word_at(tokens, at))
        if mark in (".", "-") and name and name[-1] not in ".-":
            name, at = name + mark, at + 1
            continue
        spelled, after = _read_part(tokens, at)
        if not spelled:
            break
        begins = name.endswith(".")
        name, at = name + spelled, after
        if begins and spelled in _TOP_LEVEL:
            ended = name, at
            if _MARKS.get(word_at(tokens, at)) != ".":
                break
        elif begins and ended is not None:
            break
    return ended


def _read_local(tokens: Sequence[Token], at_sign: int) -> tuple[str, int, float] | None:
    """Read the part before the "at": the longest stretch that ends there and makes a clean local part."""
    start = at_sign
    while start > 0 and _belongs(tokens, start - 1):
        start -= 1
    while start < at_sign and word_at(tokens, start) in _MARKS:
        start += 1
    local, at, words_joined = "", start, 0
    while at < at_sign:
        mark = _MARKS.get(word_at(tokens, at))
        if mark is not None and not _separates_spelling(tokens, at):
            local, at = local + mark, at + 1
            continue
        if word_at(tokens, at) in ("-", ","):
            at += 1
            continue
        part, after = _read_part(tokens, at, before=at_sign)
        if not part:
            return None
        if local and local[-1].isalpha() and len(part) > 1 and part.isalpha():
            words_joined += 1
        local, at = local + part, after
    if not local or len(local) > _LONGEST_LOCAL or local[-1] in "._-+" or ".." in local:
        return None
    return local, start, 0.85 - 0.15 * min(3, words_joined)


def _belongs(tokens: Sequence[Token], index: int) -> bool:
    token = tokens[index]
    if _explains(tokens, index):
        return True
    if token.text == ",":
        return index > 0 and (tokens[index - 1].is_letter or _explains(tokens, index - 1))
    if token.is_letter and token.text in _STOP:
        return index > 0 and (tokens[index - 1].is_letter or _near_spelling(tokens, index))
    if token.text in (".",):
        return touching(tokens, index) and touching(tokens, index + 1)
    return (
        token.text in _MARKS or token.is_number or (token.is_word and token.raw.isascii() and token.text not in _STOP)
    )


def _explains(tokens: Sequence[Token], index: int) -> bool:
    """Whether the word here explains a letter, as all but the first of "S as in sugar" do."""
    return any(
        tokens[letter].is_letter and (read := read_letter(tokens, letter)) is not None and letter < index < read[1]
        for letter in range(max(0, index - 4), index)
    )


def _near_spelling(tokens: Sequence[Token], index: int) -> bool:
    around = (index - 2, index - 1, index + 1, index + 2)
    return sum(0 <= k < len(tokens) and tokens[k].is_letter for k in around) >= 1


def _separates_spelling(tokens: Sequence[Token], index: int) -> bool:
    """Whether a mark is only a hyphen between spelled letters, "J-A-N-E"."""
    if word_at(tokens, index) not in ("-", ".") or index + 1 >= len(tokens) or index == 0:
        return False
    return tokens[index - 1].is_letter and tokens[index + 1].is_letter and word_at(tokens, index) == "-"


def _read_part(tokens: Sequence[Token], at: int, before: int | None = None) -> tuple[str, int]:
    """Read one word, number, or run of spelled letters; lower case."""
    if at >= len(tokens):
        return "", at
    token = tokens[at]
    if token.is_number:
        return token.raw, at + 1
    if token.is_letter or token.text in REPEATS:
        limited = tokens[:before] if before is not None else tokens
        run, after = read_spelled_run(limited, at)
        if run:
            return run.lower(), after
    number = read_below_hundred(tokens, at)
    if number is not None:
        return str(number[0]), number[1]
    if token.text == "oh":
        return "0", at + 1
    if token.is_word and token.raw.isascii() and token.text not in _AT:
        return token.text.replace("'", ""), at + 1
    return "", at
