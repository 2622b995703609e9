"""What a conversation on a sample line keeps: any process may make a turn, and the case tells the truth."""

from datetime import date
from pathlib import Path

import pytest

from dialogue.lines.load import load_line
from interactions.transfer import TransferRequest
from service.sandbox import create_app
from tests.dialogue.test_state_json import Forgetful
from tests.lines.sandbox_talk import SandboxTalk, talk_on
from tests.lines.test_conversations import LINES, TRANSCRIPTS

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_turn_may_be_made_by_another_process(path: Path, tmp_path: Path) -> None:
    line = load_line(LINES / path.parent.name)
    sandbox = create_app(tmp_path / "sandbox.db", today=lambda: TODAY)
    written = path.read_text("utf-8").strip()
    assert SandboxTalk(Forgetful(line), line=line, sandbox=sandbox).run(written) == written


def case_of(tmp_path: Path, *script: str) -> str:
    line = load_line(LINES / "clinic")
    talk = talk_on(line, create_app(tmp_path / "sandbox.db", today=lambda: TODAY))
    talk.run("\n".join(("START", "CALLER: when is my appointment [my_visits]", *script)))
    assert talk.turn is not None
    [transfer] = [action for action in talk.turn.actions if isinstance(action, TransferRequest)]
    return transfer.summary


RIGHT = ("CALLER: twelfth of March 1984", "CALLER: SW1A 2AA")
WRONG = ("CALLER: twelfth of March 1985", "CALLER: SW1A 2AA")
HUMAN = "CALLER: I want to talk to a person"


def test_the_case_tells_what_an_identity_was_checked_by_and_how_often_it_failed(tmp_path: Path) -> None:
    assert "Identity: checked by date of birth and postcode\n" in case_of(tmp_path / "1", *RIGHT, HUMAN)
    assert "postcode, after 1 failed try\n" in case_of(tmp_path / "2", *WRONG, *RIGHT, HUMAN)
    assert "Identity: not established; 1 failed try\n" in case_of(tmp_path / "3", *WRONG, HUMAN)
    failed = case_of(tmp_path / "4", *WRONG, *WRONG)
    assert "Identity: not established; 2 failed tries\n" in failed
    assert failed.endswith("Transferred because: the caller's identity could not be checked")
    assert "Identity" not in case_of(tmp_path / "5", HUMAN)


def test_an_answer_that_is_corrected_has_the_identity_checked_again(tmp_path: Path) -> None:
    line = load_line(LINES / "clinic")
    talk = talk_on(line, create_app(tmp_path / "sandbox.db", today=lambda: TODAY))
    talk.run("\n".join(("START", "CALLER: when is my appointment [my_visits]", *RIGHT)))
    assert talk.turn is not None and talk.turn.state.identities["patient"].values["name"] == "Grace Whitfield"
    talk.run("START: resume with state\nCALLER: no I meant the 30th of November 1951")
    identity = talk.turn.state.identities["patient"]
    assert identity.values is None or identity.values["name"] != "Grace Whitfield"
