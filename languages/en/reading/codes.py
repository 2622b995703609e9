"""English identifiers, phone numbers, links and addresses of mail in words."""

import re

from languages.en.reading.numbers import read_digits, read_groups, read_number
from languages.reading import Rule

_SYMBOLS = {".": "dot", "@": "at", "-": "dash", "_": "underscore", "+": "plus", "/": "slash", "?": "question mark",
            "=": "equals", "&": "and", "#": "hash", "~": "tilde", ":": "colon", "%": "percent"}  # fmt: skip
_ENDINGS_SAID = frozenset({"com", "net", "org", "info", "shop", "store", "app", "dev", "biz", "coop", "gov"})
_ENDING = (
    "com|net|org|info|shop|store|app|dev|biz|coop|gov|edu|ie|uk|co|eu|us|de|fr|es|it|pt|nl|be|ch|at|se|no|dk|fi|pl|ca|"
    "au|nz|in|br|io|ai|me|tv"
)
_NAMED = (
    r"orders?|accounts?|numbers?|references?|ref|tickets?|cases?|codes?|pins?|polic(?:y|ies)|bookings?|reservations?|"
    r"invoices?|cards?|parcels?|members?|membership|customers?|meters?|serial|flights?|claims?|eircode|postcode|zip|"
    r"ending(?:\sin)?|ends\sin|ext\.?|extension"
)
_LINKS = r"(?:\s+(?:numbers?|no\.|ids?|codes?|is|are|was|ending(?:\sin|\swith)?))*\s+"
_DIALLED = r"(?:call|calling|dial|ring|phone|text|press|rang|called|dialled|emergency(?:\s(?:number|services))?)"
_SHORT_NUMBER = r"\d{3}(?![\s.-]?\d)(?!\s+(?!now\b|or\b|and\b|if\b|for\b|at\b|immediately\b)[a-z]+s\b)"
_PHONE = r"\+?\(?\d{1,5}\)?(?:[\s.-]\(?\d{1,5}\)?){1,6}(?!\d)|\+\d{7,15}\b"
_MOST_COUNTED = 2
"""Digits after letters that are said as a number: "A4", "M50", but "AB 4 0 2 7"."""
_WORD_LETTERS = 4
"""Letters that are said as a word, not one by one, where they stand with digits: "COVID-19"."""


def read_email(address: str) -> str:
    """An e-mail address: "jane dot doe at example dot com"."""
    local, _, domain = address.partition("@")
    parts = re.findall(r"[^\W\d_]+|[0-9]+|[^A-Za-z0-9]", local)
    said = " ".join(read_digits(p) if p.isdigit() else _SYMBOLS.get(p, p) for p in parts)
    return f"{said} at {_domain(domain)}" if domain else said


def read_link(link: str) -> str:
    """A link without what nobody types: "shop dot example dot com, slash returns"."""
    bare = re.sub(r"^https?://", "", link)
    bare = re.sub(r"^www\.", "", bare).rstrip("/")
    domain, slash, path = bare.partition("/")
    said = _domain(domain)
    if not slash:
        return said
    parts = re.findall(r"[^\W\d_]+|[0-9]+|[^A-Za-z0-9]", path)
    spoken = [read_number(int(p)) if len(p) < 3 else read_digits(p) for p in parts if p.isdigit()]
    figures = iter(spoken)
    return f"{said}, slash {' '.join(next(figures) if p.isdigit() else _SYMBOLS.get(p, p) for p in parts)}"


def _domain(domain: str) -> str:
    labels = domain.split(".")
    said = [" ".join(re.sub(r"-", " dash ", _figures(label)).split()) for label in labels]
    for place, label in enumerate(labels):
        if place and label.lower() not in _ENDINGS_SAID and len(label) <= 3:
            said[place] = " ".join(label.upper())
    return " dot ".join(said)


def _figures(label: str) -> str:
    return re.sub(r"\d+", lambda m: f" {read_digits(m[0]) if len(m[0]) > 2 else read_number(int(m[0]))} ", label)


