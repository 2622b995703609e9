"""Who may use the phone page: nobody, this machine, or whoever has the key."""

import hmac
from enum import StrEnum
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from telephony.public_address import is_this_machine

_FORWARDING_HEADERS = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
KEY_HEADER = "x-phone-key"


class PhonePage(StrEnum):
    """Where the phone page answers."""

    OFF = "off"
    LOCAL = "local"
    KEY = "key"


def is_local(connection: HTTPConnection) -> bool:
    """Whether a request comes from this machine, for this machine, and through nobody.

    The peer's address is not enough: behind a tunnel or proxy on this machine the whole world has it, and a foreign
    page that rebinds its name to 127.0.0.1 comes from here too. So the name asked for counts as well.
    """
    if any(name in connection.headers for name in _FORWARDING_HEADERS):
        return False
    peer = connection.client.host if connection.client else ""
    return is_this_machine(f"[{peer}]" if ":" in peer else peer) and is_this_machine(connection.headers.get("host", ""))


def is_same_origin(connection: HTTPConnection) -> bool:
    """Whether a request that changes something was made by our own page (or by no page at all)."""
    origin = connection.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == connection.headers.get("host", "")


def has_key(connection: HTTPConnection, key: str) -> bool:
    """Whether the request carries the key; compared in constant time."""
    given = connection.headers.get(KEY_HEADER, "")
    return bool(key) and hmac.compare_digest(given.encode(), key.encode())
