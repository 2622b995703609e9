"""How people ask in Portuguese about the line itself; words without accents."""

import re

from languages.rules import LineTopic

TOPICS = {
    LineTopic.RECORDED: re.compile(r"\b(?:gravad[oa]|gravando|gravam|grava)\b"),
    LineTopic.NAME: re.compile(
        r"\b(?:seu nome|como (?:voce|o senhor|a senhora) se chama|quem (?:e voce|fala|esta falando)|"
        r"com quem (?:eu )?(?:estou falando|to falando|falo))\b"
    ),
    LineTopic.OPEN_NOW: re.compile(
        r"""\b(?:
        voces?\s(?:ainda\s)?(?:esta|estao|ta|tao)\s(?:abert[oa]s?|fechad[oa]s?|atendendo)
      | (?:abert[oa]s?|abrem?|fecham?|atendem?|atendendo)\s(?:agora|hoje)
        )\b""",
        re.VERBOSE,
    ),
    LineTopic.HOURS: re.compile(
        r"""\b(?:
        (?:que\shoras|quando|ate\sque\shoras)\s(?:voces?\s)?(?:abrem?|fecham?|atendem?)
      | horario\sde\s(?:atendimento|funcionamento)
      | (?:abert[oa]s?|abrem?|atendem?)\s(?:amanha|n[oa]\s\w+|aos\s\w+)
        )\b""",
        re.VERBOSE,
    ),
    LineTopic.ABILITIES: re.compile(
        r"""\b(?:
        o\sque\s(?:e\sque\s)?voces?\s(?:podem?|conseguem?|fazem?|faz|sabe|resolve)
      | (?:com\so\sque|no\sque|em\sque|como)\svoces?\spodem?\s(?:me\s)?ajudar
      | o\sque\s(?:eu\s)?posso\s(?:pedir|perguntar|fazer) | quais\s(?:sao\s)?as\sopcoes
        )\b""",
        re.VERBOSE,
    ),
    LineTopic.MACHINE: re.compile(
        r"\b(?:voce e|isso e|estou falando com|to falando com) (?:\w+ ){0,3}"
        r"(?:robo|maquina|computador|ia|inteligencia artificial|human[oa]|pessoa|automatic[oa])\b"
    ),
}
"""Found in words that ask about the line, by what they ask."""
