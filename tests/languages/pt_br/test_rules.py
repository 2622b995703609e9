import pytest

from dialogue.lines.types import Emergency, Escalation
from languages import load
from languages.rules import Rule
from models.intent.text import parts

RULES = load("pt-BR").rules
OWN = Escalation(human_words=("a chefia",), emergencies=(Emergency(words=("pegando fogo",), say="Ligue 193."),))


@pytest.mark.parametrize(
    ("rule", "texts"),
    [
        (
            Rule.HUMAN,
            """Quero falar com um atendente.|atendente|me passa pra alguém|eu preciso falar com uma pessoa de verdade|
            poderia me transferir para um gerente|não quero conversar com robô|chega de máquina, por favor|
            tem alguém aí que possa me ajudar|gente, eu quero um humano|chama o supervisor|quero falar com a chefia|
            dá pra falar com o responsável|prefiro falar com gente|
            me põe com o supervisor|passa pro gerente|eu quero é falar com gente""",
        ),
        (
            Rule.NO_HUMAN,
            """não quero falar com um atendente|por favor não me transfere|não precisa me passar pra ninguém|
            sem atendente, por favor|prefiro continuar com você""",
        ),
        (
            Rule.REPEAT,
            """Pode repetir?|o que você falou|não entendi|como é que é?|fala de novo por favor|repete|hein?|
            desculpa, não ouvi direito|poderia falar isso outra vez|
            fala pra mim de novo""",
        ),
        (Rule.LOUDER, "pode falar mais alto?|fala um pouco mais alto|mal consigo te ouvir"),
        (Rule.SLOWER, "mais devagar por favor|fala mais devagar|você está falando muito rápido|rápido demais"),
        (
            Rule.GOODBYE,
            """tchau|Tchau, obrigada!|era só isso|não, é só isso, obrigado|até logo|mais nada, valeu|
            tá bom, tenha um bom dia|obrigada pela ajuda, até mais|só isso mesmo""",
        ),
        (Rule.NEVER_MIND, "deixa pra lá|esquece|ah, deixa quieto|mudei de ideia|cancela|não, cancela tudo, por favor"),
        (Rule.PRESENCE, "Alô?|oi, tem alguém aí?|você está aí|bom dia|alô, está me ouvindo?"),
        (
            Rule.IDENTITY,
            "você é um robô?|estou falando com uma máquina|isso é uma gravação|você é uma pessoa",
        ),
        (Rule.EMERGENCY, "socorro, está pegando fogo|a luminária tá pegando fogo, quero um atendente"),
        (
            None,
            """onde está meu pedido|quero devolver uma luminária|vocês abrem no sábado|quatro zero dois sete|
            já falei com uma pessoa ontem|minha entrega está muito devagar|
            quero cancelar meu pedido|obrigado, e qual é o prazo|
            não entendi a cobrança de ontem|o pedido era pra uma pessoa só|liga pra mim amanhã""",
        ),
    ],
)
def test_rules_by_their_words(rule: Rule | None, texts: str) -> None:
    for text in texts.replace("\n", "").split("|"):
        hit = RULES.find(text.strip(), OWN)
        assert (hit.rule if hit else None) is rule, text.strip()


def test_accents_may_be_missing() -> None:
    hit = RULES.find("nao entendi", OWN)
    assert hit is not None and hit.rule is Rule.REPEAT


def test_in_a_story_only_short_sentences_are_rules() -> None:
    long = "ontem eu pedi para falar com um atendente e ninguém me respondeu até agora"
    assert RULES.find(long, OWN, story=True) is None
    assert RULES.find("quero um atendente", OWN, story=True) is not None


@pytest.mark.parametrize("text", ["só um minutinho", "espera aí", "deixa eu procurar", "peraí", "um momento por favor"])
def test_a_moment_is_asked_for(text: str) -> None:
    assert RULES.asks_for_time(text)


@pytest.mark.parametrize("text", ["não sei", "não tenho aqui comigo", "perdi o papel", "não lembro", "não faço ideia"])
def test_what_was_asked_for_is_not_at_hand(text: str) -> None:
    assert RULES.cannot_say(text)


@pytest.mark.parametrize("text", ["obrigado", "Muito obrigada!", "valeu mesmo", "tá bom, obrigada pela ajuda"])
def test_thanks_alone(text: str) -> None:
    assert RULES.only_thanks(text)


def test_more_than_thanks() -> None:
    assert not RULES.only_thanks("obrigado, e o frete?")
    assert not RULES.asks_for_time("qual o momento da entrega")
    assert not RULES.cannot_say("meu número é 4027")


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("cancela meu pedido e devolve meu dinheiro", ["cancela meu pedido", "devolve meu dinheiro"]),
        ("onde está meu pacote, quero trocar o endereço", ["onde está meu pacote", "quero trocar o endereço"]),
        ("quero uma lâmpada branca", []),
    ],
)
def test_two_wishes_in_one_sentence_are_parted(text: str, wishes: list[str]) -> None:
    assert parts(text, load("pt-BR").cues.seams) == wishes
