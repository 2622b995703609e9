"""What is kept of a call survives repetition, other threads, other processes and their death."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from interactions.facts import CallFact, Decision, FactKind, Step
from interactions.transfer import TransferRequest
from interactions.vocabulary import TransferReason
from models.errors import FirstlineError
from records.calls import CallRepository, KeptCall, KnownCall
from records.database import Database
from records.schema import migrate

FACT = CallFact(kind=FactKind.CARRIER_STATUS, detail="ringing")


def kept_call(call_id: str = "CA1", created_s: float = 1.0, **changes: object) -> KeptCall:
    values: dict[str, object] = {
        "call_id": call_id,
        "line": "shop",
        "pii_caller_number": "+15550199",
        "called_number": "+15550100",
        "caller_verified": False,
        "created_s": created_s,
    }
    return KeptCall(**{**values, **changes})  # type: ignore[arg-type]


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    migrate(database)
    yield database
    database.close()


@pytest.fixture
def calls(database: Database) -> CallRepository:
    return CallRepository(database)


def decision(step: Step, number: int = 1) -> Decision:
    return Decision(question="q", step=step, number=number, decided_s=5.0)


def ask(calls: CallRepository, made: Decision | None, opens: KeptCall | None = None) -> Decision | None:
    return calls.advance("CA1", now_s=1.0, question="q", decide=lambda known: made, opens=opens).decision


def opened(calls: CallRepository, call: KeptCall) -> None:
    calls.advance(call.call_id, now_s=1.0, question="q", decide=lambda known: decision(Step.ANSWER), opens=call)


def test_a_call_is_kept_once_and_the_first_word_stands(calls: CallRepository) -> None:
    opened(calls, kept_call())
    opened(calls, kept_call(line="other"))
    assert calls.call("CA1") == kept_call() == calls.known("CA1").call and calls.call("CA2") is None


def test_the_same_fact_twice_is_one_fact(calls: CallRepository) -> None:
    first = calls.advance("CA1", now_s=1.0, facts=[FACT, FACT])
    again = calls.advance("CA1", now_s=2.0, facts=[FACT])
    assert first.before.facts == () and first.known.facts == (FACT,) == again.before.facts == again.known.facts
    assert calls.known("CA1").facts == (FACT,) and calls.known("CA2").facts == ()


def test_the_case_of_a_transfer_is_kept_with_its_fact(calls: CallRepository) -> None:
    case = TransferRequest(reason=TransferReason.ANGER, summary="The lamp is broken, twice.")
    ended = CallFact(kind=FactKind.STREAM_ENDED, number=1, detail="transferred", transfer=case)
    calls.advance("CA1", now_s=1.0, facts=[ended])
    (kept,) = calls.known("CA1").facts
    assert kept.transfer == case


def test_an_end_closes_the_call(calls: CallRepository) -> None:
    for n, call_id in enumerate(("CA1", "CA2", "CA3")):
        opened(calls, kept_call(call_id, created_s=float(n)))
    ended = CallFact(kind=FactKind.CARRIER_STATUS, detail="completed")
    calls.advance("CA2", now_s=9.0, facts=[ended], ends_call=True)
    assert [call.call_id for call in calls.open_calls(10.0)] == ["CA1", "CA3"]
    assert [call.call_id for call in calls.open_calls(1.0)] == ["CA1"]


def test_a_question_is_decided_once_and_knows_what_came_along(calls: CallRepository) -> None:
    seen: list[KnownCall] = []

    def decide(known: KnownCall) -> Decision:
        seen.append(known)
        return decision(Step.ANSWER)

    made = calls.advance("CA1", now_s=1.0, facts=[FACT], question="q", decide=decide, opens=kept_call())
    assert seen == [KnownCall(call=kept_call(), facts=(FACT,))] and made.before == KnownCall()
    assert made.known == calls.known("CA1") and made.decision == decision(Step.ANSWER)
    again = calls.advance("CA1", now_s=1.0, question="q", decide=lambda known: decision(Step.BUSY))
    assert again.decision == decision(Step.ANSWER) and again.before == again.known


def test_a_question_without_an_answer_keeps_nothing(calls: CallRepository) -> None:
    assert ask(calls, None, opens=kept_call()) is None
    assert calls.known("CA1") == KnownCall()


def test_many_at_once_get_the_same_decision_and_one_uses_the_token(calls: CallRepository) -> None:
    with ThreadPoolExecutor(8) as pool:
        decided = list(pool.map(lambda n: ask(calls, decision(Step.DIAL, n)), range(16)))
        used = list(pool.map(lambda n: calls.use_token("t", 100.0, 1.0), range(16)))
    assert len({item.number for item in decided if item}) == 1 and sorted(used) == [False] * 15 + [True]


def test_a_token_is_forgotten_only_long_after_it_expired(calls: CallRepository) -> None:
    assert calls.use_token("t", expires_s=100.0, now_s=50.0)
    assert not calls.use_token("t", expires_s=100.0, now_s=3000.0)
    assert calls.use_token("other", expires_s=9000.0, now_s=4000.0)
    assert calls.use_token("t", expires_s=100.0, now_s=4000.0)


def test_what_was_kept_is_there_after_the_process_was_killed(database_url: str) -> None:
    program = (
        "import os, signal\n"
        "from interactions.facts import CallFact, FactKind\n"
        "from records.calls import CallRepository\n"
        "from records.database import Database\n"
        "from records.schema import migrate\n"
        f"database = Database({database_url!r})\n"
        "migrate(database)\n"
        "calls = CallRepository(database)\n"
        "calls.use_token('t', 100.0, 1.0)\n"
        "calls.advance('CA1', now_s=1.0, facts=[CallFact(kind=FactKind.STREAM_STARTED, number=1)])\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = Path(__file__).parents[2]
    killed = subprocess.run(
        [sys.executable, "-c", program], cwd=root, timeout=60, check=False, env={**os.environ, "PYTHONPATH": str(root)}
    )
    assert killed.returncode == -signal.SIGKILL
    calls = CallRepository(Database(database_url))
    assert not calls.use_token("t", 100.0, 2.0)
    assert calls.known("CA1").facts == (CallFact(kind=FactKind.STREAM_STARTED, number=1),)


def test_a_database_that_fails_is_a_typed_error(database: Database, calls: CallRepository) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE carrier_call_facts")
    with pytest.raises(FirstlineError) as caught:
        calls.known("CA1")
    assert caught.value.code == "store_failed"
