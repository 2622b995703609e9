"""How telephone numbers are said in Portuguese: "mais cinco cinco", "este mesmo de que estou ligando"."""

import re
from functools import partial

from languages.phones import PhoneWords, find_phone
from languages.pt_br import digits

_CALLING = r"(?:de|do|em|no) (?:que|qual) (?:eu )?(?:estou|to|tô) (?:ligando|falando)"

WORDS = PhoneWords(
    digits=digits.find_any,
    plus=frozenset(["mais", "+"]),
    own=re.compile(
        rf"(?<!\w)(?:(?:este|esse|neste|nesse|o) mesmo(?: n[úu]mero| telefone)?(?!\w)"
        rf"|(?:este|esse|neste|nesse)(?: mesmo)? (?:n[úu]mero|telefone|celular|aqui)(?!\w)"
        rf"|(?:n[úu]mero|telefone|celular) {_CALLING}|(?:que|do qual) (?:eu )?(?:estou|to|tô) (?:ligando|falando))",
        re.IGNORECASE,
    ),
    another=re.compile(r"(?<!\w)(?:outro|diferente|n[ãa]o (?:é |no |n)?(?:este|esse))(?!\w)", re.IGNORECASE),
)

find = partial(find_phone, words=WORDS)
"""Finds the telephone number in a Portuguese text."""
