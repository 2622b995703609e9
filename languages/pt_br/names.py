"""Finds a person's name, said and spelled, in Portuguese: "meu nome é Ana Souza", "S O U Z A", "aqui é o João"."""

from collections.abc import Sequence

from languages.entities import PersonName
from languages.folding import fold
from languages.pt_br.numbers import plain_at
from languages.pt_br.spelling import read_spelled_run
from languages.tokens import Token, tokenize

_LONGEST_NAME = 7
"""Words of a name; more is a sentence."""
_LEADS = tuple(
    (tuple(lead.split()), confidence)
    for lead, confidence in (
        ("meu nome completo e", 0.95), ("meu nome e", 0.95), ("o nome e", 0.9), ("o meu nome e", 0.95),
        ("eu me chamo", 0.95), ("me chamo", 0.95), ("pode me chamar de", 0.85), ("quem fala e", 0.9),
        ("quem esta falando e", 0.9), ("aqui quem fala e", 0.9), ("aqui e", 0.8), ("em nome de", 0.85),
        ("eu sou", 0.65), ("sou", 0.6), ("nome", 0.6), ("e", 0.5),
    )
)  # fmt: skip
"""Words, without accents, after which a name follows; longer ones of the same beginning come first."""
_IS = "é"
_ONE_LETTER_WORDS = frozenset(["a", "e", "o", "à", "é"])
"""Nothing else makes no spelled name."""
_ARTICLES = frozenset(["o", "a"])
_TITLES = frozenset(["dona", "seu", "senhor", "senhora", "doutor", "doutora", "sr", "sra"])
_PARTICLES = frozenset(["de", "da", "do", "dos", "das", "e", "di", "del", "van", "von"])
_NOT_NAMES = frozenset((
    "eu", "voce", "ele", "ela", "nos", "meu", "minha", "seu", "sua", "isso", "isto", "esse", "essa", "um", "uma", "o",
    "a", "os", "as", "e", "ou", "mas", "que", "se", "nao", "sim", "oi", "ola", "alo", "ta", "ok", "bom", "boa", "dia",
    "tarde", "noite", "por", "favor", "obrigado", "obrigada", "quero", "queria", "gostaria", "preciso", "ligando",
    "falando", "falar", "sobre", "com", "para", "pra", "pelo", "em", "no", "na", "aqui", "la", "agora", "hoje",
    "ontem", "muito", "mais", "menos", "cliente", "pedido", "conta", "numero", "nome", "sobrenome", "completo",
    "letra", "soletrar", "soletrando", "soletra", "certo",
    "errado", "claro", "pode", "ser", "estou", "esta",
    "sou", "tenho", "tem", "foi", "era", "vou", "sei", "ja",
    "ainda", "so", "tambem", "como", "quando", "onde", "quem", "qual", "porque",
    "senhor", "senhora", "dona", "atendente", "pessoa", "ajuda", "problema", "entrega", "cancelar", "ah", "hum", "eh",
    "entao", "bem", "mesmo", "nada", "tudo", "todo", "novo", "novamente", "desculpa", "desculpe", "espera", "momento",
    "dizer", "aquele", "aquela", "ninguem", "alguem", "zero", "dois", "tres", "quatro", "cinco", "seis", "sete",
    "oito", "nove", "dez",
))  # fmt: skip
_Said = tuple[list[str], int, int, float]
"""The words, the first token, one past the last, and the confidence."""


def find_name(text: str, *, expect: bool = False) -> PersonName | None:
    """Find the speaker's name in a text. Spelled letters outweigh what the word before them sounded like.

    Args:
        text: What was said.
        expect: Whether the name was just asked for; a bare "Ana Souza" then counts.

    Returns:
        The name, or None.
    """
    tokens = tokenize(text)
    spelled = _find_spelled(tokens, least=2 if expect else 3)
    said = _find_said(tokens, spelled[1] if spelled else len(tokens), expect=expect)
    if spelled is None:
        return None if said is None else _name(tokens, said[0], said[1:], spelled=False)
    letters, first, after = spelled
    written = letters.capitalize()
    if said is None:
        return _name(tokens, [written], (first, after, 0.9 if expect or len(letters) > 3 else 0.7), spelled=True)
    kept = [*said[0][:-1], written] if _alike(said[0][-1], written) else [*said[0], written]
    return _name(tokens, kept, (said[1], after, 0.95), spelled=True)


def _name(tokens: Sequence[Token], words: list[str], place: tuple[int, int, float], *, spelled: bool) -> PersonName:
    first, after, confidence = place
    return PersonName(
        value=" ".join(words),
        start=tokens[first].start,
        end=tokens[after - 1].end,
        confidence=confidence,
        spelled=spelled,
    )


def _find_spelled(tokens: Sequence[Token], *, least: int) -> tuple[str, int, int] | None:
    """The longest run of letters that are said one by one."""
    best: tuple[str, int, int] | None = None
    at = 0
    while at < len(tokens):
        letters, after = read_spelled_run(tokens, at)
        if tokens[at].text == _IS or all(token.text in _ONE_LETTER_WORDS for token in tokens[at:after]):
            at += 1
            continue
        if len(letters) >= least and after - at > 1 and (best is None or len(letters) > len(best[0])):
            best = letters, at, after
        at = max(after, at + 1)
    return best


def _alike(said: str, written: str) -> bool:
    """Whether what was heard as a word may be what was spelled: it begins with the same letter."""
    return fold(said[:1]).lower() == fold(written[:1]).lower()


def _find_said(tokens: Sequence[Token], stop: int, *, expect: bool) -> _Said | None:
    for lead, confidence in _LEADS:
        for at in range(stop - len(lead) + 1):
            if not _leads(tokens, at, lead):
                continue
            start = at + len(lead)
            start += plain_at(tokens, start) in _ARTICLES
            start += plain_at(tokens, start) in _TITLES
            words, after = _words_of_name(tokens, start, stop)
            sure = confidence >= 0.7 or (start < stop and tokens[start].raw[0].isupper()) or expect
            if words and sure:
                return words, start, after, max(confidence, 0.85) if expect else confidence
    if not expect or (tokens and plain_at(tokens, 0) == "nao"):
        return None
    for at in range(stop):
        words, after = _words_of_name(tokens, at, stop)
        if words:
            whole = at == 0 and after >= len([t for t in tokens if t.is_word])
            return words, at, after, 0.85 if whole else 0.6
    return None


def _leads(tokens: Sequence[Token], at: int, lead: tuple[str, ...]) -> bool:
    """Whether a lead stands here; its "é" is one, not an "e"."""
    for k, word in enumerate(lead):
        if plain_at(tokens, at + k) != word:
            return False
    ends = tokens[at + len(lead) - 1].text
    return lead[-1] != "e" or ends == _IS or len(lead) > 2


def _words_of_name(tokens: Sequence[Token], at: int, stop: int) -> tuple[list[str], int]:
    words: list[str] = []
    end = at
    while end < stop and len(words) < _LONGEST_NAME and tokens[end].is_word and len(tokens[end].raw) > 1 - bool(words):
        plain = plain_at(tokens, end)
        joins = plain in _PARTICLES and words and end + 1 < stop and plain_at(tokens, end + 1) not in _NOT_NAMES
        if not joins and plain in _NOT_NAMES:
            break
        words.append(plain if joins else tokens[end].raw[:1].upper() + tokens[end].raw[1:].lower())
        end += 1
    while words and words[-1] in _PARTICLES:
        words.pop()
        end -= 1
    return words, end
