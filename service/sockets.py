"""The address that the service listens on, taken before anything is loaded."""

import socket

from models.errors import FirstlineError


def listen(host: str, port: int) -> socket.socket:
    """Take the address before anything is loaded; with port 0 a free one.

    Raises:
        FirstlineError: code ``"port_taken"``.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
    except OSError as error:
        taken.close()
        raise FirstlineError(
            "port_taken", f"{host}:{port} cannot be listened on ({error.strerror}); choose another with --port."
        ) from error
    return taken
