"""How the global rules are said in Brazilian Portuguese; accents, which recognisers drop, are taken off first."""

import re

from languages.folding import fold
from languages.pt_br.topics import TOPICS
from languages.rules import GlobalRules, Rule

_PERSON = (
    r"(?:pessoa|humano|gente|alguem|atendente|operador|operadora|funcionario|funcionaria|gerente|supervisor|supervisora|"
    r"especialista|representante|consultor|consultora|vendedor|vendedora|responsavel|ser\shumano|atendimento\shumano)s?"
)
_THE = (
    r"(?:um|uma|o|a|os|as|algum|alguma|seu|sua|outro|outra|qualquer|de\sverdade|real|mesmo|do\satendimento|"
    r"uns|umas|da\sequipe)"
)
_MACHINE = r"(?:robo|maquina|computador|gravacao|bot|assistente\svirtual)"
_HUMAN = re.compile(
    rf"""
    \b(?:fal(?:ar|o|a|asse|e|ando)|conversar|trocar\s+ideia)\s+(?:com|pra|para)\s+(?:{_THE}\s+)*{_PERSON}\b
  | \b(?:transfer(?:e|ir)|transfira|pass(?:a|e|ar)|encaminh(?:a|e|ar)|conect(?:a|e|ar)|lig(?:a|ue|ar)|bot(?:a|e)|poe)
        \s+(?:me\s+|a\s+ligacao\s+|isso\s+)?(?:para|pra|pro|com|a|ao)\s+(?:{_THE}\s+)*{_PERSON}\b
  | \bme\s+(?:transfere|transfira|encaminha|encaminhe)\b
  | \b(?:pode|poderia|da\s+pra|tem\s+como)\s+(?:voce\s+)?me\s+transferir\b
  | \b(?:quero|queria|preciso\s+de|prefiro|gostaria\s+de|chama|chame|cham(?:ar|a)\s+ai)
        \s+(?:falar\s+com\s+)?(?:{_THE}\s+)*{_PERSON}\b
  | \btem\s+(?:{_THE}\s+)*{_PERSON}\s+(?:de\s+verdade\s+)?(?:ai\s+)?(?:que|pra|para|disponivel|com\s+quem|livre)\b
  | \btem\s+(?:{_THE}\s+)*(?:{_PERSON}\s+(?:de\s+verdade|real)|(?!alguem|gente){_PERSON})\s+ai\b
  | \bnao\s+(?:\w+\s+){{0,3}}?(?:falar|conversar|tratar)\s+com\s+(?:um\s+|uma\s+)?{_MACHINE}
  | \bchega\s+de\s+{_MACHINE}
    """,
    re.VERBOSE,
)
_MACHINE_AT_END = re.compile(rf"\b{_MACHINE}$")
_MACHINE_MENTIONED = re.compile(rf"\b{_MACHINE}\b")
_NOT_HUMAN = re.compile(r"\b(?:nao|nem|sem|antes|depois|ja|consegui|falei|ninguem|nunca)(?:\s+\w+){0,4}\s*$")
_HUMAN_ALONE = re.compile(
    r"(?:(?:oi|ola|alo|nao|so|quero|queria|um|uma|o|a|eu|por favor|sim|entao|olha)\s+)*"
    r"(?:atendente|atendimento humano|atendimento|humano|pessoa(?: de verdade| real)?|ser humano|gerente|supervisora?|"
    r"operadora?|representante)"
    r"(?:\s+(?:por favor|agora|ja|obrigad[oa]|humano))*"
)
_WANTS_NOT = re.compile(r"\b(?:nao quero|nao precisa|nao preciso|nem quero|sem|ninguem|nunca)\b")
_NO_HUMAN = re.compile(
    rf"""
    \b(?:nao|nem|sem)\s+(?:\w+\s+){{0,3}}?(?:me\s+)?(?:transfer(?:e|ir|isse)|transfira|pass(?:a|e|ar)|encaminh(?:a|e|ar)|
        conect(?:a|e|ar))(?:\s+me)?\b(?!\s+o\s+(?:dinheiro|valor))
  | \b(?:nao\s+(?:quero|precisa(?:\s+de)?|preciso(?:\s+de)?|chama|chame)|nem\s+quero|sem)\s+(?:falar\s+com\s+)?
        (?:{_THE}\s+)*{_PERSON}\b
  | \b(?:prefiro|quero|queria)\s+(?:continuar|ficar|falar)\s+(?:aqui\s+)?com\s+voce\b
    """,
    re.VERBOSE,
)
_REPEAT = re.compile(
    r"\b(?:(?:pode|poderia|podia|consegue|da pra|tem como)(?: voce)? (?:me )?(?:repetir|(?:falar|dizer) (?:isso )?"
    r"(?:de novo|outra vez|novamente|mais uma vez))|(?:fala|diz|fale|diga)(?: isso| (?:pra|para) mim)? "
    r"(?:de novo|outra vez|novamente)|"
    r"(?:repete|repita)(?: isso| por favor| a pergunta| pra mim| para mim)|"
    r"o que (?:foi que )?(?:voce|o senhor|a senhora) (?:disse|falou|perguntou)|o que foi que disse|"
    r"nao (?:entendi|ouvi|escutei|consegui (?:ouvir|entender|escutar))(?: o que| direito| bem| nada| voce|$)|"
    r"qual (?:era|foi) (?:mesmo )?a pergunta|mais uma vez por favor)"
)
_REPEAT_ALONE = re.compile(
    r"(?:(?:desculpa|desculpe|ah|hum|perdao)\s+)*(?:como(?: e)?|como e que e|como assim|o que|que|hein|perdao|desculpa|"
    r"desculpe|repete|repita|repetir|de novo|outra vez|mais uma vez|novamente|nao entendi|nao ouvi)(?:\s+por favor)?"
)
_SLOWER = re.compile(
    r"\b(?:mais (?:devagar|devagarinho|lento|lenta|lentamente)|(?:fala|fale|falar|falando) (?:bem )?devagar|"
    r"(?:muito|tao) (?:rapido|depressa)|(?:rapido|depressa) demais|devagar por favor)\b"
)
_DELIVERY = re.compile(r"\b(?:entreg|envi|pedido|cheg|demor)")
"""Who finds a delivery too slow does not mean the bot."""
_LOUDER = re.compile(
    r"\b(?:(?:fala|fale|falar|falando) (?:um pouco |bem )?mais alto|mais alto por favor|(?:muito|bem|ta|esta) baixinho|"
    r"(?:muito|tao) baixo|mal (?:te |consigo (?:te )?)?(?:ouco|ouvir|escuto|escutar))\b"
)
_BYE = (
    r"(?:tchau(?: tchau)?|tchauzinho|adeus|ate (?:logo|mais|breve|a proxima|amanha|outra hora)|falou|um abraco|abraco|"
    r"(?:tenha )?um(?:a)? (?:bom dia|boa tarde|boa noite|otimo dia|bom fim de semana|boa semana)(?: pra voce)?|"
    r"passar bem|pode desligar|vou desligar)"
)
_ALL = (
    r"(?:(?:e|era|seria) (?:so )?isso(?: mesmo| ai)?|so isso(?: mesmo| ai)?|e so|era so|e tudo|isso e tudo|mais nada|"
    r"nada mais|por hoje e so|nao preciso de mais nada|nao quero mais nada|ta tudo certo|e so obrigad[oa])"
)
_POLITE = (
    r"(?:nao|sim|ok|ta(?: bom| certo| bem)?|esta bem|beleza|certo|perfeito|otimo|entao|ah|legal|muito|obrigad[oa]|"
    r"brigad[oa]|valeu|mesmo|pela ajuda|pela atencao|por (?:enquanto|hoje|tudo|agora)|viu|igualmente|pra voce|tambem|"
    r"por favor|agora|tudo bem|fechado)"
)
_GOODBYE = re.compile(rf"(?:{_POLITE}\s+)*(?:{_BYE}|{_ALL})(?:\s+(?:{_POLITE}|{_BYE}|{_ALL}))*")
_NEVER_MIND = re.compile(
    r"(?:(?:ah|nao|ok|olha|desculpa|desculpe|hum|bom|entao|na verdade|ta)\s+)*"
    r"(?:deixa (?:pra|para) la|deixa quieto|deixa|deixe|esquece(?: isso| tudo)?|esqueca(?: isso)?|nao precisa mais|"
    r"nao importa|tanto faz|mudei de ideia|desisti|desisto|cancela(?: isso| tudo)?|cancele(?: isso)?|"
    r"para(?: com isso)?)"
    r"(?:\s+(?:entao|por favor|obrigad[oa]|desculpa|ta|mudei de ideia|(?:eu )?nao quero mais(?: isso)?))*"
)
_PRESENCE = re.compile(
    r"(?:(?:alo|oi|ola|ei|opa|bom dia|boa tarde|boa noite|tem alguem ai|alguem ai|tem alguem na linha|"
    r"(?:voce )?(?:ainda )?(?:esta|ta) ai|(?:voce )?(?:esta|ta) me (?:ouvindo|escutando)|"
    r"(?:voce )?(?:consegue )?me (?:ouvir|ouve|escuta)|ai)(?:\s+|$))+"
)
_IDENTITY = re.compile(
    r"(?:(?:oi|ola|alo|espera|desculpa|ah|mas|entao|me diz)\s+)*"
    r"(?:(?:voce|isso|isto|aqui|ai|quem fala) e|e|voces sao|(?:eu )?(?:estou|to) falando com|(?:eu )?falo com)\s+"
    r"(?:mesmo\s+)?(?:(?:um|uma|algum|alguma|o|a)\s+)?"
    r"(?:robo|maquina|computador|gravacao|bot|ia|inteligencia artificial|pessoa|humano|humana|ser humano|gente|alguem|"
    r"assistente virtual|atendente virtual)"
    r"(?:\s+(?:de verdade|real|mesmo|ou (?:um |uma |e )?(?:um |uma )?\w+|ne|agora|ai|humana|automatic[oa]))*"
)
_MOMENT = r"(?:momento|momentinho|minuto|minutinho|segundo|segundinho|instante|instantinho|pouquinho|tempinho)"
_NEEDS_TIME = re.compile(
    rf"""\b(?:
    (?:me\sda\s|preciso\sde\s)?(?:(?:so|apenas)\s)?um\s{_MOMENT}
  | esper[ae](?:\s(?:ai|um\spouco|so))* | pera(?:\sai)? | perai | aguard[ae] | calma(?:\sai)?
  | (?:deixa\seu|vou)\s(?:ver|pegar|procurar|olhar|achar|pensar|conferir|buscar)
  | ja\s(?:vejo|pego|procuro) | (?:estou|to)\sprocurando
    )\b""",
    re.VERBOSE,
)
_ERRAND = re.compile(
    r"\b(?:deixa eu|deixe eu|vou|preciso|tenho que|j[áa]) (?:s[óo] |ali |l[áa] )*(?:ver|pegar|procurar|olhar|achar|"
    r"pensar|conferir|buscar|perguntar|anotar|abrir|vejo|pego|procuro)\b[^.,;!?]*"
)
_COURTESY = re.compile(
    rf"\b(?:ok|ta|bom|certo|sim|por favor|entao|e|ai|hum|ah|desculpa|obrigad[oa]|claro|(?:pode|poderia)|"
    rf"(?:isso )?(?:vai )?(?:levar?|demorar?) (?:so )?(?:um|uns|dois) {_MOMENT}s?)\b"
)
_NO_DANGER = re.compile(
    r"\b(?:nao|nada|nenhum|nenhuma|ninguem|sem|nunca)(?: \w+){0,2} "
    r"(?:fogo|fumaca|incendio|gas|choque|queimad[oa]|ferid[oa]|machucad[oa]|perigo|emergencia|vazamento|vazando)\b|"
    r"\b(?:ano|mes|semana) passad[oa]\b|\bontem\b|"
    r"\b(?:faz|ha) (?:um|uma|dois|duas|tres) (?:ano|mes|meses|semana|dia)s?\b|"
    r"\bja (?:apagou|apagaram|passou|acabou)\b"
)
_HAS_NOT = re.compile(
    r"\b(?:nao (?:\w+ ){0,2}?(?:sei|tenho|lembro|acho|achei|encontro|encontrei|achando|encontrando|recebi|vejo)|"
    r"nao (?:to|estou) com|perdi|nem ideia|nao faco ideia|esqueci)\b"
)
_THANKS = re.compile(
    r"(?:(?:ok|ta(?: bom)?|certo|perfeito|otimo|legal|ah|nao|beleza|entao|muito|sim|show)\s+)*"
    r"(?:obrigad[oa]|obrigadao|brigad[oa]|brigadao|valeu|agradeco|gratidao)"
    r"(?:\s+(?:mesmo|demais|muito|viu|pela ajuda|pela atencao|por tudo|tambem|hein|entao))*"
)
_FIRM_GOODBYES = ("tchau", "adeus", "até logo", "pode desligar")

