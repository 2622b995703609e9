"""All that Brazilian Portuguese knows of agreeing to a proposal of a change, and of what makes a yes none."""

import re

from languages.consent import ConsentGrammar, Piece, one_line, patterns
from languages.folding import fold

_WORD = re.compile(r"[^\W_]+(?:[.,:][^\W_]+)*")
_IS = "é"
"""Kept apart from "e" ("and"), which it becomes without its accent."""


def _words(text: str) -> str:
    return " ".join(word if word == _IS else fold(word) for word in _WORD.findall(text.lower().replace("-", " ")))


_VERB_END = re.compile(r"(?:ar|er|ir|em|am|e|a|o)$")


def _verb_forms(verb: str) -> frozenset[str]:
    """The forms of one verb: ordered, "cancelar" and "cancele" are "cancelar", "cancela", "cancele"."""
    stem = _VERB_END.sub("", verb)
    stems = {stem, re.sub(r"qu$", "c", stem), re.sub(r"gu$", "g", stem), re.sub(r"c$", "qu", stem)}
    stems.add(re.sub(r"g$", "gu", stem))
    return frozenset({verb, *(each + end for each in stems for end in ("ar", "er", "ir", "a", "e", "o", "em"))})


_GOOD = one_line(r"""
    (?:(?:muito|tudo|super|bem) )?(?:bom|bem|certo|otimo|perfeito|ok|joia|ideal|correto|excelente|maravilhoso|tranquilo|
    legal|show|combinado|melhor)
""")
_TO_ME = r"(?: (?:para|pra) (?:mim|nos|gente))?"
_DO = one_line(r"""
    (?:fazer|faz|faca|mandar|manda|mande|seguir|segue|siga|prosseguir|prossegue|prossiga|proceder|proceda|confirmar|
    confirma|confirme|ir|vai|va|executar|executa|resolver|resolve|tocar|toca)
""")
_BID = one_line(r"""
    (?:por favor|favor|pode(?:m)?(?: (?:sim|me|ir|por favor|entao))*|(?:eu )?(?:quero|queria|gostaria|preciso|prefiro|
    desejo)(?: (?:sim|de|muito))?(?: que (?:voce|o senhor|a senhora|voces))?|so|entao|vamos|é para|é pra)
""")

