"""Words of Portuguese by which the dialogue tells a question, a correction or another wish."""

import re

from languages.cues import Cues

CUES = Cues(
    asks=re.compile(
        r"\b(?:o que|qual|quais|quando|onde|aonde|quem|por que|como|quanto|quanta|quantos|quantas|voc[êe]s? (?:t[êe]m|"
        r"faz|fazem|aceita|aceitam|entrega|entregam)|tem como|d[áa] (?:pra|para)|posso|poderia|ser[áa] que)\b|\?"
    ),
    begins_question=re.compile(
        r"(?:(?:e|mas|entao|ah|hum|espera|desculpa|desculpe|olha|oi)\s+)*"
        r"(?:o que|que|qual|quais|quando|onde|aonde|quem|por que|como|quanto|quanta|quantos|quantas|voces? (?:tem|faz|"
        r"fazem|aceita|aceitam|entrega|entregam)|tem|da pra|da para|posso|pode|poderia|sera que)\b"
    ),
    asks_when=re.compile(r"\b(?:quando|que dia|qual (?:o |e o )?(?:dia|prazo|data)|em que data)\b"),
    asks_how_much=re.compile(r"\b(?:quanto(?: e| custa| sai| fica| vou| eu)?|qual (?:o|e o) (?:valor|preco|total))\b"),
    loss=re.compile(
        r"\b(?:falec\w+|velorio|enterro|luto|"
        r"(?:marido|esposa|mae|pai|filh[oa]|irma|irmao|av[oô]|tio|tia|amig[oa])(?: \w+){0,2} morreu|"
        r"perdi (?:o|a)? ?(?:meu|minha) (?:marido|esposa|mae|pai|filh[oa]|irma|irmao|av[oô]))\b"
    ),
    meant=re.compile(
        r"\b(?:quis dizer|quero dizer|falei errado|errei|n[úu]mero errado|pedido errado|data errada|corrigindo|"
        r"corre[çc][ãa]o|est(?:ava|[áa]) errad[oa]|(?:dei|passei|falei) (?:o |a )?\w+ errad[oa]|me enganei)\b"
    ),
    denied=re.compile(
        r"\b(?:n[ãa]o|errado|errada|errei|desculpa|desculpe|na verdade|ali[áa]s|espera|quis dizer|corrig\w*|trocar|"
        r"mudar|em vez|digo|me enganei)\b"
    ),
    another=re.compile(
        r"\b(?:outr[oa]|segund[oa]|diferente) (?:pedido|encomenda|compra|entrega|pacote)\b|"
        r"\b(?:pedido|encomenda|compra|entrega|pacote) diferente\b"
    ),
    stop_connecting=re.compile(r"^(?:espera|espere|pera|perai|para|pare)\b|deixa (?:pra|para) la|nao precisa"),
    seams=re.compile(
        r"\s*(?:[.;!?]+\s|,?\s+(?:e|mas|tamb[ée]m|a[íi]|depois|al[ée]m disso)"
        r"(?:\s+(?:tamb[ée]m|depois|eu tamb[ée]m|ainda|aproveitando))*\s+|"
        r",\s+(?=(?:pode|poderia|quero|queria|como|onde|quando|qual)\b))\s*",
        re.IGNORECASE,
    ),
    promise=re.compile(
        r"(?:^|[.!?]\s)\w{3,}ei\b|\b(?:eu|j[áa]) (?:j[áa] )?\w{3,}[^s\W]i\b|\bvou \w+r\b|"
        r"\b(?:foi|foram) (?:\w+ )?\w+(?:ad|id)[ao]s?\b|^(?:pronto|feito)\b",
        re.IGNORECASE,
    ),
)
"""Portuguese cues."""
