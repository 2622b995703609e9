import re
from datetime import date
from decimal import Decimal

import pytest

from languages import load

LANGUAGE = load("pt-BR")
READ, WRITE = LANGUAGE.read, LANGUAGE.write
TODAY = date(2026, 11, 23)  # a Monday


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("São R$ 48,50.", "São quarenta e oito reais e cinquenta centavos."),
        ("R$ 1.234,56", "mil duzentos e trinta e quatro reais e cinquenta e seis centavos"),
        ("R$ 1", "um real"),
        ("R$ 0,01", "um centavo"),
        ("R$ 2.000.000", "dois milhões de reais"),
        ("€ 21", "vinte e um euros"),
        ("£ 200", "duzentas libras"),
        ("US$ 3", "três dólares"),
        ("pedido 4027", "pedido quatro zero dois sete"),
        ("#86", "oito meia"),
        ("Chega em 15/03.", "Chega em quinze de março."),
        ("1º de maio", "primeiro de maio"),
        ("dia 24 de novembro", "dia vinte e quatro de novembro"),
        ("2026-11-24", "terça-feira, vinte e quatro de novembro"),
        ("às 14h30", "às quatorze e trinta"),
        ("às 9h", "às nove horas"),
        ("das 08:00 às 18:15", "das oito horas às dezoito e quinze"),
        ("20 %", "vinte por cento"),
        ("3,5 quilos", "três vírgula cinco quilos"),
        ("1.200 peças", "mil e duzentos peças"),
        ("1.000.001", "um milhão e um"),
        ("2.345", "dois mil trezentos e quarenta e cinco"),
        ("ana@exemplo.com", "ana arroba exemplo ponto com"),
        ("+5511987654321", "mais cinco cinco um, um nove oito, sete meia cinco, quatro três dois, um"),
        ("Troca & devolução", "Troca e devolução"),
        ("Sem números.", "Sem números."),
    ],
)
def test_text_is_read_as_people_read_it(written: str, spoken: str) -> None:
    assert READ.as_spoken(written) == spoken


@pytest.mark.parametrize(
    "text", ["", "99/99", "R$", "25:99", "1.2.3.4", "0001", "9" * 40, "R$ 12.34", "#", "7h99", "12,345,678"]
)
def test_odd_text_is_read_without_failing_and_without_digits(text: str) -> None:
    assert not re.search(r"[0-9]", READ.as_spoken(text))


def test_sentences_end_at_full_stops_but_not_at_abbreviations() -> None:
    assert READ.sentences("Fale com o Sr. Souza. Pode ser? Tchau!") == ["Fale com o Sr. Souza.", "Pode ser?", "Tchau!"]


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        ("48.50", "BRL", "R$ 48,50"),
        ("30", "BRL", "R$ 30"),
        ("12345.60", "BRL", "R$ 12.345,60"),
        ("9.99", "USD", "US$ 9,99"),
        ("5", "CHF", "5 CHF"),
    ],
)
def test_money_is_written(amount: str, currency: str, written: str) -> None:
    assert WRITE.money(Decimal(amount), currency) == written


@pytest.mark.parametrize(
    ("day", "written", "on"),
    [
        (date(2026, 11, 22), "ontem", "ontem"),
        (date(2026, 11, 23), "hoje", "hoje"),
        (date(2026, 11, 24), "amanhã", "amanhã"),
        (date(2026, 11, 27), "sexta-feira", "na sexta-feira"),
        (date(2026, 11, 28), "sábado", "no sábado"),
        (date(2026, 12, 1), "1º de dezembro", "no dia 1º de dezembro"),
        (date(2028, 1, 3), "3 de janeiro de 2028", "no dia 3 de janeiro de 2028"),
    ],
)
def test_days_are_written(day: date, written: str, on: str) -> None:
    assert WRITE.day(day, TODAY, month_first=False) == written
    assert WRITE.on_day(day, TODAY, month_first=False) == on


def test_other_values_are_written() -> None:
    assert WRITE.number(2.5) == "2,5" and WRITE.number(3.0) == "3"
    assert WRITE.alternatives(["trocas"]) == "trocas"
    assert WRITE.alternatives(["trocas", "entregas", "vales"]) == "trocas, entregas ou vales"


def test_every_built_in_sentence_can_be_read_aloud() -> None:
    for manner in (LANGUAGE.sentences.warm, LANGUAGE.sentences.plain, LANGUAGE.sentences.formal):
        for texts in manner.values():
            for text in texts:
                assert READ.sentences(text) and READ.as_spoken(text)


@pytest.mark.parametrize(("number", "words"), [
    (0, "zero"), (6, "seis"), (14, "quatorze"), (21, "vinte e um"), (100, "cem"), (101, "cento e um"),
    (999, "novecentos e noventa e nove"),
    (1000, "mil"), (1001, "mil e um"), (1100, "mil e cem"), (1999, "mil novecentos e noventa e nove"),
    (2026, "dois mil e vinte e seis"),
    (100_000, "cem mil"), (350_200, "trezentos e cinquenta mil e duzentos"), (1_000_000, "um milhão"),
    (4_250_000, "quatro milhões duzentos e cinquenta mil"),
])  # fmt: skip
def test_what_is_read_out_is_understood_again(number: int, words: str) -> None:
    assert READ.as_spoken(f"{number:,}".replace(",", ".")) == words
    found = LANGUAGE.find.amount(f"{words} {'de ' if number and number % 10**6 == 0 else ''}reais")
    assert found is not None and found.value == number


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Seu saldo é -R$ 12,50.", "Seu saldo é menos doze reais e cinquenta centavos."),
        (
            "R$ 1.299,00 ou 29,99 €",
            "mil duzentos e noventa e nove reais ou vinte e nove euros e noventa e nove centavos",
        ),
        ("Ligue 190 agora.", "Ligue um nove zero agora."),
        ("de 3-5 dias", "de três a cinco dias"),
        ("até 25 nov.", "até vinte e cinco de novembro"),
        ("Av. Paulista, nº 1000", "Avenida Paulista, número mil"),
        ("Veja www.loja.com.br/trocas", "Veja loja ponto com ponto B R, barra trocas"),
        ("500 ml", "quinhentos mililitros"),
        ("Pronto! 🎉", "Pronto!"),
        ("李明", ""),
    ],
)
def test_signs_ranges_short_forms_and_links_are_said_and_pictures_are_not(written, spoken):
    assert READ.as_spoken(written) == spoken
