"""Which words of a Portuguese text say what it is about."""

import re

from languages.folding import fold
from languages.search import SearchWords

_STOP = frozenset(
    "a à ao aos as às o os um uma uns umas de do da dos das em no na nos nas por pelo pela pra para com sem sobre e é "
    "ou mas que se não sim eu você vocês ele ela meu minha meus minhas seu sua isso isto esse essa este esta aquele "
    "aquela me te lhe tem têm ter tenho está estou tá tô ser são foi era vai vou ir posso pode podem quero queria "
    "gostaria preciso saber qual quais quando onde como quem quanto quanta por favor oi olá alô bom boa dia tarde "
    "noite ai aí lá aqui já ainda só também muito mais coisa coisas obrigado obrigada "
    "faço faz fazem fazer vocês".split()
)
_PLURALS = (("oes", "ao"), ("aes", "ao"), ("ais", "al"), ("eis", "el"), ("ois", "ol"), ("ns", "m"), ("res", "r"))


def _stem(word: str) -> str:
    word = fold(word)
    for ending, singular in _PLURALS:
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            return word.removesuffix(ending) + singular
    return word.removesuffix("s") if len(word) > 3 else word


SEARCH = SearchWords(word=re.compile(r"[^\W_]+"), stop=_STOP, stem=_stem)
"""The weighty words of Portuguese."""
