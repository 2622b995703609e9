import pytest

from dialogue.expectation import AnswerKind, Expectation
from languages import load
from models.turn_words import Trailing
from voice.listening.backchannel import is_backchannel
from voice.listening.policy import is_yes_no, wait_for
from voice.listening.types import EndRule, Evidence

LANGUAGE = load("pt-BR")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("eu queria devolver uma luminária", Trailing.WHOLE),
        ("o número do pedido é", Trailing.LEAD_IN),
        ("eu comprei na loja de", Trailing.PREPOSITION),
        ("e também o", Trailing.DETERMINER),
        ("chegou ontem mas", Trailing.CONJUNCTION),
        ("quatro zero hum", Trailing.FILLER),
        ("só um minutinho", Trailing.HOLD),
        ("deixa eu ver aqui", Trailing.HOLD),
        ("bom dia, aqui é a Marina", Trailing.INTRODUCTION),
        ("a entreg-", Trailing.CUT),
        ("é", Trailing.WHOLE),
        ("acho que vai", Trailing.OPEN_WORD),
        ("", Trailing.NOTHING),
    ],
)
def test_the_last_words_tell_how_a_turn_trails_off(text: str, kind: Trailing) -> None:
    assert LANGUAGE.turns.trailing(text) is kind


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("oito um quatro nove", 4), ("meia zero", 2), ("trinta e oito noventa e um", 4), ("8149", 4),
        ("duplo três", 2), ("duzentos e cinco", 4), ("nenhum", 0), ("mil", 4),
    ],
)  # fmt: skip
def test_digits_are_counted_however_they_are_said(text: str, digits: int) -> None:
    assert LANGUAGE.turns.count_digits(text) == digits


@pytest.mark.parametrize(
    ("kind", "text", "rule"),
    [
        (AnswerKind.YES_NO, "isso mesmo", EndRule.ANSWER_COMPLETE),
        (AnswerKind.YES_NO, "não, obrigado", EndRule.ANSWER_COMPLETE),
        (AnswerKind.AMOUNT, "vinte reais", EndRule.ANSWER_COMPLETE),
        (AnswerKind.AMOUNT, "vinte", EndRule.UNSURE),
        (AnswerKind.DATE, "na sexta-feira", EndRule.ANSWER_COMPLETE),
        (AnswerKind.DATE, "dia quinze de março", EndRule.ANSWER_COMPLETE),
        (AnswerKind.EMAIL, "ana arroba exemplo ponto com", EndRule.ANSWER_COMPLETE),
        (AnswerKind.EMAIL, "ana arroba exemplo", EndRule.INCOMPLETE_TIMEOUT),
        (AnswerKind.NAME, "claro", EndRule.INCOMPLETE_TIMEOUT),
    ],
)
def test_a_turn_ends_when_its_answer_is_whole(kind: AnswerKind, text: str, rule: EndRule) -> None:
    evidence = Evidence(span=1, text=text, confidence=0.8, turn_probability=0.5)
    assert wait_for(evidence, Expectation(kind=kind), LANGUAGE).rule is rule


def test_a_number_ends_with_its_last_digit() -> None:
    asked = Expectation(kind=AnswerKind.DIGITS, min_length=4, max_length=4)
    whole = Evidence(span=1, text="oito um quatro meia", confidence=0.8, turn_probability=0.1)
    part = Evidence(span=1, text="oito um", confidence=0.8, turn_probability=0.9)
    assert wait_for(whole, asked, LANGUAGE).rule is EndRule.ANSWER_COMPLETE
    assert wait_for(part, asked, LANGUAGE).rule is EndRule.INCOMPLETE_TIMEOUT


@pytest.mark.parametrize("text", ["uhum", "tá", "sei, sei", "ah, entendi", "é", ""])
def test_a_murmur_leaves_the_floor_to_the_bot(text: str) -> None:
    assert is_backchannel(text, LANGUAGE)


@pytest.mark.parametrize("text", ["não, espera", "mas eu não pedi isso", "quanto custa"])
def test_words_claim_the_floor(text: str) -> None:
    assert not is_backchannel(text, LANGUAGE)


def test_a_short_yes_or_no_is_known() -> None:
    assert is_yes_no("ah, pode sim", LANGUAGE) and is_yes_no("nem pensar", LANGUAGE)
    assert not is_yes_no("qual pedido", LANGUAGE)
