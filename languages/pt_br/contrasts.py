"""How a value is denied in Portuguese: "não é segunda", "em vez do azul", "5512 está errado", "um, aliás, dois"."""

import re

from languages.contrasts import ContrastWords

_IS = r"(?:(?:isso )?(?:é|era|foi|seria)|eu disse)"

WORDS = ContrastWords(
    denies_next=re.compile(
        r"\b(?:n[ãa]o(?! (?:s[óo]|apenas|sei|antes|depois|tem|mais)\b)(?: (?:é|era|foi|seria|quero|quis|disse|posso"
        r"|pode ser))?"
        r"|em vez d[eoa]|ao inv[ée]s d[eoa]|exceto|menos|fora|nem|tirando"
        r"|(?:muda|troca|passa|mudar|trocar|passar)(?: \w+){0,2}? d[eoa])(?=\s)",
        re.IGNORECASE,
    ),
    denies_last=re.compile(
        r"[\s,.-]*\b(?:(?:est[áa]|t[áa]|é|era) (?:errad[oa]|o errado|a errada)|n[ãa]o (?:é|era|est[áa]) (?:isso"
        r"|cert[oa]|o meu)"
        r"|n[ãa]o (?:d[áa]|serve|funciona|posso))\b",
        re.IGNORECASE,
    ),
    replaces=re.compile(
        r"[\s,.;-]*\b(?:n[ãa]o|desculpa|desculpe|perd[ãa]o|quer dizer|quero dizer|quis dizer|ali[áa]s|digo"
        r"|corre[çc][ãa]o|opa"
        r"|ou melhor|na verdade|mas (?:é|na verdade))(?=[\s,.;-])[\s,.;-]*",
        re.IGNORECASE,
    ),
    lead=re.compile(
        rf"(?:[\s,.;:-]+|(?:{_IS}|n[ãa]o|desculpa|desculpe|na verdade|ali[áa]s|digo|mas|sim|o|a|os|as|um|uma|meu"
        rf"|minha|no|na|em|de|do"
        r"|da|para|pra|ao?|à|às|pedido|n[úu]mero|conta|nome|valor|op[çc][ãa]o)(?=[\s,.;:-]))*",
        re.IGNORECASE,
    ),
    trail=re.compile(r"(?:\s+(?:por favor|mesmo|ent[ãa]o)(?!\w))*", re.IGNORECASE),
    divides=re.compile(r"\s(?:para|pra|pro|e)\s", re.IGNORECASE),
    clause=re.compile(rf"[,.;:!?](?!\d)|\s[-–—]\s|\b(?:mas|{_IS}|sim)(?=\s)", re.IGNORECASE),
)
"""Denials of Portuguese."""
