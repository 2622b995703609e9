"""English short forms in whole words: units, signs, titles, streets."""

import re

from languages.reading import Rule

_UNITS = {
    "km/h": ("kilometre an hour", "kilometres an hour"), "mph": ("mile an hour", "miles an hour"),
    "km": ("kilometre", "kilometres"), "cm": ("centimetre", "centimetres"), "mm": ("millimetre", "millimetres"),
    "m²": ("square metre", "square metres"), "m2": ("square metre", "square metres"),
    "m³": ("cubic metre", "cubic metres"), "m3": ("cubic metre", "cubic metres"),
    "sqm": ("square metre", "square metres"), "sq m": ("square metre", "square metres"),
    "sq ft": ("square foot", "square feet"), "ft": ("foot", "feet"), "m": ("metre", "metres"),
    "kg": ("kilogram", "kilograms"), "mg": ("milligram", "milligrams"), "µg": ("microgram", "micrograms"),
    "g": ("gram", "grams"), "lbs": ("pound", "pounds"), "lb": ("pound", "pounds"), "oz": ("ounce", "ounces"),
    "ml": ("millilitre", "millilitres"), "cl": ("centilitre", "centilitres"), "l": ("litre", "litres"),
    "L": ("litre", "litres"), "kWh": ("kilowatt hour", "kilowatt hours"), "kW": ("kilowatt", "kilowatts"),
    "W": ("watt", "watts"), "V": ("volt", "volts"), "Hz": ("hertz", "hertz"), "bar": ("bar", "bar"),
    "GB": ("gigabyte", "gigabytes"), "MB": ("megabyte", "megabytes"), "TB": ("terabyte", "terabytes"),
    "Mbps": ("megabit a second", "megabits a second"), "Mb/s": ("megabit a second", "megabits a second"),
    "Gbps": ("gigabit a second", "gigabits a second"), "hrs": ("hour", "hours"), "hr": ("hour", "hours"),
    "h": ("hour", "hours"), "mins": ("minute", "minutes"), "min": ("minute", "minutes"), "secs": ("second", "seconds"),
    "sec": ("second", "seconds"), "wks": ("week", "weeks"), "yrs": ("year", "years"), "yr": ("year", "years"),
    "°C": ("degree Celsius", "degrees Celsius"), "°F": ("degree Fahrenheit", "degrees Fahrenheit"),
    "°": ("degree", "degrees"), "%": ("percent", "percent"), "p": ("penny", "pence"), "c": ("cent", "cents"),
    "pcs": ("piece", "pieces"), "km²": ("square kilometre", "square kilometres"),
}  # fmt: skip
_UNIT = "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True))
_FIGURE = r"(\d[\d,]*(?:\.\d+)?)"


def _unit(match: re.Match[str]) -> str:
    return f"{match[1]} {_UNITS[match[2]][0 if match[1] == '1' else 1]}"


UNIT_RULES: tuple[Rule, ...] = (
    (re.compile(rf"(?<![\w.]){_FIGURE}[\s\u00a0]?({_UNIT})(?![\w/²³])"), _unit),
    (
        re.compile(r"(?<=\w)\s?/\s?(?=(?:month|mo|week|day|night|year|hour|person|head|unit|item|kWh|kg|km)\b)"),
        lambda _: " per ",
    ),
)
"""Units after a figure; the figure is read later."""

_STREETS = {
    "St": "Street", "Rd": "Road", "Ave": "Avenue", "Av": "Avenue", "Ln": "Lane", "Dr": "Drive", "Sq": "Square",
    "Pl": "Place", "Blvd": "Boulevard", "Ct": "Court", "Cres": "Crescent", "Tce": "Terrace", "Pde": "Parade",
    "Hwy": "Highway", "Pk": "Park", "Gdns": "Gardens", "Gro": "Grove",
}  # fmt: skip
_STREET = "|".join(_STREETS)
_WORDS = {
    "Mr": "Mister", "Mrs": "Missus", "Ms": "Miz", "Prof": "Professor", "Apt": "apartment", "Co": "County",
    "approx": "approximately", "incl": "including", "excl": "excluding", "max": "maximum", "vs": "versus",
    "etc": "et cetera", "dept": "department", "Dept": "Department", "tel": "telephone", "Tel": "telephone",
    "Ltd": "Limited", "Approx": "Approximately", "est": "estimated", "qty": "quantity", "misc": "miscellaneous",
    "Ext": "extension", "ext": "extension",
    "mins": "minutes", "hrs": "hours", "wks": "weeks", "yrs": "years", "Jr": "Junior", "Sr": "Senior",
}  # fmt: skip
_ALWAYS_SHORT = "Mr|Mrs|Ms|Prof|Apt|approx|Approx|incl|excl|vs|etc|dept|Dept|Ltd|qty|mins|hrs|wks|yrs"


def _whole(match: re.Match[str]) -> str:
    return _WORDS[match[1]]


WORD_RULES: tuple[Rule, ...] = (
    (
        re.compile(rf"(?<=[a-z]\s)({_STREET})\b\.?(?=,|\s[a-z0-9]|\s*$|[;:?!]|\s[A-Z][a-z]+\s\d|\sin\b)"),
        lambda m: _STREETS[m[1]],
    ),
    (re.compile(r"\bSt\b\.?(?=\s[A-Z])"), lambda _: "Saint"),
    (re.compile(r"\bDr\b\.?(?=\s[A-Z])"), lambda _: "Doctor"),
    (re.compile(r"\bCo\.\s(?=[A-Z])"), lambda _: "County "),
    (re.compile(r"\b[Nn]o\.\s?(?=\d)|№\s?"), lambda _: "number "),
    (re.compile(rf"\b({_ALWAYS_SHORT})\b\.(?=\s*$)"), lambda m: f"{_WORDS[m[1]]}."),
    (re.compile(rf"\b({_ALWAYS_SHORT})\b\.?"), _whole),
    (re.compile(r"\b(max|est|misc|tel|Tel|Jr|Sr|ext|Ext)\.(?=\s)"), _whole),
    (re.compile(r"\be\.g\.,?"), lambda _: "for example"),
    (re.compile(r"\bi\.e\.,?"), lambda _: "that is"),
    (re.compile(r"\bw/o\b"), lambda _: "without"),
    (re.compile(r"\bw/(?=\s|\w)"), lambda _: "with "),
    (re.compile(r"\bc/o\b"), lambda _: "care of"),
    (re.compile(r"(?<=[A-Za-z])\s?/\s?(?=[A-Za-z])"), lambda _: " or "),
    (re.compile(r"~\s?(?=\d)"), lambda _: "about "),
    (re.compile(r"±\s?"), lambda _: "plus or minus "),
    (re.compile(r"(?<=\d)\s?[×x]\s?(?=\d)"), lambda _: " by "),
    (re.compile(r"\b(\d+)x\b"), lambda m: f"{m[1]} times"),
    (re.compile(r"(?<=[\w)])\s?=\s?(?=[\w(])"), lambda _: " equals "),
    (re.compile(r"(?<![\w+])\+\s?(?=\w)|(?<=\w)\s\+\s(?=\w)"), lambda _: " plus "),
    (re.compile(r"(?<=\d)\+(?!\w)"), lambda _: " plus"),
    (re.compile(r"(?<=\w)&(?=\w)|\s&\s|&"), lambda _: " and "),
    (re.compile(r"@"), lambda _: " at "),
)
"""Short words and signs."""
