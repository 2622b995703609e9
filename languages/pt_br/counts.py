"""How Portuguese counts: "nós dois", "meia dúzia", "só uma noite", "eu, minha esposa e duas crianças"."""

import re
from collections.abc import Sequence
from functools import partial

from languages.counts import CountWords, find_count, is_inside
from languages.folding import fold
from languages.pt_br.numbers import plain_at, read_cardinal
from languages.tokens import Token

_STANDING_FOR = {"par": 2, "casal": 2, "duzia": 12}
_SOME = frozenset(["alguns", "algumas", "varios", "varias", "muitos", "muitas", "uns", "umas", "poucos", "poucas"])
_ALONE = {"nenhum": 0, "nenhuma": 0, "ninguem": 0, "ambos": 2, "ambas": 2}
_BEFORE_PRONOUN = frozenset(["cada", "qualquer", "algum", "alguma", "nem", "esse", "essa", "este", "esta"])


def _read(tokens: Sequence[Token], at: int) -> tuple[int | None, int] | None:
    """Read "dois", "2", "um casal", "meia dúzia", "ambos", "nenhum" or "alguns"."""
    word = plain_at(tokens, at)
    if word in _ALONE:
        return _ALONE[word], at + 1
    if word == "meia" and plain_at(tokens, at + 1) == "duzia":
        return 6, at + 2
    start = at + (word in ("um", "uma"))
    if plain_at(tokens, start) in _STANDING_FOR:
        return _STANDING_FOR[plain_at(tokens, start)], start + 1
    if word in _SOME:
        return None, at + 1
    if word in ("um", "uma") and plain_at(tokens, at - 1) in _BEFORE_PRONOUN:
        return None
    if is_inside(tokens, at):
        return None
    if at < len(tokens) and tokens[at].is_number and len(tokens[at].raw) > 1 and tokens[at].raw[0] == "0":
        return None
    read = read_cardinal(tokens, at)
    if read is None or read[0] != int(read[0]):
        return None
    value, end = int(read[0]), read[1]
    return (value * 12, end + 1) if plain_at(tokens, end) == "duzias" else (value, end)


def _both_spellings(words: str) -> frozenset[str]:
    """Words, with their accents and without."""
    return frozenset(words.split()) | frozenset(fold(words).split())


_ONE_PERSON = _both_spellings(
    """
    pessoa hóspede convidado convidada adulto adulta criança bebê nenê filho filha menino menina homem mulher
    senhor senhora esposa esposo marido namorado namorada noivo noiva parceiro parceira companheiro companheira
    amigo amiga colega chefe irmão irmã mãe pai avó avô tio tia primo prima sobrinho sobrinha neto neta sogro
    sogra passageiro passageira participante paciente visitante idoso idosa outro outra acompanhante
    """
)
_SEVERAL = _both_spellings(
    """
    pessoas hóspedes convidados convidadas adultos adultas crianças bebês filhos filhas meninos meninas homens
    mulheres senhores senhoras amigos amigas colegas irmãos irmãs tios tias primos primas sobrinhos netos
    passageiros participantes pacientes visitantes idosos outros outras família turma grupo equipe nós gente
    acompanhantes
    """
)

WORDS = CountWords(
    read=_read,
    nothing=frozenset(["sem", "nenhuma", "nenhum"]),
    articles=frozenset(["o", "a", "um", "uma"]),
    between=_both_spellings("de - mais só única única inteira inteiras completas da das dos pequenas pequenos"),
    people={**dict.fromkeys(_ONE_PERSON, 1), **dict.fromkeys(_SEVERAL), "pais": 2, "avós": 2},
    possessives=_both_spellings("meu minha meus minhas nosso nossa nossos nossas"),
    speaker=frozenset(["eu", "mim"]),
    alone=re.compile(
        r"\b(?:s[óo]|somente|apenas) (?:para |pra )?(?:eu|mim|comigo)\b|\beu mesm[oa]\b|\b(?:estou|vou|viajo|irei)"
        r" (?:\w+ )?sozinh[oa]\b|^\W*(?:(?:é|sou|para|pra|h[ãa]|ahn|bom|só)\W+)*(?:eu|mim|sozinh[oa])\W*$"
        r"|\bmais ningu[ée]m\b"
    ),
    days=_both_spellings("noite noites diária diárias dia dias"),
    stretches={"semana": 7, "semanas": 7, "quinzena": 15},
    joins=frozenset(["e", "mais", "com", ",", "também"]),
    disputed=_both_spellings("bebê bebês nenê cachorro cachorros gato gatos"),
    rough=re.compile(
        r"\b(?:talvez|uns|umas|mais ou menos|cerca de|por volta de|pelo menos|no m[áa]ximo|at[ée]|ou"
        r"|provavelmente|quem sabe)\b"
    ),
    before=frozenset(["por", "para", "pra"]),
    names_else=re.compile(
        r"(?:(?:r\$|[$£€#])\s*|(?<!\w)(?:[àa]s|dia|até as|até às|quarto|apartamento|sala|andar|placa"
        r"|(?:pedido|reserva|c[óo]digo|conta|protocolo)(?: n[úu]mero)?(?: é)?)\s+)$"
    ),
    counts_else=re.compile(
        r"\s*(?:[$£€%]|[:./]\s?\d|[hº°ª](?!\w))"
        r"|\s+(?:reais|real|euros?|d[óo]lares|centavos|por cento|anos(?: de idade)?|horas?|da (?:manh[ãa]|tarde|noite)"
        r"|de (?:janeiro|fevereiro|mar[çc]o|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro))(?!\w)"
    ),
    dictated=frozenset(["meia"]),
    sounds={},
    fillers=_both_spellings(
        """
        é são somos seremos vai vão ser só somente apenas hum ahn eh bom então sim por favor obrigado obrigada para
        pra no na total ao todo seria seriam tudo bem vamos ficar estamos em a gente estaremos
        """
    ),
)
"""Counts of Portuguese."""

find = partial(find_count, words=WORDS)
"""Finds a count in a Portuguese text."""
