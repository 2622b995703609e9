"""How people choose among what is offered, in Portuguese."""

import re
from datetime import time

from languages.options import OptionCues

OPTIONS = OptionCues(
    more=re.compile(r"\b(?:mais|outr[oa]s?|depois|mais tarde|pr[óo]xim[oa]s?|diferentes?|seguintes?)\b"),
    back=re.compile(r"\b(?:mais cedo|antes|anterior(?:es)?|volt(?:e|ar|a)|os primeiros)\b"),
    none=re.compile(r"\b(?:nenhum[a]?|nada|nem um nem outro)\b"),
    this=re.compile(r"\b(?:ess[ea]|est[ea]|isso|perfeito|[óo]timo|bom|serve|pode ser|fico com)\b"),
    soonest=re.compile(r"\b(?:o mais cedo|quanto antes|o primeiro que (?:tiver|houver)|primeira vaga)\b"),
    latest=re.compile(r"\b(?:o mais tarde|o [úu]ltimo que (?:tiver|houver))\b"),
    cheapest=re.compile(r"\b(?:mais barat[oa]s?|menor pre[çc]o|mais em conta)\b"),
    after=re.compile(r"\b(?:depois d[aeo]s?|a partir d[aeo]s?|ap[óo]s(?: as)?)$"),
    before=re.compile(r"\b(?:antes d[aeo]s?|at[ée](?: [aà]s)?)$"),
    parts_of_day={
        "manh[ãa]": (time(0), time(12)),
        "(?<!mais )tarde": (time(12), time(18)),
        "noite": (time(18), time(23, 59)),
    },
)
"""Words of choosing."""
