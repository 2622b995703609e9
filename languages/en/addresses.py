"""How addresses are said in English: "it's um twenty two Main Street, flat three, Dublin, D02 AF30"."""

import re
from collections.abc import Sequence
from functools import partial

from languages.addresses import AddressWords, find_address
from languages.en import codes
from languages.en.digits import read_piece
from languages.en.numbers import DIGITS
from languages.tokens import Token, touching, word_at

_LONGEST_NUMBER = 5


def _read_number(tokens: Sequence[Token], at: int) -> tuple[str, int] | None:
    """Read "twenty two", "one oh four", "12B"; "Third Avenue" and "One Tree Hill" keep their words after a number."""
    figures, end = "", at
    while end < len(tokens):
        piece = read_piece(tokens, end, None, in_run=bool(figures)) if word_at(tokens, end) != "number" else None
        if piece is None or not piece.value.isdigit() or len(figures + piece.value) > _LONGEST_NUMBER:
            break
        if figures and tokens[end].is_number and not touching(tokens, end):
            break
        figures, end = figures + piece.value, piece.end
    if not figures or word_at(tokens, at) == "oh":
        return None
    if word_at(tokens, end) in ("st", "nd", "rd", "th") and touching(tokens, end):
        return None
    letter = end < len(tokens) and tokens[end].is_letter and tokens[end].text not in ("a", "i", "n", "s", "e", "w")
    attached = end < len(tokens) and tokens[end].is_letter and touching(tokens, end)
    if attached or (letter and tokens[end].raw.isupper() and word_at(tokens, at) not in DIGITS):
        return figures + tokens[end].raw.upper(), end + 1
    return figures, end


WORDS = AddressWords(
    lead=re.compile(
        r"[\s,.;]*(?:(?:yes|yeah|sure|okay|ok|well|so|hi|hello|right|and|um+|uh+|er+m?|ehm|hmm+|oh|please|actually)\b"
        r"|(?:no|sorry)\b|(?:(?:can|could) you (?:please )?)?(?:send|deliver|ship|change) (?:it|them|that)(?: to)?\b"
        r"|(?:it(?:'s|’s| is| was| would be| should be)|that(?:'s|’s| is| would be)|this is)(?: going)?(?: to)?\b"
        r"|(?:(?:my|the|our)(?: \w+){0,2}? address(?: now)?(?:'s|’s| is| would be)?)(?: at)?\b"
        r"|(?:i|we)(?:'m|’m|'re|’re| am| are)? ?(?:now |currently )?(?:live|living|moved|stay|staying|based|am)"
        r"(?: in| at| to| on)?\b"
        r"|(?:at|to)\b)[\s,.:;]*",
        re.IGNORECASE,
    ),
    tail=re.compile(
        r"[\s,.;]+(?:please|thanks|thank you|okay|ok|that's it|that's all|i think)[\s,.;!?]*$", re.IGNORECASE
    ),
    thinking=re.compile(
        r"[\s,]*\b(?:um+|uh+|er+m?|ehm+|hmm+|mm+|you know|let me (?:see|think)|i think|like i said|sorry)\b[\s,.]*"
        r"|[\s,]+(?:and )?(?:the |my )?(?:post ?code|zip(?: code)?|eir ?code)(?: is|'s|’s)?\b[\s,:]*",
        re.IGNORECASE,
    ),
    number=_read_number,
    postcode=codes.postcode,
    number_first=True,
    unit=re.compile(r"flat|apartment|apt|unit|suite|floor|room|block|level|number|po|box"),
)

find = partial(find_address, words=WORDS)
"""Finds the address in an English text."""
