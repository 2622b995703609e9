"""The REST side, asked by the vendor's own client over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from simulator.rest import make_rest_app, serve_rest
from simulator.scenario import DialBehaviour, DialOutcome, NeverSpeak, Scenario
from simulator.simulator import Simulator
from simulator.webhooks import Credentials, Service
from tests.simulator.service import PUBLIC
from tests.simulator.test_virtual_calls import Site

ACCOUNT = Credentials(api_key="SK" + "1" * 32, api_secret="key-secret")
LINE = "+15005550010"
HANGUP = "<Response><Hangup/></Response>"
LONG = "<Response><Pause length='600'/></Response>"


@asynccontextmanager
async def served(site: Site) -> AsyncIterator[tuple[Simulator, Client]]:
    """A simulator in real time whose webhooks go to the site, and a client of its REST side."""
    transport = httpx.ASGITransport(app=site.app())
    async with (
        httpx.AsyncClient(transport=transport) as http,
        Simulator(Service(url=PUBLIC), ACCOUNT, http=http) as simulator,
        serve_rest(simulator.carrier) as url,
    ):
        simulator.carrier.number(LINE)
        client = Client(ACCOUNT.account_sid, ACCOUNT.auth_token)
        client.api.base_url = url
        yield simulator, client


async def until(simulator: Simulator, client: Client, sid: str, *statuses: str) -> str:
    async with asyncio.timeout(10):
        while True:
            status = (await asyncio.to_thread(client.calls(sid).fetch)).status
            if status in statuses:
                return status
            await simulator.carrier.ticker.sleep(40)


async def test_a_call_is_made_followed_and_ended() -> None:
    site = Site({"/out": LONG})
    async with served(site) as (simulator, client):
        simulator.carrier.behaviours["*"] = DialBehaviour(after_ms=200, talk_ms=0)
        made = await asyncio.to_thread(
            client.calls.create,
            to="+15005550030",
            from_=LINE,
            url=f"{PUBLIC}/out",
            status_callback=f"{PUBLIC}/progress",
            status_callback_event=["initiated", "ringing", "answered", "completed"],
        )
        assert made.direction == "outbound-api" and made.status == "queued"
        await until(simulator, client, made.sid, "in-progress")
        await asyncio.to_thread(client.calls(made.sid).update, status="completed")
        await until(simulator, client, made.sid, "completed")
        while simulator.carrier.tasks:
            await simulator.carrier.ticker.sleep(20)
    assert [form["CallStatus"] for form in site.of("/progress")] == [
        "initiated",
        "ringing",
        "in-progress",
        "completed",
    ]
    assert site.of("/out")[0]["Direction"] == "outbound-api"


async def test_a_call_in_progress_takes_another_document_and_one_that_is_over_does_not() -> None:
    site = Site({"/twilio/voice": LONG, "/other": HANGUP})
    async with served(site) as (simulator, client):
        placing = asyncio.create_task(
            simulator.place_call(Scenario(name="x", steps=(NeverSpeak(),), called=LINE)),
        )
        while not simulator.carrier.calls:
            await simulator.carrier.ticker.sleep(20)
        (sid,) = simulator.carrier.calls
        await until(simulator, client, sid, "in-progress")
        await asyncio.to_thread(client.calls(sid).update, url=f"{PUBLIC}/other")
        report = await placing
        assert report.call_sid == sid and "/other" in site.paths()
        with pytest.raises(TwilioRestException) as late:
            await asyncio.to_thread(client.calls(sid).update, twiml=HANGUP)
        assert (late.value.status, late.value.code) == (400, 21220)


async def test_a_ringing_call_can_be_cancelled_and_a_busy_one_ends_busy() -> None:
    async with served(Site({})) as (simulator, client):
        simulator.carrier.behaviours["+15005550031"] = DialBehaviour(after_ms=30_000)
        simulator.carrier.behaviours["+15005550032"] = DialBehaviour(outcome=DialOutcome.BUSY, after_ms=100)
        ringing = await asyncio.to_thread(client.calls.create, to="+15005550031", from_=LINE, twiml=HANGUP)
        busy = await asyncio.to_thread(client.calls.create, to="+15005550032", from_=LINE, twiml=HANGUP)
        # The second call within a second waits in the queue.
        assert (await asyncio.to_thread(client.calls(busy.sid).fetch)).status == "queued"
        await until(simulator, client, ringing.sid, "ringing")
        await asyncio.to_thread(client.calls(ringing.sid).update, status="canceled")
        assert await until(simulator, client, ringing.sid, "canceled") == "canceled"
        assert await until(simulator, client, busy.sid, "busy") == "busy"
        listed = await asyncio.to_thread(client.calls.list)
        assert [call.sid for call in listed] == [busy.sid, ringing.sid]


async def test_numbers_are_bought_changed_and_given_back() -> None:
    async with served(Site({})) as (_, client):
        numbers = client.incoming_phone_numbers
        bought = await asyncio.to_thread(
            numbers.create, phone_number="+15005550040", voice_url=f"{PUBLIC}/v", friendly_name="desk"
        )
        assert bought.voice_url == f"{PUBLIC}/v" and bought.capabilities["voice"] is True
        changed = await asyncio.to_thread(numbers(bought.sid).update, voice_url=f"{PUBLIC}/w")
        assert (changed.voice_url, changed.friendly_name) == (f"{PUBLIC}/w", "desk")
        assert [n.sid for n in await asyncio.to_thread(numbers.list, phone_number="+15005550040")] == [bought.sid]
        assert await asyncio.to_thread(numbers(bought.sid).delete)
        with pytest.raises(TwilioRestException) as gone:
            await asyncio.to_thread(numbers(bought.sid).fetch)
        assert (gone.value.status, gone.value.code) == (404, 20404)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"From": LINE, "Url": f"{PUBLIC}/x"}, 21201),
        ({"To": "+15005550030", "Url": f"{PUBLIC}/x"}, 21213),
        ({"To": "banana", "From": LINE, "Url": f"{PUBLIC}/x"}, 21211),
        ({"To": "+15005550030", "From": "+15005559999", "Url": f"{PUBLIC}/x"}, 21210),
        ({"To": "+15005550030", "From": LINE}, 21205),
        ({"To": "+15005550030", "From": LINE, "Url": "not a url"}, 21205),
        ({"To": "+15005550030", "From": LINE, "Twiml": "x" * 4001}, 21240),
        ({"To": "+15005550030", "From": LINE, "Url": f"{PUBLIC}/x", "StatusCallbackEvent": "bogus"}, 21626),
        ({"To": "+15005550030", "From": LINE, "Url": f"{PUBLIC}/x", "Tymeout": "3"}, 20001),
    ],
)
async def test_mistakes_are_answered_with_the_carriers_numbers(values: dict[str, str], code: int) -> None:
    async with Simulator(Service(url=PUBLIC), ACCOUNT) as simulator:
        simulator.carrier.number(LINE)
        transport = httpx.ASGITransport(app=make_rest_app(simulator.carrier))
        async with httpx.AsyncClient(transport=transport, base_url="http://rest") as http:
            path = f"/2010-04-01/Accounts/{ACCOUNT.account_sid}/Calls.json"
            answer = await http.post(path, data=values, auth=(ACCOUNT.account_sid, ACCOUNT.auth_token))
    assert answer.status_code == 400
    body = answer.json()
    assert body["code"] == code and body["status"] == 400 and body["message"] and body["more_info"]


async def test_only_the_account_and_its_key_get_in() -> None:
    async with Simulator(Service(url=PUBLIC), ACCOUNT) as simulator:
        transport = httpx.ASGITransport(app=make_rest_app(simulator.carrier))
        async with httpx.AsyncClient(transport=transport, base_url="http://rest") as http:
            path = f"/2010-04-01/Accounts/{ACCOUNT.account_sid}/Calls.json"
            for auth in (None, ("AC", "x"), (ACCOUNT.account_sid, "wrong")):
                answer = await http.get(path, auth=auth)
                assert (answer.status_code, answer.json()["code"]) == (401, 20003)
            for auth in ((ACCOUNT.account_sid, ACCOUNT.auth_token), (ACCOUNT.api_key, ACCOUNT.api_secret)):
                assert (await http.get(path, auth=auth)).json()["calls"] == []
            unknown = await http.get(f"{path[:-5]}/CA{'0' * 32}.json", auth=auth)
            assert (unknown.status_code, unknown.json()["code"]) == (404, 20404)
            nowhere = await http.get("/2010-04-01/Nothing.json", auth=auth)
            assert nowhere.json()["code"] == 20404
            posted = await http.post(path, json={}, auth=auth)
            assert posted.status_code == 415
