import pytest

from languages import load
from languages.entities import Answer

YES_NO = load("pt-BR").yes_no


@pytest.mark.parametrize(
    "text",
    """sim|Sim, senhora.|é|É isso aí.|isso|Isso mesmo!|claro|claro que sim|pode ser|pode sim|aham|uhum|com certeza|
    tá bom|tá certo, pode mandar|está correto|exatamente|perfeito|confirmo|quero sim|fechado|combinado então|beleza|ok|
    não tem problema|sem problema|por que não?|acho que sim|pois não|é sim|correto|positivo|certinho|sim, por favor|
    não, isso mesmo|ah, tá, pode ser|ótimo|bora|ah é|tá joia|por mim tudo bem|é esse mesmo""".replace("\n", "").split(
        "|"
    ),
)
def test_a_yes(text: str) -> None:
    assert YES_NO.decide(text.strip()) is True


@pytest.mark.parametrize(
    "text",
    """não|Não, obrigada.|claro que não|nem pensar|de jeito nenhum|acho que não|ainda não|agora não|não quero|
    não precisa|negativo|errado|tá errado|isso não|nada disso|nunca|melhor não|não é isso|não, não é|prefiro que não|
    ah não|nao|também não|de forma alguma|
    nem a pau|que nada|de jeito maneira""".replace("\n", "").split("|"),
)
def test_a_no(text: str) -> None:
    assert YES_NO.decide(text.strip()) is False


@pytest.mark.parametrize(
    "text", ["não sei", "talvez", "sei lá, viu", "sei não", "depende", "mais ou menos", "não tenho certeza"]
)
def test_neither(text: str) -> None:
    assert YES_NO.decide(text) is None
    found = YES_NO.find(text)
    assert found is not None and found.value is Answer.UNSURE


@pytest.mark.parametrize(
    "text",
    [
        "qual é o prazo de entrega", "é que eu comprei um abajur", "bom dia", "o pedido está demorando demais",
        "me fala o valor", "", "quero saber do meu pedido",
    ],
)  # fmt: skip
def test_no_answer(text: str) -> None:
    assert YES_NO.decide(text) is None
