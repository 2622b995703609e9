"""How people say numbers, letters and days in English: values in, phrasings out, for tests that generate them."""

from datetime import date

UNITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
TEENS = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
ORDINALS = (
    "", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
    "twentieth", *(f"twenty {unit}" for unit in (
        "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"
    )), "thirtieth", "thirty first",
)  # fmt: skip
MONTHS = (
    "", "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CODE_WORDS = (
    "alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliet", "kilo", "lima",
    "mike", "november", "oscar", "papa", "quebec", "romeo", "sierra", "tango", "uniform", "victor", "whiskey",
    "xray", "yankee", "zulu",
)  # fmt: skip


def small(number: int) -> str:
    """A number below a hundred."""
    if number < 10:
        return UNITS[number]
    if number < 20:
        return TEENS[number - 10]
    return TENS[number // 10] + (f" {UNITS[number % 10]}" if number % 10 else "")


def cardinal(number: int) -> str:
    """A whole number below a million: "two thousand three hundred and five"."""
    if number < 100:
        return small(number)
    if number < 1000:
        return f"{UNITS[number // 100]} hundred" + (f" and {small(number % 100)}" if number % 100 else "")
    rest = number % 1000
    joined = f" and {small(rest)}" if 0 < rest < 100 else f" {cardinal(rest)}" if rest else ""
    return f"{cardinal(number // 1000)} thousand{joined}"


def one_by_one(digits: str, *, zero: str = "zero", between: str = " ") -> str:
    """Digits as they are dictated."""
    return between.join(zero if digit == "0" else UNITS[int(digit)] for digit in digits)


def doubled(digits: str) -> str:
    """Digits with "double" and "triple" where they repeat."""
    words, at = [], 0
    while at < len(digits):
        same = 1
        while at + same < len(digits) and digits[at + same] == digits[at] and same < 3:
            same += 1
        words.append(("", "double ", "triple ")[same - 1] + one_by_one(digits[at], zero="oh"))
        at += same
    return " ".join(words)


def in_pairs(digits: str) -> str:
    """Digits two by two, as people say those without a zero: "forty two seventeen"."""
    return " ".join(small(int(digits[k : k + 2])) for k in range(0, len(digits), 2))


def spelled(code: str) -> str:
    """A code, its letters by name."""
    return " ".join(UNITS[int(c)] if c.isdigit() else c for c in code)


def by_code_words(code: str) -> str:
    """A code, its letters by the code words of radio."""
    return " ".join(UNITS[int(c)] if c.isdigit() else CODE_WORDS[ord(c) - 65] for c in code)


def explained(code: str) -> str:
    """A code, each letter with a word that begins with it."""
    return ", ".join(UNITS[int(c)] if c.isdigit() else f"{c} as in {CODE_WORDS[ord(c) - 65]}" for c in code)


def year(number: int) -> str:
    """A year as people say it: "nineteen oh four", "two thousand and five", "twenty twenty six"."""
    if 2000 <= number < 2010:
        return "two thousand" + (f" and {UNITS[number % 10]}" if number % 10 else "")
    rest = number % 100
    return small(number // 100) + (" hundred" if not rest else f" oh {UNITS[rest]}" if rest < 10 else f" {small(rest)}")


def day_with_suffix(day: date) -> str:
    """The day of a month in figures: "21st"."""
    ending = "th" if 10 < day.day < 20 else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    return f"{day.day}{ending}"
