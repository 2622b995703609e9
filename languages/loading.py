"""Finds languages by their folders: a further language is a further folder, and nothing else changes."""

import importlib
from functools import lru_cache
from pathlib import Path

from languages.base import Language
from models.errors import FirstlineError

_HERE = Path(__file__).parent


def available() -> tuple[str, ...]:
    """Codes of all languages there are: "en", "pt-BR"."""
    folders = sorted(each.name for each in _HERE.iterdir() if (each / "__init__.py").is_file())
    return tuple(_code_of(folder) for folder in folders)


@lru_cache
def load(code: str) -> Language:
    """The language with a code; read once a process.

    Args:
        code: BCP 47, in any case, with a hyphen or an underscore: "en", "pt-BR", "pt_br".

    Raises:
        FirstlineError: ``language_unknown``: there is no such folder; the message names those there are.
    """
    for known in available():
        if known.lower() == code.lower().replace("_", "-"):
            language = importlib.import_module(f"languages.{_folder_of(known)}").LANGUAGE
            assert isinstance(language, Language)
            return language
    raise FirstlineError("language_unknown", f"There is no language {code!r}; there are: {', '.join(available())}.")


def _code_of(folder: str) -> str:
    language, _, region = folder.partition("_")
    return f"{language}-{region.upper()}" if region else language


def _folder_of(code: str) -> str:
    return code.lower().replace("-", "_")
