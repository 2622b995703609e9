"""Portuguese prose in words as people say them: numbers, money, dates, order numbers, e-mail addresses."""

import re
from datetime import date
from functools import lru_cache

from languages.reading import Habits, Reader, Rule, apply, decimal_parts, grouped
from languages.soundless import without_soundless

_DIGITS = ("zero", "um", "dois", "três", "quatro", "cinco", "meia", "sete", "oito", "nove")
"""One by one, as in a telephone number: six is half a dozen, so that nobody takes it for three."""
_SMALL = (
    "zero", "um", "dois", "três", "quatro", "cinco", "seis", "sete", "oito", "nove", "dez", "onze", "doze", "treze",
    "quatorze", "quinze", "dezesseis", "dezessete", "dezoito", "dezenove",
)  # fmt: skip
_TENS = ("", "", "vinte", "trinta", "quarenta", "cinquenta", "sessenta", "setenta", "oitenta", "noventa")
_HUNDREDS = (
    "", "cento", "duzentos", "trezentos", "quatrocentos", "quinhentos", "seiscentos", "setecentos", "oitocentos",
    "novecentos",
)  # fmt: skip
_SCALES = ((10**9, "bilhão", "bilhões"), (10**6, "milhão", "milhões"))
_CURRENCIES = {
    "R$": ("real", "reais", "centavo"), "BRL": ("real", "reais", "centavo"),
    "US$": ("dólar", "dólares", "centavo"), "USD": ("dólar", "dólares", "centavo"),
    "$": ("dólar", "dólares", "centavo"),
    "€": ("euro", "euros", "centavo"), "EUR": ("euro", "euros", "centavo"),
    "£": ("libra", "libras", "centavo"), "GBP": ("libra", "libras", "centavo"),
}  # fmt: skip
_FEMININE = frozenset(["£", "GBP"])
_SYMBOLS = {".": "ponto", "@": "arroba", "-": "traço", "_": "underline", "+": "mais", "/": "barra"}
_MONTHS = (
    "janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro",
    "dezembro",
)  # fmt: skip
_WEEKDAYS = ("segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado", "domingo")
_UNITS = {
    "km/h": ("quilômetro por hora", "quilômetros por hora"), "km": ("quilômetro", "quilômetros"),
    "m²": ("metro quadrado", "metros quadrados"), "m2": ("metro quadrado", "metros quadrados"),
    "cm": ("centímetro", "centímetros"), "mm": ("milímetro", "milímetros"), "m": ("metro", "metros"),
    "kg": ("quilo", "quilos"), "mg": ("miligrama", "miligramas"), "g": ("grama", "gramas"),
    "ml": ("mililitro", "mililitros"), "l": ("litro", "litros"), "kWh": ("quilowatt-hora", "quilowatts-hora"),
    "GB": ("gigabyte", "gigabytes"), "MB": ("megabyte", "megabytes"), "Mbps": ("megabit por segundo",
    "megabits por segundo"), "min": ("minuto", "minutos"), "seg": ("segundo", "segundos"),
    "°C": ("grau", "graus"), "°F": ("grau Fahrenheit", "graus Fahrenheit"),
}  # fmt: skip
_UNIT = "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True))
_STREETS = {"R": "Rua", "Av": "Avenida", "Pça": "Praça", "Tv": "Travessa", "Rod": "Rodovia", "Al": "Alameda"}
_TITLES = {"Sr": "senhor", "Sra": "senhora", "Srta": "senhorita", "Dr": "doutor", "Dra": "doutora"}
_ORDINAL_STEMS = ("", "primeir", "segund", "terceir", "quart", "quint", "sext", "sétim", "oitav", "non")
_ORDINAL_TENS = ("", "décim", "vigésim", "trigésim", "quadragésim", "quinquagésim", "sexagésim", "septuagésim",
                 "octogésim", "nonagésim")  # fmt: skip


def read_digits(digits: str) -> str:
    """Digits one by one, in groups of three or four with a short rest between.

    Args:
        digits: Digits and letters of an identifier; anything else separates groups.
    """
    return ", ".join(
        " ".join(_DIGITS[int(c)] if c.isdigit() else c.upper() for c in group) for group in grouped(digits)
    )


def read_number(number: int, *, feminine: bool = False) -> str:
    """A count below 10¹²: 1234 -> "mil duzentos e trinta e quatro"."""
    if number == 0:
        return _SMALL[0]
    parts: list[tuple[int, str]] = []
    for scale, one, many in _SCALES:
        count, number = divmod(number, scale)
        if count:
            parts.append((count, f"{_below_thousand(count)} {one if count == 1 else many}"))
    thousands, rest = divmod(number, 1000)
    if thousands:
        parts.append((thousands, "mil" if thousands == 1 else f"{_gendered(thousands, feminine=feminine)} mil"))
    if rest:
        parts.append((rest, _gendered(rest, feminine=feminine)))
    *before, (last, words) = parts
    # The last group is joined by "e" where it has one word to say: "mil e duzentos", "mil e cinco".
    joined = " e " if last < 100 or last % 100 == 0 else " "
    return joined.join([" ".join(text for _, text in before), words]) if before else words


