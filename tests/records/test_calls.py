"""What is kept of a call survives repetition, other threads, other processes and their death."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from models.errors import FirstlineError
from records.calls import CallRepository, KeptCall, KeptDecision, KeptFact
from records.database import Database

FACT = KeptFact(kind="carrier_status", number=0, detail="ringing")


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
    database.create_all()
    yield database
    database.close()


@pytest.fixture
def calls(database: Database) -> CallRepository:
    return CallRepository(database)


def decision(step: str, number: int = 1) -> KeptDecision:
    return KeptDecision(question="q", step=step, number=number, decided_s=5.0)


def test_a_call_is_kept_once_and_the_first_word_stands(calls: CallRepository) -> None:
    assert calls.open_call(kept_call()) == kept_call()
    assert calls.open_call(kept_call(line="other")).line == "shop"
    assert calls.call("CA1") == kept_call() and calls.call("CA2") is None


def test_the_same_fact_twice_is_one_fact(calls: CallRepository) -> None:
    assert calls.note("CA1", FACT, 1.0) and not calls.note("CA1", FACT, 2.0)
    assert calls.facts("CA1") == [FACT] and calls.facts("CA2") == []


def test_an_end_closes_the_call(calls: CallRepository) -> None:
    for n, call_id in enumerate(("CA1", "CA2", "CA3")):
        calls.open_call(kept_call(call_id, created_s=float(n)))
    calls.note("CA2", KeptFact(kind="carrier_status", number=0, detail="completed"), 9.0, ends_call=True)
    assert [call.call_id for call in calls.open_calls(10.0)] == ["CA1", "CA3"]
    assert [call.call_id for call in calls.open_calls(1.0)] == ["CA1"]


def test_a_question_is_decided_once(calls: CallRepository) -> None:
    assert calls.decide("CA1", "q", lambda facts, made: decision("answer")) == decision("answer")
    assert calls.decide("CA1", "q", lambda facts, made: decision("busy")) == decision("answer")
    assert calls.decisions("CA1") == [decision("answer")]


def test_a_question_without_an_answer_keeps_nothing(calls: CallRepository) -> None:
    assert calls.decide("CA1", "q", lambda facts, made: None) is None
    assert calls.decisions("CA1") == []


def test_many_at_once_get_the_same_decision_and_one_uses_the_token(calls: CallRepository) -> None:
    with ThreadPoolExecutor(8) as pool:
        decided = list(pool.map(lambda n: calls.decide("CA1", "q", lambda f, m: decision("s", n)), range(16)))
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
        "from records.calls import CallRepository, KeptFact\n"
        "from records.database import Database\n"
        f"database = Database({database_url!r})\n"
        "database.create_all()\n"
        "calls = CallRepository(database)\n"
        "calls.use_token('t', 100.0, 1.0)\n"
        "calls.note('CA1', KeptFact(kind='stream_started', number=1, detail=''), 1.0)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = Path(__file__).parents[2]
    killed = subprocess.run(
        [sys.executable, "-c", program], cwd=root, timeout=60, check=False, env={**os.environ, "PYTHONPATH": str(root)}
    )
    assert killed.returncode == -signal.SIGKILL
    calls = CallRepository(Database(database_url))
    assert not calls.use_token("t", 100.0, 2.0)
    assert calls.facts("CA1") == [KeptFact(kind="stream_started", number=1, detail="")]


def test_a_database_that_fails_is_a_typed_error(database: Database, calls: CallRepository) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE carrier_call_facts")
    with pytest.raises(FirstlineError) as caught:
        calls.facts("CA1")
    assert caught.value.code == "store_failed"
