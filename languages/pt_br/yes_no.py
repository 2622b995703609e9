"""All that Brazilian Portuguese knows of yes and no: "isso mesmo", "pode ser", "nem pensar", "aham"."""

import re

from languages.entities import Answer
from languages.yes_no import AnswerCues, compile_cues

_CUES: tuple[tuple[Answer, float, str], ...] = (
    # Longer phrases first: what they cover is not read again word by word.
    (
        Answer.UNSURE,
        0.9,
        r"(?:eu )?n[ãa]o (?:sei|lembro|me lembro|tenho (?:muita )?certeza|fa[çc]o ideia)|sei (?:l[áa]|n[ãa]o)|"
        r"talvez|quem sabe|pode ser que|depende|mais ou menos|nem ideia|deixa eu (?:pensar|ver)|"
        r"preciso pensar|provavelmente",
    ),
    (
        Answer.YES,
        0.9,
        r"(?:n[ãa]o tem|sem) problemas?|n[ãa]o me importo|por que n[ãa]o|n[ãa]o vejo por que n[ãa]o|sem d[úu]vida|"
        r"pois n[ãa]o|com toda (?:a )?certeza|acho que sim|creio que sim|imagino que sim|espero que sim|"
        r"n[ãa]o,? isso mesmo|n[ãa]o, (?:[ée] isso(?: mesmo)?|"
        r"t[áa] (?:certo|bom|[óo]timo)|est[áa] (?:certo|bem|[óo]timo))",
    ),
    (
        Answer.NO,
        0.95,
        r"claro que n[ãa]o|[ée] claro que n[ãa]o|com certeza n[ãa]o|acho que n[ãa]o|creio que n[ãa]o|melhor n[ãa]o|"
        r"prefiro (?:que )?n[ãa]o|espero que n[ãa]o|nem pensar|nem (?:morto|a pau|brincando)|que nada|"
        r"nem que a vaca tussa|nada disso|"
        r"de (?:jeito maneira|jeito nenhum|jeito algum|forma alguma|forma nenhuma|maneira nenhuma|modo algum)|"
        r"isso (?:a[íi] )?n[ãa]o|ainda n[ãa]o|agora n[ãa]o|hoje n[ãa]o|tamb[ée]m n[ãa]o|"
        r"n[ãa]o,? (?:muito )?(?:obrigad[oa]|brigad[oa]|valeu)|"
        r"n[ãa]o (?:quero|queria|precisa|preciso|gostaria|gostei|[ée](?: isso)?|foi(?: isso)?|est[áa](?: certo)?|t[áa]|"
        r"pode|posso|tenho|tem|concordo|aceito|confirmo|autorizo|senhora?|mesmo|n[ãa]o|fa[çc]a|mexe|cancela|cancele)|"
        r"deixa (?:pra|para) l[áa]|deixa como est[áa]|(?:t[áa]|est[áa]) (?:tudo )?errado|negativo|nunca|jamais|"
        r"nem um pouco|de nada",
    ),
    (
        Answer.YES,
        0.95,
        r"isso (?:mesmo|a[íi]|sim)|(?:[ée] )?ess[ea] mesm[oa]|por mim (?:tudo bem|pode ser|ok)|a+h,? [ée]|"
        r"[ée] isso(?: mesmo| a[íi])?|[ée] sim|[ée] claro|[ée] verdade|"
        r"sim,? (?:por favor|senhora?|claro|pode|quero)|"
        r"pode (?:ser|sim|fazer|mandar|confirmar|continuar|seguir)|pode|(?:eu )?(?:quero|aceito|confirmo|concordo|"
        r"autorizo|gostaria|prefiro) ?(?:sim)?|claro(?: que sim)?(?! que n)|com certeza|certeza|certinho|"
        r"(?:t[áa]|est[áa]) (?:bom|certo|bem|[óo]timo|perfeito|correto|ok|tudo certo|j[óo]ia)|tudo (?:certo|bem|bom)|"
        r"exat[oa](?:mente)?|correto|confere|confirmad[oa]|positivo|afirmativo|perfeito|fechado|combinado|beleza|"
        r"bora|vamos(?: l[áa])?|fa[çc]a isso|faz isso|por favor sim|pois [ée]|sou eu(?: mesm[oa])?|foi sim|tenho sim|"
        r"a+h[ãa]m?|ar[ãa]m?|u+h[uú]m+|hu[nm]-?hu[nm]|[ée](?=\s*(?:[,.!?;]|$))",
    ),
    (Answer.NO, 0.95, r"n[ãa]o|n[ãa]+o+|nops?|nem|errad[oa]|incorret[oa]|fals[oa]"),
    (
        Answer.YES,
        0.95,
        r"sim|ss|claro|ok|okay|cert[oa]|isso|t[áa]|[óo]tim[oa]|bom|legal|show|blz|t[óo]|quero|tenho|tem|por favor|"
        r"[ée]|boa|valeu|verdade|justo|foi|sou|est[áa]",
    ),
)  # fmt: skip
_WEAK = frozenset((
    "é", "tá", "ta", "bom", "boa", "legal", "show", "tem", "tenho", "por favor", "foi", "sou", "está", "esta", "valeu",
    "nem", "pode", "vamos", "vamos lá", "quero", "isso", "verdade", "de nada", "nunca", "prefiro", "eu prefiro",
    "gostaria", "eu gostaria", "eu quero", "tudo bem", "tó", "to", "certeza", "sem problema", "sem problemas",
    "não tem problema", "não tem problemas",
))  # fmt: skip
_NO_CUES = re.compile(
    r"(?<![\w'])(?:[ée] (?:que|um|uma|o|a|os|as|para|pra|do|da|de|sobre|por|meu|minha|porque|quando|muito)|qual [ée]|"
    r"o que [ée]|quanto [ée]|quem [ée]|cad[êe]|certo n[úu]mero|pode (?:deixar|me|repetir|falar|esperar|dizer|ver)|"
    r"tem (?:um|uma|como|que)|tenho (?:um|uma|que)|t[áa] (?:me|com|demorando|a[íi])|"
    r"est[áa] (?:me|com|demorando|a[íi])|isso (?:est[áa]|t[áa]|foi|[ée] um|n[ãa]o (?:[ée] )?(?:meu|problema))|"
    r"bom dia|boa (?:tarde|noite)|quero (?:saber|falar|um|uma|o|a)|por favor (?:me|pode|repete|espera))(?![\w'])"
)
_LEAD = r"(?:ah |hum |bom |ent[ãa]o |olha |e |uhm |eh )*"
_OUTRIGHT = re.compile(
    rf"{_LEAD}(?:sim|isso|exato|exatamente|correto|certo|[ée])\b[ ,.]*(?:[ée] )?isso(?: mesmo| a[íi])?\b"
)
_BRIEF = re.compile(
    rf"^{_LEAD}(?:sim|[ée]|isso|claro|com certeza|certo|exato|exatamente|correto|ok|okay|t[áa]|pode|quero|confirmo|"
    r"confere|beleza|perfeito|aham|ah[ãa]|uhum|positivo|n[ãa]o|nem pensar|de jeito nenhum|negativo|nunca|jamais|"
    r"acho que (?:sim|n[ãa]o)|ainda n[ãa]o|est[áa] (?:certo|bem|errado)|errado|por favor|deixa)\b"
)
_PROMISE = re.compile(
    rf"^{_LEAD}(?:sim |claro |t[áa] |ok )*(?:sim|claro|ok|okay|t[áa]|t[áa] bom|est[áa] bem|com certeza|pode|pode ser|"
    r"beleza|certo|sem problemas?|pois n[ãa]o|tenho|tenho sim)$"
)

YES_NO = AnswerCues(
    cues=compile_cues(_CUES),
    weak=_WEAK,
    no_cues=_NO_CUES,
    outright=_OUTRIGHT,
    brief=_BRIEF,
    promise=_PROMISE,
)
"""Yes and no in Brazilian Portuguese."""
