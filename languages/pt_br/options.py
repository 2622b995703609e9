"""How people choose among what is offered, in Portuguese."""

import re
from datetime import time

from languages.options import OptionCues

OPTIONS = OptionCues(
    more=re.compile(
        r"\b(?:mais|outros|outras|depois|mais tarde|pr[óo]xim[oa]s?|diferentes?|seguintes?|algum outro|alguma outra"
        r"|(?:tem|h[áa]) (?:algum[a]? )?outr[oa])\b"
    ),
    back=re.compile(r"\b(?:mais cedo|antes|anterior(?:es)?|volt(?:e|ar|a)|os primeiros)\b"),
    none=re.compile(r"\b(?:nenhum[a]?|nada|nem um nem outro|n[ãa]o quero nenhum[a]?)\b"),
    other=re.compile(r"\b[oa] outr[oa](?: op[çc][ãa]o| quarto| hor[áa]rio| dia)?$"),
    whichever=re.compile(
        r"\b(?:qualquer um[a]?|tanto faz|pode escolher|voc[êe] (?:escolhe|decide)|n[ãa]o importa|sem prefer[êe]ncia)\b"
    ),
    asks=re.compile(r"^(?:\w+ )?(?:voc[êe]s? t[êe]m|tem\b|h[áa]\b|existe|que tal|e o\b|e a\b)"),
    this=re.compile(r"\b(?:ess[ea]|est[ea]|isso|perfeito|[óo]timo|bom|serve|pode ser|fico com)\b"),
    soonest=re.compile(r"\b(?:o mais cedo|quanto antes|o primeiro que (?:tiver|houver)|primeira vaga)\b"),
    latest=re.compile(r"\b(?:o mais tarde|o [úu]ltimo que (?:tiver|houver))\b"),
    cheapest=re.compile(r"\b[oa]s? (?:mais barat[oa]s?|menor pre[çc]o|mais em conta)\b"),
    dearest=re.compile(r"\b[oa]s? mais car[oa]s?\b"),
    sooner=re.compile(r"\bmais cedo\b"),
    later=re.compile(r"\bmais tarde\b"),
    cheaper=re.compile(r"\b(?:mais barat[oa]s?|mais em conta|menos car[oa]s?)\b"),
    dearer=re.compile(r"\bmais car[oa]s?\b"),
    article=re.compile(r"\b[oa] $"),
    after=re.compile(r"\b(?:depois d[aeo]s?|a partir d[aeo]s?|ap[óo]s(?: as)?)$"),
    before=re.compile(r"\b(?:antes d[aeo]s?|at[ée](?: [aà]s)?)$"),
    over=re.compile(r"\b(?:acima d[eo]|mais d[eo]|a partir d[eo]|pelo menos)$"),
    under=re.compile(r"\b(?:abaixo d[eo]|menos d[eo]|at[ée]|no m[áa]ximo|por menos d[eo])$"),
    parts_of_day={
        "manh[ãa]": (time(0), time(12)),
        "(?<!mais )tarde": (time(12), time(18)),
        "noite": (time(18), time(23, 59)),
    },
)
"""Words of choosing."""
