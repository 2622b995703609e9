"""Finds an e-mail address that was written, which looks the same in every language."""

import re

from languages.entities import EmailAddress

_WRITTEN = re.compile(r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,24}(?![\w-])")


def find_written(text: str) -> EmailAddress | None:
    """The first address with an "@" in it, in lower case."""
    written = _WRITTEN.search(text)
    if written is None or ".." in written.group():
        return None
    return EmailAddress(value=written.group().lower(), start=written.start(), end=written.end(), confidence=0.97)
