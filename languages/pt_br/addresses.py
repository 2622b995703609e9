"""How addresses are said in Portuguese: "é rua das Flores, número vinte e dois, apartamento três, CEP 01310-100"."""

import re
from collections.abc import Sequence
from functools import partial

from languages.addresses import AddressWords, find_address
from languages.pt_br import codes
from languages.pt_br.digits import read_piece
from languages.tokens import Token, touching, word_at

_LONGEST_NUMBER = 5


def _read_number(tokens: Sequence[Token], at: int) -> tuple[str, int] | None:
    """Read "vinte e dois", "cento e quatro", "12B"; "Rua Quinze de Novembro" keeps its words."""
    figures, end = "", at
    while end < len(tokens):
        piece = read_piece(tokens, end, None, in_run=bool(figures))
        if piece is None or not piece.value.isdigit() or len(figures + piece.value) > _LONGEST_NUMBER:
            break
        if figures and tokens[end].is_number and not touching(tokens, end):
            break
        figures, end = figures + piece.value, piece.end
    if not figures or word_at(tokens, end) == "de" or word_at(tokens, at) in ("um", "uma", "meia"):
        return None
    attached = end < len(tokens) and tokens[end].is_letter and touching(tokens, end)
    return (figures + tokens[end].raw.upper(), end + 1) if attached else (figures, end)


WORDS = AddressWords(
    lead=re.compile(
        r"[\s,.;]*(?:(?:sim|claro|ok|bom|então|entao|oi|olá|ola|e|hum+|ah+|ahn+|eh+|por favor)\b"
        r"|(?:não|nao|desculpa|desculpe)\b|(?:é|seria|fica)(?: (?:na|no|em|para|pra))?(?=\s)"
        r"|(?:o |meu |o meu |nosso )+(?:novo )?endereço(?: novo)?(?: é)?(?=\s)"
        r"|(?:eu )?(?:moro|vivo|mudei|resido|estou)(?: agora)?(?: (?:na|no|em|para|pra))?\b"
        r"|(?:pode )?(?:mandar?|entregar?|enviar?)(?: (?:na|no|em|para|pra))\b|(?:na|no|em|para|pra)\b)[\s,.:;]*",
        re.IGNORECASE,
    ),
    tail=re.compile(r"[\s,.;]+(?:por favor|obrigad[oa]|tá|ta|viu|só isso|é isso)[\s,.;!?]*$", re.IGNORECASE),
    thinking=re.compile(
        r"[\s,]*\b(?:hum+|ahn+|eh+|ãh+|sabe|deixa eu ver|acho que|desculpa|desculpe)\b[\s,.]*"
        r"|[\s,]+(?:e )?(?:o )?cep(?: é)?\b[\s,:]*",
        re.IGNORECASE,
    ),
    number=_read_number,
    postcode=codes.postcode,
    number_first=False,
    unit=re.compile(r"apartamento|apto|ap|bloco|sala|andar|casa|torre|lote|quadra"),
)

find = partial(find_address, words=WORDS)
"""Finds the address in a Portuguese text."""
