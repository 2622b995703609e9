"""Words of Portuguese that make an answer whole."""

import re

from languages.endings import Endings

ENDINGS = Endings(
    first_words=frozenset(
        [
            *("por favor", "sim", "claro", "ok", "tá", "tá bom", "está bem", "certo", "não", "bom", "então"),
            *("desculpa", "desculpe", "com licença", "obrigado", "obrigada"),
        ]
    ),
    greetings=frozenset(["oi", "olá", "alô", "bom dia", "boa tarde", "boa noite"]),
    unit=re.compile(r"\b(rea(l|is)|centavos?|d[óo]lar(es)?|euros?|libras?|pilas?|contos?)( e mei[oa])?$|[$£€]\s?\d"),
    day=re.compile(
        r"\b(hoje|amanh[ãa]|ontem|anteontem|((segunda|ter[çc]a|quarta|quinta|sexta)( feira)?|s[áa]bado|domingo)"
        r"( que vem| passad[oa])?|semana (que vem|passada)|m[êe]s (que vem|passado)"
        r"|(h[áa]|faz|daqui a) \w+ (dias?|semanas?|m[êe]s|meses)|\w+ (dias?|semanas?|meses) atr[áa]s)$"
    ),
    month=re.compile(
        r"\b(janeiro|fevereiro|mar[çc]o|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro)\b"
    ),
    ordinal=re.compile(r"\b(primeiro|1º)\b"),
    mail_at=re.compile(r"\barroba\b"),
    mail_end=re.compile(r"(\.|\bponto )\s?(com|org|net|edu|gov|io|info|br|pt|com br|com ponto br|com\.br)$"),
)
"""What ends an answer in Portuguese."""