_PIECES = {
    Piece.ORDER: rf"""
        (?:{_BID} )*{_DO}(?: (?:isso|isso ai|sim|em frente|adiante|ver|bala|ficha|assim|mesmo|entao|logo))*|
        (?:eu )?(?:concordo|aceito|autorizo|confirmo|aprovo|topo)(?: (?:sim|isso|com isso|com tudo))?|
        (?:é |era )?(?:isso|exatamente isso|isso mesmo) (?:que|o que) eu (?:quero|queria|preciso|precisava)|
        (?:é )?(?:isso|exatamente) o que eu (?:quero|queria|preciso)|
        (?:voce )?tem (?:o )?meu (?:consentimento|aval|ok|sim)|(?:esta|ta) (?:autorizado|confirmado|aprovado|combinado|
        fechado)|autorizado|confirmado|aprovado|combinado|fechado|(?:minha|a) resposta é sim
    """,
    Piece.YES: rf"""
        sim|sim senhora?|ss|isso|isso mesmo|isso ai|isso sim|exato|exatamente|claro|claro que sim|é claro|com certeza|
        certamente|positivo|afirmativo|pode|pode ser|pode sim|podem|quero|quero sim|eu quero|eu quero sim|sem duvida|
        bora|vamos|vamos la|demorou|com prazer|com todo prazer|é sim|é isso|é isso mesmo|é isso ai|é|uai sim|
        por mim (?:sim|pode|pode ser|tudo bem|ok|tudo certo)|(?:isso )?(?:seria|fica|vai ser|me parece) {_GOOD}{_TO_ME}|
        acho (?:otimo|perfeito|excelente)|(?:eu )?(?:gostaria|adoraria)(?: sim| muito)?|correto|confere
    """,
    Piece.OKAY: rf"""
        ok|okay|ta|ta {_GOOD}|esta {_GOOD}|tudo {_GOOD}|certo|certinho|beleza|blz|legal|bom|otimo|perfeito|show|
        show de bola|joia|tranquilo|de boa|boa|excelente|maravilha
    """,
    Piece.PLEASE: r"por favor|faz favor|por gentileza|se (?:puder|possivel|nao for incomodo)",
    Piece.THANKS: r"""
        (?:muito |mt )?(?:obrigad[oa]|brigad[oa])(?: (?:viu|mesmo|demais|pela ajuda|por tudo|por isso))*|
        (?:eu )?agradeco(?: muito)?|grat[oa]|valeu|deus (?:te|lhe) (?:abencoe|pague)|
        voce é (?:um anjo|otim[oa]|demais|muito gentil)
    """,
    Piece.ADDRESS: r"""
        senhora?|moc[oa]|querid[oa]|amig[oa]|amigao|meu bem|minha filha|meu filho|cara|mano|chefe|patrao|viu
    """,
    Piece.SOON: r"agora|agora mesmo|ja|imediatamente|o quanto antes|o mais rapido possivel|na hora|quando puder",
    Piece.SIDE: r"""
        sem problemas?|nao (?:tem|ha) problemas?|nao me importo|(?:eu )?(?:tenho|com) (?:toda )?certeza|absoluta|sou eu|
        sou|por que nao|é ess[ea](?: mesm[oa])?|até que enfim|finalmente|verdade
    """,
    Piece.HEARS: r"(?:eu )?(?:entendi|compreendi|sei|ouvi|escutei)(?: tudo| isso)?|entendid[oa]|anotado",
    Piece.GOODBYE: r"""
        tchau(?: tchau)?|ate (?:logo|mais|breve)|(?:um )?bom dia|(?:uma )?boa (?:tarde|noite)|fica com deus
    """,
    Piece.OPENING: r"hum+|uhm+|eh+|ahn+|hm+|entao|olha|olhe|e|ai|assim|sabe|tipo|veja",
    Piece.SURPRISE: r"ah+|oh+|nossa|ih+|eita|puxa|vixe|ue|uai|meu deus",
    Piece.BIDDING: _BID,
    Piece.VERDICT: rf"(?:esta|ta|fica|seria|é|vai ser|me parece) {_GOOD}{_TO_ME}",
}

_QUESTIONS = r"que|qual|quais|quant[oa]s?|quando|onde|como|quem|por que|porque|sera|cade|ne"
_CONDITIONS = r"se|caso|desde que|contanto|a menos|depois|antes|ate|enquanto|depende|dependendo|so se"
_CONTRAST = r"mas|porem|so|apenas|somente|exceto|menos|vez|outr[oa]s?|errad[oa]|engano|verdade|quis|metade|sem"
_NEGATIONS = r"nao|nem|nunca|nada|ninguem|nenhum[a]?|jamais|pare?|negativo|recuso|desisto"
_DOUBT = r"talvez|acho|creio|imagino|suponho|sabe|duvida|penso|pensar|pensando|espero|quase|tanto faz|mais ou menos"
_LATER = r"""
    mais tarde|amanha|hoje|semana|mes|ano|segunda|terca|quarta|quinta|sexta|sabado|domingo|ainda|logo mais|por enquanto|
    outro dia|feriado
"""
_WAITS = r"""
    esper[ae]|calma|pera|perai|momento|momentinho|minuto|minutinho|segundo|segundinho|aguarde?|deixa eu|deixe me|
    repete|repita|repetir|desculpa|desculpe|hein|oi|alo
"""
_REPORTED = r"disse|falou|falei|diz|dizem|falar|ele|ela|eles|elas|atendente|pessoa|alguem"

