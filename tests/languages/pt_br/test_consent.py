"""Agreement to a proposal in Brazilian Portuguese, by kind: what is a clear yes as a whole, and what never is one."""

import pytest

from languages import load
from languages.consent import Agreement

CONSENT = load("pt-BR").consent
PROPOSAL = "Posso cancelar o pedido 4027?"


def sentences(text: str) -> list[str]:
    return [sentence.strip() for sentence in text.strip().split("|")]


@pytest.mark.parametrize(
    "text",
    sentences("""
    Sim. | Sim, por favor. | É isso aí. | Pode cancelar. | Pode, sim. | Isso mesmo, pode cancelar. | Tá. |
    Tá bom, pode fazer. | Ok. | Quero sim, cancela por favor. | Vai em frente. | Com certeza, moço. | Autorizo. |
    Beleza, obrigado. | Cancela o meu pedido, por favor. | Sim, pode cancelar o pedido 4027. | Por mim tudo bem. |
    Tá, pode ser. | Eu quero que você cancele, sim. | Aceito, muito obrigada. | Sem problema, pode cancelar.
    """),
)
def test_a_turn_that_agrees_and_does_nothing_else(text: str) -> None:
    assert CONSENT.read(text, PROPOSAL) is Agreement.CLEAR


KINDS = {
    "asks": "Quanto custa? | Tá, e quanto é isso? | Cancelar? | Sim, mas por quê?",
    "condition": "Se for de graça, sim. | Sim, desde que devolvam o dinheiro. | Só se for hoje.",
    "put off": "Sim, mas não agora. | Depois eu vejo. | Sim, só que amanhã. | Ainda não.",
    "patience": "Peraí. | Tá, um minutinho. | Calma.",
    "taken back": "Sim, espera, não. | Sim, por favor não cancele. | Pode... ai não, não cancela.",
    "denied": "Não. | Não, obrigada. | Claro que não. | Melhor não. | Nem pensar. | Não cancela não.",
    "unsure": "Talvez. | Não sei. | Acho que sim. | Quem sabe.",
    "repeated": "Tá tá tá. | Ok ok. | Sei, sei. | Sim sim sim.",
    "another value": "Sim, o 4028. | Sim, o outro pedido.",
    "listening": "Entendi. | Sim, entendi. | Sei. | Ah tá. | Uhum.",
    "reported": "Ele disse que sim. | Eu nunca disse sim.",
    "keeps": "Sem problema, deixa como está. | Prefiro ficar com ele. | Sem problema.",
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_clear_yes(kind: str) -> None:
    assert [text for text in sentences(KINDS[kind]) if CONSENT.read(text, PROPOSAL) is Agreement.CLEAR] == []


@pytest.mark.parametrize("text", ["Não.", "Não, obrigada.", "Deixa como está.", "Não cancele.", "Melhor não."])
def test_a_no_is_a_no(text: str) -> None:
    assert CONSENT.read(text, PROPOSAL) is Agreement.REFUSED


@pytest.mark.parametrize("text", ["Sim, espera, não.", "Pode cancelar. Ai não, não cancela."])
def test_a_yes_that_ends_in_a_no_is_taken_back(text: str) -> None:
    assert CONSENT.read(text, PROPOSAL) is Agreement.TAKEN_BACK


@pytest.mark.parametrize(
    ("text", "back"),
    [("Não, para!", True), ("Espera, não!", False), ("Desfaz isso.", True), ("Não.", False)],
)  # fmt: skip
def test_what_calls_a_change_back(text: str, back: bool) -> None:
    assert CONSENT.calls_back(text, PROPOSAL) is back


@pytest.mark.parametrize("asked", ["Posso cancelar?", "Quer que eu cancele?", "Vou cancelar, tá bom?"])
@pytest.mark.parametrize("text", ["Pode cancelar.", "Cancela, por favor.", "Sim, cancele."])
def test_a_verb_agrees_in_whichever_form(asked: str, text: str) -> None:
    assert CONSENT.read(text, asked) is Agreement.CLEAR