_EXAMPLES: dict[str, tuple[str, ...]] = {
    "human": (
        "quero falar com um atendente", "me passa para uma pessoa", "atendente por favor",
        "não quero falar com máquina", "tem alguém de verdade aí", "preciso falar com o gerente",
        "pode me transferir para um humano", "prefiro falar com gente",
    ),
    "repeat": (
        "pode repetir por favor", "o que você disse", "não entendi", "fala de novo", "como é que é",
        "desculpa não ouvi direito", "qual era a pergunta mesmo",
    ),
    "goodbye": (
        "era só isso obrigado", "tchau", "não é só isso", "até logo", "mais nada obrigada",
        "tá bom tenha um bom dia", "é tudo por hoje",
    ),
}  # fmt: skip
_WORD = re.compile(r"[^\W_]+")


def _normalise(text: str) -> str:
    """Lower-case words with single spaces, without punctuation or accents."""
    return " ".join(_WORD.findall(fold(text.lower())))


def _asks_for_human(words: str) -> bool:
    found = _HUMAN.search(words)
    if not found:
        return False
    return bool(_MACHINE_AT_END.search(found.group(0))) or not _NOT_HUMAN.search(words[: found.start()])


def _human_unwanted(words: str) -> bool:
    return bool(_HUMAN.search(words)) and not _asks_for_human(words)