def _gendered(number: int, *, feminine: bool) -> str:
    words = _below_thousand(number)
    if not feminine:
        return words
    words = re.sub(r"\bum$", "uma", re.sub(r"\bdois$", "duas", words))
    return re.sub(r"entos\b", "entas", words)


def _below_thousand(number: int) -> str:
    if number == 100:
        return "cem"
    hundreds, rest = divmod(number, 100)
    parts = [_HUNDREDS[hundreds]] if hundreds else []
    if rest >= 20:
        parts += [_TENS[rest // 10], *([_SMALL[rest % 10]] if rest % 10 else [])]
    elif rest:
        parts.append(_SMALL[rest])
    return " e ".join(parts)


def read_ordinal(number: int, ending: str = "o") -> str:
    """A rank from 1 to 99: (23, "o") -> "vigésimo terceiro"."""
    tens, unit = divmod(number, 10)
    stems = [stem for stem in (_ORDINAL_TENS[tens], _ORDINAL_STEMS[unit]) if stem]
    return " ".join(f"{stem}{ending}" for stem in stems)


def read_money(currency: str, amount: str) -> str:
    """An amount of money: ("R$", "48,50") -> "quarenta e oito reais e cinquenta centavos"."""
    whole_text, part_text = decimal_parts(amount)
    whole, part = int(whole_text or 0), int((part_text + "00")[:2])
    one, many, small = _CURRENCIES[currency]
    words = []
    if whole or not part:
        unit = f"de {many}" if whole and whole % 10**6 == 0 else one if whole == 1 else many
        words.append(f"{read_number(whole, feminine=currency in _FEMININE)} {unit}")
    if part:
        words.append(f"{read_number(part)} {small}{'' if part == 1 else 's'}")
    return " e ".join(words)


def read_date(day: date) -> str:
    """A date without its year: "terça-feira, vinte e quatro de novembro"."""
    return f"{_WEEKDAYS[day.weekday()]}, {_day_of(day.day)} de {_MONTHS[day.month - 1]}"


def _day_of(number: int) -> str:
    return "primeiro" if number == 1 else read_number(number)


def read_email(address: str) -> str:
    """An e-mail address: "ana ponto souza arroba exemplo ponto com"."""
    parts = re.findall(r"[^\W\d_]+|[0-9]+|[^\w]|_", address)
    return " ".join(read_digits(p) if p.isdigit() else _SYMBOLS.get(p, p) for p in parts)


def read_time(hour: int, minute: int) -> str:
    """A time of day: (14, 30) -> "quatorze e trinta", (9, 0) -> "nove horas", (1, 0) -> "uma hora"."""
    spoken = read_number(hour, feminine=True)
    return f"{spoken} e {read_number(minute)}" if minute else f"{spoken} {'hora' if hour == 1 else 'horas'}"


def _iso_date(match: re.Match[str]) -> str:
    try:
        return read_date(date(int(match[1]), int(match[2]), int(match[3])))
    except ValueError:
        return read_digits(match[0])


def _figures(match: re.Match[str]) -> str:
    """15/03 and 15/03/2026."""
    day, month = int(match[1]), int(match[2])
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return read_digits(match[0])
    year = f" de {read_number(int(match[3]))}" if match[3] else ""
    return f"{_day_of(day)} de {_MONTHS[month - 1]}{year}"


def _clock(match: re.Match[str]) -> str:
    hour, minute = int(match[1]), int(match[2] or 0)
    return read_time(hour, minute) if hour < 25 and minute < 60 else read_digits(match[0])


def read_link(link: str) -> str:
    """A link without what nobody types: "exemplo ponto com ponto B R, barra trocas"."""
    bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", link).rstrip("/")
    domain, slash, path = bare.partition("/")
    labels = [" ".join(d.upper()) if len(d) == 2 and place else d for place, d in enumerate(domain.split("."))]
    said = " ponto ".join(label.replace("-", " traço ") for label in labels)
    parts = re.findall(r"[^\W\d_]+|[0-9]+|[^\w]|_", path)
    spoken = " ".join(read_digits(p) if p.isdigit() else _SYMBOLS.get(p, p) for p in parts)
    return f"{said}, barra {spoken}" if slash else said


def _span(match: re.Match[str]) -> str:
    """Two figures that belong together: a range when they rise, else digits."""
    first, second = int(match[1]), int(match[2])
    if first >= second or match[1].startswith("0"):
        return f"{read_digits(match[1])}, {read_digits(match[2])}"
    return f"{read_number(first)} a {read_number(second)}"


def _short_month(match: re.Match[str]) -> str:
    month = next(m for m in _MONTHS if m.startswith(match[2].lower()))
    return f"{_day_of(int(match[1]))} de {month}"


def _unit(match: re.Match[str]) -> str:
    return f"{match[1]} {_UNITS[match[2]][0 if match[1] == '1' else 1]}"


def _phone(match: re.Match[str]) -> str:
    return ("mais " if match[0].startswith("+") else "") + read_digits(match[0])


def _plain(match: re.Match[str]) -> str:
    number = match[0]
    whole, _, part = number.replace(".", "").partition(",")
    if part:
        return f"{read_number(int(whole))} vírgula {' '.join(_SMALL[int(d)] for d in part)}"
    if "." not in number and ((number.startswith("0") and len(number) > 1) or len(number) > 6):
        return read_digits(number)
    return read_number(int(whole)) if len(whole) <= 12 else read_digits(whole)


_AMOUNT = r"(\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d{1,9}(?:[.,]\d{1,2})?(?!\d))"
_SIGN = r"R\$|US\$|[$€£]"
_MONTH_NAMES = "|".join(m[:3] for m in _MONTHS)
_RULES: tuple[Rule, ...] = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), lambda m: read_email(m[0])),
    (
        re.compile(
            r"\bhttps?://[^\s,;)]*[\w/]|\bwww\.[\w-]+(?:\.[\w-]+)+(?:/[\w/-]*)?"
            r"|\b[a-z][\w-]*(?:\.[\w-]+)*\.(?:com|net|org|gov|br)(?:\.br)?\b(?:/[\w/-]*)?"
        ),
        lambda m: read_link(m[0]),
    ),
    (re.compile(r"\b(?:112|19\d|911)\b(?=\s*(?:[.,;!?]|ou\b|e\b|agora\b|$))"), lambda m: read_digits(m[0])),
    (re.compile(rf"({_SIGN})\s?[-−](?=\d)"), lambda m: f"menos {m[1]}"),
    (re.compile(rf"(?<![\w.,)])[-−](?=\s?(?:{_SIGN})?\s?\d)"), lambda _: "menos "),
    (re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b"), _iso_date),
    (re.compile(rf"({_SIGN}|BRL|USD|EUR|GBP)\s?{_AMOUNT}"), lambda m: read_money(m[1], m[2])),
    (re.compile(rf"\b{_AMOUNT}\s?(BRL|USD|EUR|GBP|{_SIGN})(?!\w)"), lambda m: read_money(m[2], m[1])),
    (re.compile(rf"\b(\d{{1,2}})º?\s(?:de\s)?({_MONTH_NAMES})\b\.?", re.IGNORECASE), _short_month),
    (re.compile(r"\b(\d{1,2})/(\d{1,2})(?:/(\d{4}))?\b"), _figures),
    (re.compile(r"\b(\d{1,2})(?::|h)(\d{2})\b"), _clock),
    (re.compile(r"\b(\d{1,2})()\s?h(?:oras?)?\b"), _clock),
    (re.compile(r"\+\d[\d\s().-]{6,}\d|\(?\b\d{2}\)?\s?9?\d{4}[\s-]\d{4}\b|\b\d{4,5}-\d{4}\b"), _phone),
    (
        re.compile(
            r"(?i)\b(pedido|conta|número|protocolo|código|nota|chamado|cpf|cnpj|cep|final)"
            r"(\s+(?:número\s+|nº\s*|é\s+)?)#?(\w*\d[\w.-]*\w|\d)"
        ),
        lambda m: f"{m[1]}{m[2]}{read_digits(m[3])}",
    ),
    (re.compile(r"#(\w*\d\w*)"), lambda m: read_digits(m[1])),
    (re.compile(r"\b([1-9]\d?)(?:º|°)"), lambda m: read_ordinal(int(m[1]))),
    (re.compile(r"\b([1-9]\d?)ª"), lambda m: read_ordinal(int(m[1]), "a")),
    (re.compile(r"(\d+(?:,\d+)?)\s?%"), lambda m: f"{m[1]} por cento"),
    (re.compile(rf"\b(\d+(?:,\d+)?)\s?({_UNIT})(?![\w/²])"), _unit),
    (re.compile(r"(?<![\w.,-])(\d{1,6})\s?[-–—]\s?(\d{1,6})(?![\w-])"), _span),
    (re.compile(rf"\b({'|'.join(_STREETS)})\.(?=\s[A-ZÀ-Ý])"), lambda m: _STREETS[m[1]]),
    (re.compile(rf"\b({'|'.join(_TITLES)})\.(?=\s[A-ZÀ-Ý])"), lambda m: _TITLES[m[1]]),
    (re.compile(r"\bn[º°.]\s?(?=\d)"), lambda _: "número "),
    (re.compile(r"\b(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?\b"), _plain),
    (re.compile(r"\d+"), lambda m: read_digits(m[0])),
)


@lru_cache(maxsize=4096)
def as_spoken(text: str) -> str:
    """Prose as a voice engine should get it: words and punctuation, no digits, no symbols.

    Args:
        text: One or more sentences of a reply.
    """
    return without_soundless(apply(_RULES, text).replace("&", " e "))


def _reader(habits: Habits) -> Reader:
    """Brazil reads figures in one way; ``habits`` change nothing."""
    return READER


READER = Reader(
    code="pt-BR",
    as_spoken=as_spoken,
    abbreviation=re.compile(r"\b(?:Sr|Sra|Srta|Dr|Dra|Av|Ltda|Cia|tel|obs|[A-Z])\.$"),
    in_region=_reader,
)
"""Portuguese read aloud."""
