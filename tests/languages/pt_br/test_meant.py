"""What a number is, and which of two values is meant, in Portuguese."""

import pytest

from languages import load
from languages.entities import DigitsExpected

FIND = load("pt-BR").find
FOUR = DigitsExpected(min_length=4, max_length=4)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("meu pedido 4027 não chegou", "4027"),
        ("onde está o pedido quatro zero dois sete", "4027"),
        ("o número do pedido é 4027", "4027"),
        ("4027", "4027"),
        ("cancelar o 4027", "4027"),
        ("problema com o 4027", "4027"),
        ("pedido 2025", "2025"),
        ("a fatura 4027 de 2024", "4027"),
        ("paguei 1500 reais", None),
        ("paguei 29,99", None),
        ("comprei em 2025", None),
        ("sou cliente desde 1998", None),
        ("moro na rua das Flores 4027", None),
        ("era para chegar às 1430", None),
        ("meu telefone é 11987654321", None),
        ("cep 01310100", None),
        ("quero 12 lâmpadas", None),
        ("tenho 34 anos", None),
    ],
)
def test_a_number_counts_where_it_names_something(text: str, value: str | None) -> None:
    found = FIND.digits(text)
    assert (found.value if found else None) == value


@pytest.mark.parametrize("text", ["desde 1998", "comprei em 2025", "às 1430", "4027 reais"])
def test_what_is_something_else_does_not_answer_the_question(text: str) -> None:
    assert FIND.digits(text, expect=FOUR) is None


SENTENCES = (
    "não é {a}, é {b}", "não {a}, mas {b}", "{a} está errado, é {b}", "{a}, não, {b}", "{b}, não {a}",
    "{b} em vez de {a}", "eu disse {a} mas é {b}", "{a}, aliás, {b}", "{a} não, {b}", "{a}, quer dizer, {b}",
)  # fmt: skip


@pytest.mark.parametrize("sentence", SENTENCES)
def test_what_is_denied_never_counts(sentence: str) -> None:
    number = FIND.digits(sentence.format(a="5512", b="5521"), expect=FOUR)
    assert number is not None and number.value == "5521"
    choice = FIND.choice(sentence.format(a="azul", b="verde"), ["azul", "verde"])
    assert choice is not None and choice.value == "verde"


@pytest.mark.parametrize(
    ("text", "value", "right"),
    [
        ("o terceiro é cinco", "4027", "4057"),
        ("termina em quatro", "4027", "4024"),
        ("não é nove, é cinco", "4097", "4057"),
        ("b de bola", "D402", "B402"),
        ("o último é oito", "4027", "4028"),
        ("não, está errado", "4027", None),
    ],
)
def test_one_character_is_corrected(text: str, value: str, right: str | None) -> None:
    assert FIND.mend(text, value) == right


@pytest.mark.parametrize(
    ("text", "value"),
    [("este mesmo", "+5511999990000"), ("o número de que estou ligando", "+5511999990000"), ("outro número", None)],
)
def test_the_number_that_the_caller_speaks_from(text: str, value: str | None) -> None:
    found = FIND.phone(text, "BR", own="+5511999990000")
    assert (found.value if found else None) == value
