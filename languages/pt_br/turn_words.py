"""Reads from the words of a Portuguese turn whether it can be over."""

import re

from languages.folding import fold
from languages.pt_br.numbers import DIGITS, HUNDREDS, TEENS, TENS
from languages.pt_br.spelling import REPEATS
from models.turn_words import Trailing, TurnWords, cut_off

_WORD = re.compile(r"[^\W_]+(?:[.@'][^\W_]+)*")


def _set(words: str) -> frozenset[str]:
    """Words divided by spaces, as a set."""
    return frozenset(words.split())


_FILLERS = _set("hum ah eh ahn uhm hmm tipo assim bom entao ne aham")
_CONJUNCTIONS = _set(
    "e mas ou porque pois se quando enquanto embora que como onde cujo nem porem ele ela nos eles elas"
)
_PREPOSITIONS = _set(
    "de do da dos das em no na nos nas para pra pro por pelo pela com sem sobre entre ate desde ao aos contra num numa"
)
_DETERMINERS = _set("o a os as um uma uns umas meu minha meus minhas seu sua este esta esse essa aquele aquela cada")
_OPENERS = _set(
    "eu quero queria gostaria preciso posso podia poderia vou tenho tinha estou estava sou era foi ser estar ter fazer "
    "muito bem so ja talvez sao tem vai"
)
_SOMETIMES_LAST = _set(
    "isso esse essa este esta aquele aquela que assim entao bom sobre com sem era foi tem vai quero posso vou tenho "
    "estou sou muito bem so ja ne nos ela ele"
)
"""Words of these classes that do end sentences at times: a softer sign."""
_HOLD = re.compile(
    r"\b(espera|espere|pera|perai|aguarda|aguarde|calma)( ai| um pouco| um pouquinho)?$"
    r"|\b(so )?um (momento|momentinho|minuto|minutinho|segundo|segundinho|instante|instantinho)( so)?( por favor)?$"
    r"|\bdeixa eu (so )?(ver|pegar|procurar|olhar|achar|pensar|conferir|buscar)( aqui| isso| o \w+| a \w+)?$"
    r"|\bvou (so )?(ver|pegar|procurar|buscar|conferir)( aqui| isso| o \w+| a \w+)?$"
)
_INTRODUCTION = re.compile(
    r"\b(meu nome e|eu me chamo|aqui (quem fala )?e( o| a)?|quem fala e( o| a)?|"
    r"(oi|ola|alo|bom dia|boa tarde|boa noite) (aqui )?(e|eu sou)( o| a)?) [a-z]+( [a-z]+)?$"
)
_LEAD_IN = re.compile(
    r"\b(numero|codigo|nome|endereco|email|e mail|telefone|celular|cep|cpf|data|pedido|conta|valor|total|isso)"
    r"( \w+)? (e|era|foi|sao|seria|termina em|comeca com)$"
)


def words_of(text: str) -> list[str]:
    """Words in lower case without punctuation; hyphens divide."""
    return _WORD.findall(text.lower().replace("’", "'").replace("-", " "))


def trailing(text: str) -> Trailing:
    """How the last words leave the turn."""
    words = words_of(text)
    if not words:
        return Trailing.NOTHING
    joined = fold(" ".join(words))
    if _HOLD.search(joined):
        return Trailing.HOLD
    if cut_off(text):
        return Trailing.CUT
    if _LEAD_IN.search(joined):
        return Trailing.LEAD_IN
    if _INTRODUCTION.search(joined):
        return Trailing.INTRODUCTION
    if words[-1] == "é":
        # Alone it is a yes; at the end of more it announces something.
        return Trailing.WHOLE if len(words) == 1 else Trailing.OPEN_WORD
    last = fold(words[-1])
    if len(words) == 1 and last in ("bom", "entao", "isso", "assim", "que", "bem"):
        return Trailing.WHOLE if last in ("isso", "bem") else Trailing.OPEN_WORD
    if last in _SOMETIMES_LAST:
        return Trailing.OPEN_WORD
    for kind, members in (
        (Trailing.FILLER, _FILLERS),
        (Trailing.CONJUNCTION, _CONJUNCTIONS),
        (Trailing.DETERMINER, _DETERMINERS),
        (Trailing.PREPOSITION, _PREPOSITIONS),
        (Trailing.OPEN_WORD, _OPENERS),
    ):
        if last in members:
            return kind
    return Trailing.WHOLE


def count_digits(text: str) -> int:
    """Digits said in a text, however the transcriber wrote them.

    ``"4027"``, ``"quatro zero dois sete"`` and ``"quarenta vinte e sete"`` are four; "duplo cinco" is two, "meia" one.
    """
    words = [fold(word) for word in words_of(text)]
    total, index = 0, 0
    while index < len(words):
        word = words[index]
        following = words[index + 1] if index + 1 < len(words) else ""
        if word in REPEATS and _digits_of(following) == 1:
            total, index = total + REPEATS[word], index + 2
            continue
        joins_unit = following == "e" and index + 2 < len(words) and words[index + 2] in DIGITS
        if word in TENS and joins_unit:
            total, index = total + 2, index + 3
            continue
        if word == "mil":
            total += 3 if index and _digits_of(words[index - 1]) else 4
        total, index = total + _digits_of(word), index + 1
    return total


def _digits_of(word: str) -> int:
    if word in DIGITS or word == "meia":
        return 1
    if word in TEENS or word in TENS:
        return 2
    return 3 if word in HUNDREDS else sum(character.isdigit() for character in word)


def count_letters(text: str) -> int:
    """Single letters at the end of a text, as in a spelled name: ``"Silva, S I L V A"`` has five."""
    count = 0
    for word in reversed(words_of(text.replace(".", " "))):
        if len(word) != 1 or not word.isalpha():
            break
        count += 1
    return count


TURN_WORDS = TurnWords(words_of=words_of, trailing=trailing, count_digits=count_digits, count_letters=count_letters)
"""What the words of a Portuguese turn tell."""
