"""What stands beside a number in Portuguese, by which a reference is told from a price, a year or a house number."""

import re

from languages.references import ReferenceWords

_NOUNS = (
    r"pedidos?|contas?|clientes?|reservas?|refer[êe]ncias?|ref|notas?(?: fiscal)?|faturas?|encomendas?|pacotes?"
    r"|entregas?|tickets?"
    r"|chamados?|protocolos?|casos?|contratos?|ap[óo]lices?|matr[íi]culas?|agendamentos?|consultas?|rastreio"
    r"|rastreamento|compras?"
    r"|cadastros?|medidor(?:es)?|cart[ãa]o|c[óo]digos?|id|s[ée]rie|transa[çc][ãa]o|pagamentos?|instala[çc][ãa]o|senha"
)
_JOINS = (
    r"(?:[\s,:#-]+|(?<!\w)(?:n[úu]mero|n[ºo°]|c[óo]digo|refer[êe]ncia|é|era|foi|seria|de|do|da|o|a|hum|ahn|eh|final"
    r"|termina|em|com"
    r"|acho que|d[íi]gitos)(?!\w)\.?)*"
)
_UNITS = (
    r"reais|real|pilas?|contos?|centavos?|d[óo]lar(?:es)?|euros?|libras?|por cento|%|dias?|semanas?|m[êe]s(?:es)?"
    r"|anos?|horas?|hs?"
    r"|minutos?|segundos?|quilos?|kg|gramas?|litros?|metros?|km|quil[ôo]metros?|cent[íi]metros?|cm|graus|pessoas?"
    r"|vezes|itens|item"
    r"|unidades?|pares?|peças?|parcelas?|quilowatts?|kwh|da (?:manh[ãa]|tarde|noite)|e meia|mil reais"
)
_MONTHS = r"janeiro|fevereiro|mar[çc]o|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro"
_STREET = r"rua|avenida|av|alameda|travessa|pra[çc]a|estrada|rodovia|largo|vila|quadra|lote"

WORDS = ReferenceWords(
    joins=_JOINS,
    named_before=re.compile(
        rf"(?:(?<!\w)(?:{_NOUNS}){_JOINS}|(?<!\w)(?:(?:o|meu|seu) )?n[úu]mero(?: (?:é|era|dele|dela))?{_JOINS}|#\s*)$",
        re.IGNORECASE,
    ),
    asked_before=re.compile(
        r"(?<!\w)(?:cad[êe] o|cad[êe]|onde (?:est[áa]|t[áa])(?: o)?|cancelar? o|rastrear o|sobre o|a respeito do"
        r"|status do"
        r"|consultar o|procurar o|duas vezes (?:pelo|no|o)|(?:problema|ajuda) com o|(?:reembolso|troca"
        r"|devolu[çc][ãa]o|rastreio|status) do|é o|é|seria o|seria)[\s,]*(?:hum|ahn|eh)?[\s,]*$",
        re.IGNORECASE,
    ),
    pays_before=re.compile(
        r"(?<!\w)(?:reembols|devolv|estorn|pag|cobr)\w*(?: o)?[\s,]*$|(?:reembolso|estorno) d[oe][\s,]*$",
        re.IGNORECASE,
    ),
    named_after=re.compile(rf"[\s,]*(?:é|era)(?: o| a)?(?: meu| minha)? (?:n[úu]mero|{_NOUNS})(?!\w)", re.IGNORECASE),
    other_before=re.compile(
        rf"(?:(?:R\$|US\$|[$€£])\s*|(?<!\w)(?:paguei|pagar|pago|custou|custa|custo|cobraram|cobrado|cobrou|vale|valor"
        rf"|pre[çc]o|total"
        r"|gastei|devo|reembolso|estorno|saldo|boleto|taxa|multa)(?: (?:de|do|da|o|a|é|foi|uns|umas|me|só|em|por"
        r"|quase))*\s+"
        r"|(?<!\w)(?:mais de|menos de|acima de|abaixo de|cerca de|quase|uns|umas|at[ée]|pelo menos|no m[íi]nimo"
        r"|no m[áa]ximo|outros"
        r"|outras)\s+"
        r"|(?<!\w)(?:apartamento|apto|ap|bloco|sala|andar|casa|torre|quarto|port[ãa]o|voo|[ôo]nibus|linha|modelo"
        r"|vers[ãa]o|p[áa]gina"
        r"|canal|tamanho|windows|iphone|caixa)(?: n[úu]mero| n[ºo°])?\s+"
        rf"|(?<!\w)(?:{_STREET})(?: [^\s\d,]+){{1,5}},?(?: n[úu]mero| n[ºo°]| no)?\s+"
        r"|(?<!\w)(?:telefone|celular|fixo|whats(?:app)?|zap)(?:[\s,:]|(?<!\w)(?:é|n[úu]mero|o|do|de|no)(?!\w))*"
        r"|(?<!\w)cep(?: é| de)?\s+"
        rf"|(?<!\w)(?:{_MONTHS})(?: de)?\s+|(?<!\w)dia\s+)$",
        re.IGNORECASE,
    ),
    other_after=re.compile(
        rf"\s*(?:[€£$%]|[ºª°]|(?:{_UNITS})(?!\w))|\s+de\s+(?:{_MONTHS})(?!\w)|\s*(?:anos)(?!\w)",
        re.IGNORECASE,
    ),
    year_before=re.compile(
        rf"(?<!\w)(?:em|desde|de|at[ée]|ano(?: de)?|antes de|depois de|{_MONTHS}|/)\s*$", re.IGNORECASE
    ),
    time_before=re.compile(r"(?<!\w)(?:às|as|até as|até às|pelas|das|umas|desde as|por volta das)\s+$", re.IGNORECASE),
    counted=re.compile(
        r"\s+(?!(?:mas|mais|depois|antes|ent[ãa]o|s[óo]|obrigados|isso|esses?|essas?|nos|nas|dos|das|os"
        r"|as)(?!\w))[^\W\d_]{3,}s(?!\w)",
        re.IGNORECASE,
    ),
    fillers=re.compile(
        r"(?:[\s:#-]+|(?<!\w)(?:sim|claro|ok|t[áa]|oi|ol[áa]|al[ôo]|hum+|ahn+|eh+|ah+|bom|bem|ent[ãa]o|é|era|seria"
        r"|isso|esse|aqui|o|a|por"
        r" favor|obrigad[oa]|acho que|eu acho|e|n[ãa]o|desculpa|desculpe|certo|n[úu]mero|vou dizer|anota|agora|espera"
        r"|na verdade"
        r"|ali[áa]s|digo|quis dizer|mas|deixa eu ver|um momento|tudo bem|viu|n[ée])(?!\w))*",
        re.IGNORECASE,
    ),
)
"""What stands beside numbers in Portuguese."""