CONSENT = ConsentGrammar(
    words=_words,
    pieces=patterns(_PIECES),
    proposes=re.compile(
        r"\b(?:posso|devo|vou|vamos|podemos|(?:quer|gostaria|deseja|prefere|concorda|aceita|pode) que (?:eu|a gente)|"
        r"(?:quer|gostaria de|deseja|prefere)) (?!que\b|eu\b)"
    ),
    verb_forms=_verb_forms,
    denies=re.compile(
        r"\b(?:nao|nunca|nem|sem)"
        r"(?: (?:é|para|pra|precisa|quero|queria|que|voce|pode|me|o|a|vai|gostaria|senhora?|mais|preciso|mesmo))* $"
    ),
    turned={
        "seu": ("meu",), "sua": ("minha",), "seus": ("meus",), "suas": ("minhas",), "voce": ("eu", "me"),
        "te": ("me",), "lhe": ("me",), "teu": ("meu",), "tua": ("minha",), "meu": ("seu",), "minha": ("sua",),
    },
    little=frozenset((
        "isso", "esse", "essa", "este", "esta", "ele", "ela", "me", "mim", "pedido", "dinheiro", "tudo",
    )),
    linking=frozenset((
        "o", "a", "os", "as", "um", "uma", "de", "do", "da", "no", "na", "para", "pra", "meu", "minha", "meus",
        "minhas", "numero", "e",
    )),
    dismissive=re.compile(
        r"\b(?:sei sei|(ta|ok|okay|certo|beleza|bom|ta bom|claro)(?: \1\b)+(?= *$)|"
        r"(?:ah|oh|sei) (?:ta|claro|sei)(?= *$))\b"
    ),
    doubts=re.compile(one_line(
        rf"\b(?:{_QUESTIONS}|{_CONDITIONS}|{_CONTRAST}|{_NEGATIONS}|{_DOUBT}|{_LATER}|{_WAITS}|{_REPORTED})\b"
    )),
    harmless=re.compile(one_line(r"""
        \b(?:sem|nao tem|nao ha) problemas?\b|\bnao (?:sei|lembro|me lembro|entendi|ouvi|escutei|compreendi|
        tenho (?:muita )?certeza|faco ideia|me importo|estou (?:ouvindo|entendendo))\b|\bpor que nao\b|\bse nao\b|
        \bou nao\b|\bpois nao\b|\bnao so\b
    """)),
    refuses=re.compile(one_line(r"""
        \bnao\b(?= *$| (?:por favor|obrigad[oa]|brigad[oa]|valeu|quero|queria|precisa|preciso|gostaria|faca|faz|mexe|
        mexa|aceito|concordo|autorizo|confirmo|senhora?|nao|é|era|foi|espera|espere|para|pare|deixa|deixe|eu|pode|
        calma|mesmo)\b)
        (?: (?:por favor|obrigad[oa]|brigad[oa]|quero|queria|precisa|preciso|gostaria|faca|faz|pode|nao))*|
        \b(?:claro que|com certeza|melhor|prefiro|prefiro que|acho que|creio que|agora|ainda|hoje|isso) nao\b|
        \bnem (?:pensar|morto|a pau)\b|\bde (?:jeito|forma|maneira|modo) (?:nenhum[a]?|algum[a]?)\b|
        \b(?:nunca|jamais|negativo|nada disso|que nada)\b(?= *$)|
        \bdeix[ae] (?:pra la|para la|quieto|assim|isso)\b|\besquec[ea]\b|\bmudei de ideia\b|\bdesist[oi]\b|
        \b(?:pare?|para com isso)\b(?= *$)|\bvolt(?:a|ar|o) atras\b
    """)),
    keeps=re.compile(one_line(r"""
        \b(?P<verb>manter|mantem|mantenha|deixar|deixa|deixe|ficar com|fica|fique|guardar)\b
        (?: (?:o|a|como|esta|esse|essa|ele|ela|isso|meu|minha|pedido))*
    """)),
    agrees=re.compile(one_line(r"""
        \b(?:sim|isso mesmo|exato|claro(?! que nao)|com certeza(?! nao)|ok|okay|ta bom|ta certo|pode|pode ser|beleza|
        certo|perfeito|confirmo|aceito|concordo|autorizo|faz isso|faca isso)\b
    """)),
    stops=re.compile(one_line(r"""
        \b(?:nao|ah|espera|ei|opa|oh)(?: (?:nao|espera|ah|por favor))* (?:para|pare|desfaz|desfaca)\b|
        ^pare?\b|\bdesfa(?:z|ca|zer)\b|
        \bvolt(?:a|ar|e) atras\b|\breverte?r?\b|
        \b(?:eu )?nao (?:queria|quis|pedi|falei|era (?:isso|para|pra))\b|\bmudei de ideia\b|\bcancela isso\b|
        \b(?:pedido|numero|conta|endereco) errad[oa]\b|\bnao faca isso\b|\bnao faz isso\b
    """)),
)  # fmt: skip
"""Agreement in Brazilian Portuguese."""
