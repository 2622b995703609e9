"""A new line from a template: a small one that works at once, or a copy of another line under a new name."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from models.errors import FirstlineError

STARTER = Path(__file__).parent / "starter"
"""The smallest whole line: greeting, hours, one request, one article."""
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_TEMPLATED = "line.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a new line takes from where it answers."""

    time_zone: str
    """IANA name."""
    currency: str
    """ISO 4217."""
    emergency: str
    """The number for help in danger."""


PLACES = {
    "AU": Place(time_zone="Australia/Sydney", currency="AUD", emergency="000"),
    "CA": Place(time_zone="America/Toronto", currency="CAD", emergency="911"),
    "DE": Place(time_zone="Europe/Berlin", currency="EUR", emergency="112"),
    "GB": Place(time_zone="Europe/London", currency="GBP", emergency="999"),
    "IE": Place(time_zone="Europe/Dublin", currency="EUR", emergency="112"),
    "IN": Place(time_zone="Asia/Kolkata", currency="INR", emergency="112"),
    "NZ": Place(time_zone="Pacific/Auckland", currency="NZD", emergency="111"),
    "US": Place(time_zone="America/New_York", currency="USD", emergency="911"),
    "ZA": Place(time_zone="Africa/Johannesburg", currency="ZAR", emergency="112"),
}
"""Countries that the starter knows, by ISO 3166."""


def new_line(folder: Path, title: str, country: str = "IE", template: Path | None = None) -> list[Path]:
    """Make the folder of a new line.

    Args:
        folder: Where it goes; its name becomes the line's name. It must not exist.
        title: The name as it is spoken.
        country: One of `PLACES`, for the starter.
        template: A line's folder to copy instead; its name and title are put in place of that line's own.

    Returns:
        The files that were written, in order.

    Raises:
        FirstlineError: code ``"line_new"``; the message says what to do. Nothing is written then.
    """
    name = folder.name
    if not _NAME.fullmatch(name):
        raise FirstlineError(
            "line_new", f"The folder's name is the line's name: lower-case letters, digits and _, not {name!r}."
        )
    if not title.strip() or any(c in title for c in "{}\n\"'#:"):
        raise FirstlineError("line_new", "The title is the name as it is spoken: words, no quotes, braces or colons.")
    if folder.exists():
        raise FirstlineError("line_new", f"{folder} is there already; choose another name, or remove it.")
    source = template or STARTER
    if not (source / _TEMPLATED).is_file():
        raise FirstlineError("line_new", f"{source} is no line: it has no {_TEMPLATED}.")
    if template is None and country not in PLACES:
        raise FirstlineError("line_new", f"The starter knows {', '.join(PLACES)}, not {country!r}.")
    shutil.copytree(source, folder)
    written = folder / _TEMPLATED
    text = written.read_text(encoding="utf-8")
    written.write_text(_renamed(text, name, title) if template else _filled(text, name, title, country), "utf-8")
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _filled(text: str, name: str, title: str, country: str) -> str:
    place = PLACES[country]
    return text.format(
        name=name,
        title=title,
        country=country,
        time_zone=place.time_zone,
        currency=place.currency,
        emergency=place.emergency,
    )


def _renamed(text: str, name: str, title: str) -> str:
    """A line's own file under another name; what it says of itself in its sentences is said of the new one."""
    old = re.search(r"^title:\s*(.+?)\s*$", text, re.MULTILINE)
    text = re.sub(r"^name:.*$", f"name: {name}", text, count=1, flags=re.MULTILINE)
    return text.replace(old[1].strip("\"'"), title) if old else text