RULES = GlobalRules(
    normalise=_normalise,
    says={
        Rule.IDENTITY: _IDENTITY.fullmatch,
        Rule.NO_HUMAN: lambda words: _NO_HUMAN.search(words) and not _MACHINE_MENTIONED.search(words),
        Rule.HUMAN: _asks_for_human,
        Rule.SLOWER: lambda words: _SLOWER.search(words) and not _DELIVERY.search(words),
        Rule.LOUDER: _LOUDER.search,
        Rule.REPEAT: lambda words: _REPEAT.search(words) or _REPEAT_ALONE.fullmatch(words),
        Rule.GOODBYE: _GOODBYE.fullmatch,
        Rule.NEVER_MIND: _NEVER_MIND.fullmatch,
        Rule.PRESENCE: _PRESENCE.fullmatch,
    },
    human_alone=_HUMAN_ALONE,
    human_unwanted=_human_unwanted,
    wants_not=_WANTS_NOT,
    needs_time=_NEEDS_TIME,
    errand=_ERRAND,
    courtesy=_COURTESY,
    no_danger=_NO_DANGER,
    topics=TOPICS,
    has_not=_HAS_NOT,
    thanks=_THANKS,
    firm_goodbyes=_FIRM_GOODBYES,
    clear_ends=(*_FIRM_GOODBYES, "é só isso", "era só isso", "só isso mesmo", "mais nada", "nada mais", "é tudo"),
    examples=_EXAMPLES,
)
"""The global rules of Brazilian Portuguese."""
