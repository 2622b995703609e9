"""Text messages of media sockets: one JSON object each, read strictly, with a typed fault for everything else."""

import json
from collections.abc import Callable
from typing import Any

from telephony.ports import MediaFaultError, MediaMessage, ProtocolFault

KEYS = frozenset("0123456789*#")
"""What a telephone's keypad sends."""


def read_object(message: str | bytes, read: Callable[[dict[str, Any]], MediaMessage]) -> MediaMessage:
    """Read one text message.

    Args:
        message: As it came.
        read: Reads the object; may raise KeyError, TypeError or ValueError for what is missing or of another kind.

    Raises:
        MediaFaultError: It is no message of the protocol.
    """
    if isinstance(message, bytes):
        raise MediaFaultError(ProtocolFault.BINARY_FRAME)
    try:
        found = json.loads(message)
    except (ValueError, RecursionError) as error:
        raise MediaFaultError(ProtocolFault.BROKEN_JSON) from error
    if not isinstance(found, dict):
        raise MediaFaultError(ProtocolFault.BAD_SCHEMA, "not an object")
    try:
        return read(found)
    except (KeyError, TypeError, ValueError) as error:
        # The error's text would quote the message, which may hold the stream's token.
        raise MediaFaultError(ProtocolFault.BAD_SCHEMA, type(error).__name__) from None


def text(value: Any) -> str:
    """A value that has to be a string.

    Raises:
        TypeError: It is none.
    """
    if not isinstance(value, str):
        raise TypeError("not a string")
    return value


def key(value: Any) -> str:
    """A value that has to be a key of a telephone.

    Raises:
        MediaFaultError: There is no such key.
    """
    if text(value) not in KEYS:
        raise MediaFaultError(ProtocolFault.BAD_KEY)
    return str(value)
