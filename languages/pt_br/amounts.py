"""Finds amounts of money in Portuguese: "R$ 1.234,56", "cinquenta reais e vinte centavos", "dois reais e meio"."""

import re
from collections.abc import Sequence
from decimal import Decimal

from languages.amounts import choose_amount
from languages.entities import Amount
from languages.pt_br.numbers import plain_at, read_below_hundred, read_cardinal
from languages.pt_br.references import WORDS
from languages.tokens import Token, tokenize, touching, word_at

_SYMBOLS = {"$": "", "£": "GBP", "€": "EUR"}
_PREFIXES = {"r": "BRL", "us": "USD"}
"""Before a dollar sign."""
_UNITS = {
    "real": "BRL", "reais": "BRL", "pila": "BRL", "pilas": "BRL", "conto": "BRL", "contos": "BRL", "mangos": "BRL",
    "brl": "BRL", "dolar": "USD", "dolares": "USD", "usd": "USD", "euro": "EUR", "euros": "EUR", "eur": "EUR",
    "libra": "GBP", "libras": "GBP",
}  # fmt: skip
_CENTS = frozenset(["centavo", "centavos", "cent", "cents"])
_MEANT = re.compile(
    r"(?<!\w)(?:quero|queria|preciso|reembols\w+|devolv\w+|estorn\w+|pagar|receber|total(?: é| foi| de)?|valor(?: é"
    r"| foi| de)?|s[ãa]o"
    r"|foi|foram|deu|é|era|quis dizer|me deve[mn]?)(?: (?:de volta|os|as|o|só|apenas|uns|umas|exatamente"
    r"|de))*\s+(?:R\$\s*)?$",
    re.IGNORECASE,
)
"""Before the amount that is meant, where several are said."""
_MEANT_AFTER = re.compile(r"\s+(?:de volta|no total|ao todo|por favor)(?!\w)", re.IGNORECASE)
_NOT_MONEY = frozenset((
    "por", "%", "dia", "dias", "semana", "semanas", "mes", "meses", "ano", "anos", "hora", "horas", "minuto",
    "minutos", "vez", "vezes", "pessoa", "pessoas", "item", "itens", "unidade", "unidades", "parcela", "parcelas",
    "quilo", "quilos", "metro", "metros", "quilometros", "litro", "litros", "h", "de", "o", "a",
))  # fmt: skip


def find_amount(text: str, *, currency: str = "") -> Amount | None:
    """Find the amount of money in a text; one with a currency is preferred, then the one that is asked for or meant.

    Args:
        text: What was said.
        currency: ISO 4217 code when none is said.

    Returns:
        The amount, or None. A bare "doze e cinquenta" is taken as 12,50, with less confidence; so is one of several
        amounts of which nothing says that it is the one.
    """
    tokens = tokenize(text)
    found: list[Amount] = []
    at = 0
    while at < len(tokens):
        read = _read_amount(tokens, at, currency)
        if read is None:
            at += 1
            continue
        amount, at = read
        if not WORDS.named_before.search(text[: amount.start]):
            found.append(amount)
    return choose_amount(text, found, before=_MEANT, after=_MEANT_AFTER)


def _read_amount(tokens: Sequence[Token], at: int, currency: str) -> tuple[Amount, int] | None:
    if plain_at(tokens, at) == "cento" and plain_at(tokens, at - 1) == "por":
        return None
    symbol, start = _read_symbol(tokens, at, currency)
    whole = read_cardinal(tokens, start)
    if whole is None:
        return None
    value, end = whole
    code, end = _read_unit(tokens, end)
    code = symbol or code
    if plain_at(tokens, end) in _CENTS and not code:
        return _amount(tokens, at, end + 1, value / 100, currency or "BRL", 0.9), end + 1
    if value == int(value):
        cents, after = _read_cents(tokens, end, after_unit=bool(code))
        if cents is not None:
            value, end = value + cents, after
            if not code:
                code, end = _read_unit(tokens, end)
                if not code:
                    return _amount(tokens, at, end, value, currency, 0.65), end
    if code:
        return _amount(tokens, at, end, value, code, 0.95), end
    if plain_at(tokens, end) in _NOT_MONEY or value >= 10**7:
        return None
    return _amount(tokens, at, end, value, currency, 0.7 if value != int(value) else 0.5), end


def _read_symbol(tokens: Sequence[Token], at: int, currency: str) -> tuple[str, int]:
    """Read "R$", "US$", "$" or "€"; the code is empty where there is none."""
    prefix = _PREFIXES.get(word_at(tokens, at), "")
    if prefix and word_at(tokens, at + 1) == "$" and touching(tokens, at + 1):
        return prefix, at + 2
    if word_at(tokens, at) in _SYMBOLS:
        return _SYMBOLS[word_at(tokens, at)] or currency or "BRL", at + 1
    return "", at


def _read_unit(tokens: Sequence[Token], at: int) -> tuple[str, int]:
    name_at = at + 1 if plain_at(tokens, at) == "de" else at
    code = _UNITS.get(plain_at(tokens, name_at), "")
    return code, name_at + 1 if code else at


def _read_cents(tokens: Sequence[Token], at: int, *, after_unit: bool) -> tuple[Decimal | None, int]:
    """Read what follows the whole part: "e vinte centavos", "e cinquenta", "e meio"."""
    if word_at(tokens, at) not in ("e", "com"):
        return None, at
    start = at + 1
    if after_unit and word_at(tokens, start) in ("meio", "meia"):
        return Decimal("0.50"), start + 1
    small = read_below_hundred(tokens, start)
    if small is None and start < len(tokens) and tokens[start].is_number and len(tokens[start].raw) <= 2:
        small = int(tokens[start].raw), start + 1
    if small is None:
        return None, at
    value, end = small
    if plain_at(tokens, end) in _CENTS:
        return Decimal(value) / 100, end + 1
    return (Decimal(value) / 100, end) if value >= 10 else (None, at)


def _amount(
    tokens: Sequence[Token], first: int, after: int, value: Decimal, currency: str, confidence: float
) -> Amount:
    return Amount(
        value=value, currency=currency, start=tokens[first].start, end=tokens[after - 1].end, confidence=confidence
    )
