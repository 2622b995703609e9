"""Logging: one configuration for our own log, the web server's and pipecat's. No personal data, one line an entry."""

import logging
import sys
from types import FrameType

from loguru import logger

_FORMAT = "{time:YYYY-MM-DD HH:mm:ss.SSS} {level: <7} {name} {message}"
_QUIET = ("uvicorn.access", "httpx", "httpcore", "websockets", "twilio.http_client", "faster_whisper", "multipart")
"""Libraries whose ordinary entries hold addresses, phone numbers or words of callers."""


class _ToLoguru(logging.Handler):
    """Hands entries of the standard library's logging to loguru, with the place they came from."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            level: str | int = logger.level(record.levelname).name
        except ValueError:
            level = record.levelno
        frame: FrameType | None = sys._getframe()
        depth = 0
        while frame is not None and (depth == 0 or frame.f_code.co_filename == logging.__file__):
            frame, depth = frame.f_back, depth + 1
        logger.opt(depth=depth, exception=record.exc_info).log(level, record.getMessage())


def configure_logging(level: str) -> None:
    """Send everything from ``level`` on to standard error.

    Values of variables never stand in a traceback (loguru's ``diagnose``): they could be a caller's words.
    """
    logger.remove()
    logger.add(sys.stderr, level=level, format=_FORMAT, diagnose=False, backtrace=False, filter=_not_chatty)
    logging.basicConfig(handlers=[_ToLoguru()], level=logging.getLevelName(level), force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error"):
        server = logging.getLogger(name)
        server.handlers.clear()
        server.propagate = True


def _not_chatty(record: object) -> bool:
    """Leave out pipecat's debug entries: they quote what is said."""
    entry: dict[str, object] = record  # type: ignore[assignment]
    name = str(entry["name"] or "")
    return not name.startswith("pipecat") or entry["level"].no >= logging.WARNING  # type: ignore[attr-defined]
