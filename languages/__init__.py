"""What is particular to a language, a folder per language behind one protocol: `Language`, found by `load`."""

from languages.base import DEFAULT, Language
from languages.loading import available, load

__all__ = ["DEFAULT", "Language", "available", "load"]
