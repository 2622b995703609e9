from datetime import date
from decimal import Decimal

import pytest

from languages import load
from languages.entities import DigitsExpected, Prefer

FIND = load("pt-BR").find
TODAY = date(2026, 11, 18)  # a Wednesday
ANY = DigitsExpected()
CODE = DigitsExpected(letters=True)


@pytest.mark.parametrize(
    ("text", "expect", "value"),
    [
        ("o número é oito um quatro nove", None, "8149"),
        ("Meu pedido é o 7731, tá?", None, "7731"),
        ("meia meia zero três", ANY, "6603"),
        ("dois, nove, meia, um.", ANY, "2961"),
        ("duplo sete quatro um", ANY, "7741"),
        ("trinta e oito noventa e um", ANY, "3891"),
        ("dezesseis quarenta", ANY, "1640"),
        ("mil novecentos e oitenta e quatro", ANY, "1984"),
        ("cinco mil e vinte", ANY, "5020"),
        ("é cinco dois três, não, desculpa, cinco dois quatro", ANY, "524"),
        ("4 0 2 7", ANY, "4027"),
        ("40-27", ANY, "4027"),
        ("b de banana nove três", CODE, "B93"),
        ("XK204", ANY, "XK204"),
        ("zero zero sete", ANY, "007"),
        ("três três três, hum, nove", ANY, "3339"),
        ("queria saber de uma encomenda", None, None),
        ("não faço ideia", ANY, None),
        ("passa meia hora", None, None),
        ("", None, None),
    ],
)
def test_identifying_numbers(text: str, expect: DigitsExpected | None, value: str | None) -> None:
    found = FIND.digits(text, expect=expect)
    assert (found.value if found else None) == value


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("foram R$ 1.234,56 no cartão", "1234.56", "BRL"),
        ("R$48,50", "48.50", "BRL"),
        ("cinquenta reais e vinte centavos", "50.20", "BRL"),
        ("paguei trezentos e dezenove reais", "319", "BRL"),
        ("uns dois mil e quinhentos reais", "2500", "BRL"),
        ("um real e meio", "1.50", "BRL"),
        ("setenta e cinco centavos", "0.75", "BRL"),
        ("noventa e nove e noventa", "99.90", "BRL"),
        ("cento e vinte reais e cinco centavos", "120.05", "BRL"),
        ("deu 89,90", "89.90", "BRL"),
        ("quarenta dólares", "40", "USD"),
        ("US$ 15", "15", "USD"),
        ("mil reais", "1000", "BRL"),
        ("um milhão de reais", "1000000", "BRL"),
        ("duzentas libras", "200", "GBP"),
        ("cheguei há dois dias", None, None),
        ("vinte por cento", None, None),
        ("quero meu dinheiro", None, None),
    ],
)
def test_money(text: str, value: str | None, currency: str | None) -> None:
    found = FIND.amount(text, currency="BRL")
    assert (found.value if found else None) == (Decimal(value) if value else None)
    assert (found.currency if found else None) == currency


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("pode ser hoje mesmo", date(2026, 11, 18)),
        ("amanhã de manhã", date(2026, 11, 19)),
        ("depois de amanhã", date(2026, 11, 20)),
        ("foi anteontem", date(2026, 11, 16)),
        ("no dia vinte e dois", date(2026, 11, 22)),
        ("dia quinze de março", date(2027, 3, 15)),
        ("15/03", date(2027, 3, 15)),
        ("02/12/2026", date(2026, 12, 2)),
        ("sexta que vem", date(2026, 11, 20)),
        ("na próxima terça-feira", date(2026, 11, 24)),
        ("segunda-feira passada", date(2026, 11, 16)),
        ("domingo da semana que vem", date(2026, 11, 29)),
        ("há três dias", date(2026, 11, 15)),
        ("duas semanas atrás", date(2026, 11, 4)),
        ("daqui a dez dias", date(2026, 11, 28)),
        ("primeiro de dezembro", date(2026, 12, 1)),
        ("1º de maio de 2027", date(2027, 5, 1)),
        ("sete de setembro de dois mil e vinte e cinco", date(2025, 9, 7)),
        ("dia cinco do mês que vem", date(2026, 12, 5)),
        ("chegou no sábado", date(2026, 11, 14)),
        ("recebi dia doze de janeiro", date(2026, 1, 12)),
        ("31 de fevereiro", None),
        ("o mês passado", None),
        ("não lembro a data", None),
        ("comprei dois sapatos", None),
    ],
)
def test_days(text: str, day: date | None) -> None:
    found = FIND.date(
        text, TODAY, day_first=True, prefer=Prefer.FUTURE if "quinze" in text or "15" in text else Prefer.NEAREST
    )
    assert (found.value if found else None) == day


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("é onze nove oito sete sete um zero três meia dois", "+5511987710362"),
        ("(21) 3876-5432", "+552138765432"),
        ("meu celular é 11 98765-4321", "+5511987654321"),
        ("mais cinco cinco onze nove oito sete meia cinco quatro três dois um", "+5511987654321"),
        ("não tenho telefone", None),
    ],
)
def test_telephone_numbers(text: str, number: str | None) -> None:
    found = FIND.phone(text, "BR")
    assert (found.value if found else None) == number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("meu nome é Luciana Prado", "Luciana Prado"),
        ("aqui é o Marcos", "Marcos"),
        ("eu me chamo João Pedro dos Santos", "João Pedro dos Santos"),
        ("Beatriz Nogueira", "Beatriz Nogueira"),
        ("oi, aqui quem fala é a Dona Lúcia", "Lúcia"),
        ("Ana Clara de Souza e Silva", "Ana Clara de Souza e Silva"),
        ("quem é você", None),
        ("é Renata, R E N A T A", "Renata"),
        ("Tavares, T A V A R E Z", "Tavarez"),
        ("não quero dizer", None),
    ],
)
def test_names(text: str, value: str | None) -> None:
    found = FIND.name(text, expect=True)
    assert (found.value if found else None) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("carla ponto reis arroba exemplo ponto com ponto br", "carla.reis@exemplo.com.br"),
        ("é o bruno underline vinte e três arroba correio ponto org", "bruno_23@correio.org"),
        ("manda para Julia.Lima@Example.com por favor", "julia.lima@example.com"),
        ("não uso e-mail", None),
    ],
)
def test_email_addresses(text: str, value: str | None) -> None:
    found = FIND.email(text)
    assert (found.value if found else None) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("prefiro o azul", "azul"),
        ("a segunda opção", "verde"),
        ("o último", "vermelho"),
        ("não o azul, o verde", "verde"),
        ("número três", "vermelho"),
        ("tanto faz", None),
    ],
)
def test_choices(text: str, value: str | None) -> None:
    found = FIND.choice(text, ["azul", "verde", "vermelho"])
    assert (found.value if found else None) == value


@pytest.mark.parametrize(
    "text", ["é", "e" * 5000, "1." * 900, "R$", "dia", "meia", "@", "arroba ponto", "b de", "\x00ç", "mil mil mil"]
)
def test_whatever_is_said_no_finder_fails(text: str) -> None:
    for find in (FIND.digits, FIND.amount, FIND.email, FIND.name):
        find(text)
    FIND.digits(text, expect=ANY)
    FIND.date(text, TODAY)
    FIND.phone(text, "BR")
    FIND.choice(text, ["um", "dois"])
