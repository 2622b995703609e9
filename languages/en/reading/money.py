"""English amounts of money in words, whichever way they are written."""

import re

from languages.en.reading.numbers import read_decimal, read_number
from languages.reading import decimal_parts

_UNITS = {
    "dollar": ("dollar", "dollars", "cent", "cents"),
    "euro": ("euro", "euros", "cent", "cents"),
    "pound": ("pound", "pounds", "penny", "pence"),
    "rupee": ("rupee", "rupees", "paisa", "paise"),
    "yen": ("yen", "yen", "sen", "sen"),
    "yuan": ("yuan", "yuan", "fen", "fen"),
    "won": ("won", "won", "jeon", "jeon"),
    "real": ("real", "reais", "centavo", "centavos"),
    "franc": ("franc", "francs", "centime", "centimes"),
    "krona": ("krona", "kronor", "öre", "öre"),
    "krone": ("krone", "kroner", "øre", "øre"),
    "zloty": ("zloty", "zlotys", "grosz", "groszy"),
    "lira": ("lira", "lira", "kurus", "kurus"),
    "rand": ("rand", "rand", "cent", "cents"),
    "shekel": ("shekel", "shekels", "agora", "agorot"),
    "naira": ("naira", "naira", "kobo", "kobo"),
    "peso": ("peso", "pesos", "centavo", "centavos"),
    "dirham": ("dirham", "dirhams", "fils", "fils"),
}
_NAMES = {
    "$": "dollar", "US$": "dollar", "A$": "dollar", "CA$": "dollar", "C$": "dollar", "NZ$": "dollar", "R$": "real",
    "€": "euro", "£": "pound", "₹": "rupee", "¥": "yen", "₩": "won", "zł": "zloty", "₺": "lira", "₪": "shekel",
    "₦": "naira", "USD": "dollar", "AUD": "dollar", "CAD": "dollar", "NZD": "dollar", "SGD": "dollar", "EUR": "euro",
    "GBP": "pound", "INR": "rupee", "PKR": "rupee", "JPY": "yen", "CNY": "yuan", "KRW": "won", "BRL": "real",
    "CHF": "franc", "SEK": "krona", "NOK": "krone", "DKK": "krone", "PLN": "zloty", "TRY": "lira", "ZAR": "rand",
    "ILS": "shekel", "NGN": "naira", "MXN": "peso", "AED": "dirham",
}  # fmt: skip
_SCALES = {"k": "thousand", "m": "million", "mn": "million", "bn": "billion", "b": "billion"}

CURRENCY = "|".join(re.escape(name) for name in sorted(_NAMES, key=len, reverse=True))
"""Signs and ISO 4217 codes, for a pattern."""
SCALE = r"thousand|million|billion|bn|mn|[kmb]"
"""What may follow the figure of an amount, for a pattern."""


def read_money(currency: str, figure: str, scale: str = "", *, joined: bool = False) -> str:
    """An amount of money: ("$", "29.99") -> "twenty-nine dollars and ninety-nine cents".

    Args:
        currency: A sign or a code of `CURRENCY`.
        figure: The amount, "1,299.00" or "1.299,00".
        scale: A thousand, a million: "2.5" of "m" is "two point five million dollars".
        joined: Whether hundreds and tens are joined by "and".
    """
    one, many, small_one, small_many = _UNITS[_NAMES[currency]]
    whole, part = decimal_parts(figure)
    if scale:
        return f"{read_decimal(whole, part, joined=joined)} {_SCALES.get(scale.lower(), scale.lower())} {many}"
    units, small = int(whole or 0), int((part + "00")[:2])
    words = []
    if units or not small:
        words.append(f"{read_number(units, joined=joined)} {one if units == 1 else many}")
    if small:
        words.append(f"{read_number(small)} {small_one if small == 1 else small_many}")
    return " and ".join(words)


def unit_of(currency: str) -> str:
    """The plural of a currency's unit: "€" -> "euros"."""
    return _UNITS[_NAMES[currency]][1]
