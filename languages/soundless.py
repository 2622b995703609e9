"""What has no sound: pictures, smileys, marks of layout, and letters that a voice has no sounds for."""

import re
import unicodedata

_SMILEYS = re.compile(r"(?<!\w)[:;=8xX][-~o']?[)(DPp/\\|*3\]]+(?!\w)|<3|\^_\^")
_LAYOUT = re.compile(r"[*_`#>|\[\]{}<~^\\]+")
_BREAKS = re.compile(r"\s*[\r\n\u2022]+\s*")
_SPACES = re.compile(r"\s+")
_ALONE = re.compile(r"(?:^|(?<=\s))[^\w\s\"'“”‘’(]+(?=\s|$)")
_SOUNDLESS_CATEGORIES = frozenset({"So", "Sk", "Cs", "Co", "Cn", "Cf", "Cc", "Me"})


def without_soundless(text: str) -> str:
    """A text without what a voice for Latin letters makes no sound of.

    Args:
        text: Words already in place of figures and signs.

    Returns:
        One line; empty when nothing of the text can be said.
    """
    text = _BREAKS.sub(_pause, _SMILEYS.sub(" ", text).strip())
    kept = "".join(c if _sounds(c) else " " for c in unicodedata.normalize("NFC", text))
    kept = _SPACES.sub(" ", _LAYOUT.sub(" ", kept))
    kept = _SPACES.sub(" ", _ALONE.sub(" ", kept)).strip()
    return kept if any(c.isalnum() for c in kept) else ""


def soundless_in(text: str) -> str:
    """The first thing in a text that has no sound: a picture, a smiley, a letter of another script; else empty."""
    smiley = _SMILEYS.search(text)
    if smiley is not None:
        return smiley.group()
    return next((c for c in unicodedata.normalize("NFC", text) if not (c.isspace() or _sounds(c))), "")


def _pause(match: re.Match[str]) -> str:
    """The end of a line is the end of a clause, unless it has ended already."""
    before = match.string[: match.start()].rstrip()
    return " " if not before or before[-1] in ".,;:!?…" else ", "


def _sounds(character: str) -> bool:
    if character.isascii():
        return True
    category = unicodedata.category(character)
    if category.startswith("L"):
        return unicodedata.name(character, "").startswith(("LATIN", "MODIFIER LETTER", "FEMININE", "MASCULINE"))
    return category not in _SOUNDLESS_CATEGORIES and not category.startswith("N")
