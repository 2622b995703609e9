from collections.abc import Iterator
from datetime import date

import pytest

from service.sandbox_world import SandboxWorld
from service.tool_client import SANDBOX_URL, make_tool_client


@pytest.fixture
def world() -> Iterator[SandboxWorld]:
    made = SandboxWorld(date(2026, 11, 23))
    yield made
    made.close()


async def test_what_a_call_changed_is_seen_and_set_back(world: SandboxWorld) -> None:
    first = world.snapshot()
    async with make_tool_client(world.app) as client:
        answer = await client.post(f"{SANDBOX_URL}/orders/4028/cancellations", headers={"Idempotency-Key": "k"})
        assert answer.status_code == 200
        changed = world.snapshot()
        assert changed["orders/4028"]["status"] == "cancelled" and "refunds/R00001" in changed
        world.reset()
        assert world.snapshot() == first
        again = await client.post(f"{SANDBOX_URL}/orders/4028/cancellations", headers={"Idempotency-Key": "k"})
        assert again.status_code == 200 and world.snapshot() == changed