def read_code(code: str) -> str:
    """An identifier of letters and digits: "AB-4027" -> "A B, four zero two seven", "A4" -> "A four"."""
    parts = re.findall(r"[A-Za-z]+|\d+", code)
    digits = [p for p in parts if p.isdigit()]
    counted = len(parts) == 2 and not parts[0].isdigit() and len(digits) == 1 and len(digits[0]) <= _MOST_COUNTED
    if counted and not digits[0].startswith("0"):
        letters = parts[0] if len(parts[0]) > _WORD_LETTERS else " ".join(parts[0].upper())
        return f"{letters} {read_number(int(digits[0]))}"
    groups = re.findall(r"[A-Za-z0-9]+", code)
    return ", ".join(_group(group) for group in groups)


def _group(group: str) -> str:
    """Letters one by one, or as the word they are, then digits one by one."""
    parts = re.findall(r"[A-Za-z]+|\d+", group)
    return " ".join(p if p.isalpha() and len(p) > _WORD_LETTERS else read_digits(p) for p in parts)


def _phone(match: re.Match[str]) -> str:
    written = match[0]
    digits = re.sub(r"\D", "", written)
    groups = re.findall(r"\d+", written)
    thousands = len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:]) and "-" not in written
    if not 7 <= len(digits) <= 15 or (thousands and len(digits) < 9 and not written.startswith(("0", "+", "("))):
        return written
    return ("plus " if written.startswith("+") else "") + read_groups(written)


def _each(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _named(match: re.Match[str]) -> str:
    """Every one of "orders 4027 and 4028" is read as a name."""
    return match[1] + re.sub(r"#?\b(\w*\d[\w-]*)", lambda m: read_named(m[1]), match[2])


def read_named(code: str) -> str:
    """What is known to be an identifier: its digits are no count, unless they are as few as a house number's."""
    if re.fullmatch(r"[1-9]\d?", code):
        return read_number(int(code))
    groups = re.findall(r"[A-Za-z0-9]+", code)
    return ", ".join(_group(group) for group in groups)


CODE_RULES: tuple[Rule, ...] = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), lambda m: read_email(m[0])),
    (
        _each(
            rf"\bhttps?://[^\s,;)]*[\w/]|\bwww\.[\w-]+(?:\.[\w-]+)+(?:/[\w/-]*)?|\b[a-z][\w-]*(?:\.[\w-]+)*\.(?:{_ENDING})\b(?:/[\w/-]*)?(?!\.\w)"
        ),
        lambda m: read_link(m[0]),
    ),
    (
        _each(
            rf"\b{_DIALLED}(?:\s(?:us|on|at|the|to|is|number|for|help|an|ambulance|it))*\s{_SHORT_NUMBER}(?:(?:,|\sor|\sand)\s{_SHORT_NUMBER})*"
        ),
        lambda m: re.sub(r"\d+", lambda d: read_digits(d[0]), m[0]),
    ),
    (re.compile(r"\b(?:112|999|911)\b(?!\s+[a-z]+s\b)(?![.,]\d)"), lambda m: read_digits(m[0])),
    (
        _each(
            rf"\b((?:{_NAMED})(?:{_LINKS}|\s*[:#]\s*))((?:[A-Z]{{1,3}}\s)?#?\w*\d[\w-]*(?:(?:,|\sor|\sand|,\sand)\s#?\w*\d[\w-]*)*)(?!\s?%)(?![.,]\d)"
        ),
        _named,
    ),
    (re.compile(r"#(\w*\d[\w-]*)"), lambda m: read_named(m[1])),
    (re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\b|\b[A-Z]\d[\dW]\s[A-Z\d]{4}\b"), lambda m: read_named(m[0])),
)
"""Rules for what names something; they come before those for dates and numbers."""

PHONE_RULE: Rule = (re.compile(_PHONE), _phone)
"""Groups of digits; dates are gone by then."""

MIXED_RULE: Rule = (
    re.compile(r"\b(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*\b"),
    lambda m: read_code(m[0]),
)
"""Whatever is left of letters and digits in one word, after units and times."""
