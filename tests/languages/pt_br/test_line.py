"""A line in Portuguese from its folder to the end of a conversation: loaded, checked, talked to, read aloud."""

import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dialogue.dialogue import Dialogue
from dialogue.lines.load import LineError, load_line
from dialogue.lines.types import Line
from dialogue.types import CallerTurn
from languages import load
from service.cli import app
from tests.dialogue.talk import RESULTS, Talk
from voice.speaking.fixed_prompts import fixed_prompts

FOLDER = Path(__file__).parent / "line"

BILL = """
BOT: Olá, aqui é a Vela Energia. Como posso ajudar?
CALLER: quero a segunda via da conta [segunda_via]
BOT: Claro. Qual é o número do contrato?
CALLER: quatro zero meia dois
BOT: Eu ouvi #4062. Está certo?
CALLER: isso mesmo
BOT: E para quando é o vencimento?
CALLER: sexta que vem
TOOL: buscar_fatura contrato=4062 vencimento=2026-11-27 -> fatura
BOT: A fatura é de R$ 48,50 e vence na sexta-feira. Posso ajudar com mais alguma coisa?
CALLER: não, era só isso, obrigada
BOT: A Vela agradece. Tchau!
END: goodbye
"""
DOUBTS = """
BOT: Olá, aqui é a Vela Energia. Como posso ajudar?
CALLER: não recebi o boleto [segunda_via]
BOT: Claro. Qual é o número do contrato?
CALLER: só um minutinho, deixa eu pegar
BOT: Fique à vontade.
CALLER: quarenta e um vinte e três
BOT: Eu ouvi #4123. Está certo?
CALLER: não, é quatro um dois quatro
BOT: É #4124, certo?
CALLER: pode repetir?
BOT: Claro. É #4124, certo?
CALLER: aham
BOT: E para quando é o vencimento?
CALLER: dia três de dezembro
TOOL: buscar_fatura contrato=4124 vencimento=2026-12-03 -> nenhuma
BOT: Não encontrei essa fatura. Posso ajudar com mais alguma coisa?
CALLER: quero falar com um atendente
BOT: Claro. Vou passar você para um atendente. Um momento, por favor.
HUMAN: caller_asked
"""
BESIDE = """
BOT: Olá, aqui é a Vela Energia. Como posso ajudar?
CALLER: esta ligação está sendo gravada?
BOT: As ligações podem ser gravadas, para acompanharmos como foram. Como posso ajudar?
CALLER: vocês estão atendendo agora?
BOT: Sim, a nossa equipe atende hoje até as 18:00. O que posso fazer por você?
CALLER: por favor não me transfere pra ninguém
BOT: Tudo bem, continuo com você. É sobre o quê?
CALLER: minha mãe faleceu e eu preciso da segunda via da conta [segunda_via]
BOT: Meus sentimentos pela sua perda. Claro. Qual é o número do contrato?
CALLER: espera aí, deixa eu procurar
BOT: Fique à vontade.
SILENCE: 1
CALLER: quatro um dois quatro
BOT: Eu ouvi #4124. Está certo?
"""


@pytest.fixture(scope="module")
def line() -> Line:
    return load_line(FOLDER)


@pytest.fixture(autouse=True)
def bills(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RESULTS, "fatura", {"found": True, "valor": Decimal("48.50")})
    monkeypatch.setitem(RESULTS, "nenhuma", {"found": False, "valor": None})


@pytest.mark.parametrize("script", [BILL, DOUBTS, BESIDE])
def test_a_conversation_in_portuguese(line: Line, script: str) -> None:
    assert Talk(Dialogue(line)).run(script) == script.strip()


def test_the_line_is_checked_by_the_command() -> None:
    result = CliRunner().invoke(app, ["line", "check", str(FOLDER)])
    assert result.exit_code == 0, result.output


def test_what_is_said_is_in_portuguese_and_can_be_read_aloud(line: Line) -> None:
    assert line.language is load("pt-BR")
    prompts = fixed_prompts(line)
    assert "A Vela agradece." in prompts and "Obrigado por ligar." not in prompts
    assert line.language.read.as_spoken("A fatura é de R$ 48,50.") == (
        "A fatura é de quarenta e oito reais e cinquenta centavos."
    )


def test_a_chat_in_portuguese_does_not_speak_of_hearing(line: Line) -> None:
    talk = Talk(Dialogue(line, written=True))
    talk.start()
    talk.say("quero a segunda via", "segunda_via")
    talk.say("4062")
    assert talk.transcript[-1] == "BOT: Eu li #4062. Está certo?"


def test_an_article_is_found_by_its_words(line: Line) -> None:
    talk = Talk(Dialogue(line))
    talk.start()
    talk._note(talk.dialogue.caller_said(talk._state(), _unclassified("como faço uma ligação nova?")))
    assert talk.transcript[-1].startswith("BOT: A ligação nova fica pronta em três dias úteis.")


def test_a_language_that_is_not_there_is_a_mistake_of_the_line(tmp_path: Path) -> None:
    folder = tmp_path / "vela"
    shutil.copytree(FOLDER, folder)
    text = (folder / "line.yaml").read_text(encoding="utf-8")
    (folder / "line.yaml").write_text(text.replace("language: pt-BR", "language: pt-PT"), encoding="utf-8")
    with pytest.raises(LineError) as caught:
        load_line(folder)
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == ("line.yaml", 4)
    assert "pt-PT" in problem.message and "pt-BR" in problem.message


def _unclassified(text: str) -> CallerTurn:
    return CallerTurn(text=text)
