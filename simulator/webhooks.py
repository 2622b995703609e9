"""Webhooks as the carrier makes them: signed for the public URL, retried with one token, and unreliable on demand."""

import asyncio
import random
import uuid
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import httpx
from twilio.request_validator import RequestValidator

from simulator.scenario import SignatureMode
from simulator.ticker import Ticker

CEILING_S = 15.0
"""A voice webhook that takes longer is given up."""
_MAX_RETRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """The account in whose name the simulator acts."""

    account_sid: str = "AC" + "0" * 31 + "1"
    """``AC…``"""
    auth_token: str = field(default="simulator-auth-token", repr=False)
    """Signs webhooks; also a password of the REST side."""
    api_key: str = ""
    """``SK…``; a user of the REST side, empty for none."""
    api_secret: str = field(default="", repr=False)
    """Password of the API key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Where the service under test is."""

    url: str
    """Where to connect, usually a loopback address, without a trailing slash."""
    public_url: str = ""
    """The base under which it believes to be reached and which is signed; empty is the same as ``url``."""

    @property
    def public(self) -> str:
        """The base that is signed."""
        return (self.public_url or self.url).rstrip("/")

    def absolute(self, url: str, base: str = "") -> str:
        """A URL of the service's documents, made absolute against the document's own URL."""
        return str(httpx.URL(base or self.public + "/").join(url))

    def connect_url(self, url: str) -> str | None:
        """Where to connect for a public URL; None when it is not below the service's public base."""
        wanted, public, real = urlsplit(url), urlsplit(self.public), urlsplit(self.url)
        if wanted.netloc != public.netloc:
            return None
        socket = wanted.scheme in ("ws", "wss")
        secure = real.scheme == "https"
        scheme = ("wss" if secure else "ws") if socket else real.scheme
        return urlunsplit((scheme, real.netloc, wanted.path, wanted.query, ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Chaos:
    """How unreliable webhooks are; probabilities in [0, 1]."""

    seed: int = 1
    """Makes it repeatable."""
    duplicate: float = 0.0
    """A request is made twice with the same token."""
    reorder: float = 0.0
    """A status callback is held back until the one after it has been made."""
    delay_ms: tuple[int, int] = (0, 0)
    """A status callback starts late by a uniform time in this range."""
    drop: float = 0.0
    """A status callback is lost; of a voice webhook the answer is lost, and the request made again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRecord:
    """One request that was made."""

    kind: str
    """``voice``, ``status`` or the verb whose action it was."""
    path: str
    """Path of the URL, without query."""
    call_status: str
    """``CallStatus`` that was sent."""
    status: int
    """HTTP status; 0 when there was no answer."""
    ms: float
    """How long the service took."""
    attempt: int
    """1 for the first."""
    token: str
    """``I-Twilio-Idempotency-Token``."""
    error: str = ""
    """What went wrong."""


@dataclass(frozen=True, slots=True)
class Overrides:
    """Connection overrides from a URL's fragment."""

    connect_s: float = 5.0
    read_s: float = 15.0
    total_s: float = CEILING_S
    retries: int = 1
    policy: frozenset[str] = frozenset({"ct"})


def overrides_of(url: str) -> tuple[str, Overrides]:
    """Split a URL and the connection overrides in its fragment, which is neither sent nor signed."""
    parts = urlsplit(url)
    values = dict(parse_qsl(parts.fragment))
    overrides = Overrides(
        connect_s=int(values.get("ct", 5000)) / 1000,
        read_s=int(values.get("rt", 15000)) / 1000,
        total_s=min(CEILING_S, int(values.get("tt", 15000)) / 1000),
        retries=min(_MAX_RETRIES, int(values.get("rc", 1))),
        policy=frozenset(values.get("rp", "ct").split(",")),
    )
    return urlunsplit(parts._replace(fragment="")), overrides


class WebhookFailedError(Exception):
    """No usable answer, also after the retries."""

    def __init__(self, code: str, detail: str):
        super().__init__(f"{code}: {detail}")
        self.code = code
        """Twilio's error number."""


class Webhooks:
    """Makes the webhooks of one call and keeps their log."""

    def __init__(
        self,
        *,
        http: httpx.AsyncClient,
        service: Service,
        credentials: Credentials,
        ticker: Ticker,
        chaos: Chaos | None = None,
        signature: SignatureMode = SignatureMode.VALID,
    ):
        self._http = http
        self._service = service
        self._validator = RequestValidator(credentials.auth_token)
        self._ticker = ticker
        self._chaos = chaos or Chaos()
        self._rng = random.Random(self._chaos.seed)
        self._signature = signature
        self._held: tuple[str, dict[str, str]] | None = None
        self._pending: set[asyncio.Task[None]] = set()
        self.log: list[WebhookRecord] = []
        """Every request, in the order of their answers."""

    def sign(self, url: str, params: dict[str, str], mode: SignatureMode | None = None) -> dict[str, str]:
        """The signature header for a request, as the scenario wants it; ``mode`` overrides it."""
        mode = mode or self._signature
        if mode is SignatureMode.MISSING:
            return {}
        signature = self._validator.compute_signature(url, params)
        if mode is SignatureMode.FORGED:
            signature = signature[::-1]
        return {"X-Twilio-Signature": signature}

    async def fetch(self, kind: str, url: str, params: dict[str, str], *, method: str = "POST") -> str:
        """Ask for a document.

        Raises:
            WebhookFailedError: No answer, a refusal (11200), or a content type that is not XML (12300).
        """
        token = str(uuid.uuid4())
        _, overrides = overrides_of(url)
        try:
            async with asyncio.timeout(overrides.total_s):
                return await self._attempts(kind, url, params, method, token, overrides)
        except TimeoutError as error:
            raise WebhookFailedError("11200", f"no answer within {overrides.total_s} s") from error

    async def _attempts(
        self, kind: str, url: str, params: dict[str, str], method: str, token: str, overrides: Overrides
    ) -> str:
        for attempt in range(1, overrides.retries + 2):
            last = attempt > overrides.retries
            lost = not last and self._chance(self._chaos.drop)
            if self._chance(self._chaos.duplicate):
                self._spawn(self._duplicate(kind, url, params, method, token, attempt))
            try:
                response = await self._request(kind, url, params, method, token, attempt)
            except httpx.TransportError as error:
                if last or not self._retry(error, overrides):
                    raise WebhookFailedError("11200", f"{type(error).__name__} at {urlsplit(url).path}") from error
                continue
            if lost or (response.status_code >= 500 and "5xx" in overrides.policy and not last):
                continue
            return self._document(response)
        raise AssertionError("the last attempt returns or raises")

    @staticmethod
    def _retry(error: httpx.TransportError, overrides: Overrides) -> bool:
        connecting = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
        return "all" in overrides.policy or ("ct" if connecting else "rt") in overrides.policy

    @staticmethod
    def _document(response: httpx.Response) -> str:
        if not response.is_success:
            raise WebhookFailedError("11200", f"HTTP {response.status_code} at {response.url.path}")
        media_type = response.headers.get("content-type", "").split(";")[0].strip().lower()
        if media_type not in ("text/xml", "application/xml"):
            raise WebhookFailedError("12300", f"content type {media_type!r} at {response.url.path} is not XML")
        return response.text

    def notify(self, url: str, params: dict[str, str]) -> None:
        """Make a status callback in the background, as reliably as the chaos settings say."""
        if self._chance(self._chaos.drop):
            return
        if self._held is None and self._chance(self._chaos.reorder):
            self._held = (url, params)
            return
        self._spawn(self._notify(url, params))
        if self._held is not None:
            held, self._held = self._held, None
            self._spawn(self._notify(*held, after_ms=50))

    async def settle(self) -> None:
        """Wait until every callback has been made."""
        if self._held is not None:
            held, self._held = self._held, None
            self._spawn(self._notify(*held))
        while self._pending:
            await asyncio.wait(set(self._pending))

    def abandon(self) -> None:
        """Give up what has not been made yet: whoever placed the call has given up, too."""
        self._held = None
        for task in self._pending:
            task.cancel()

    async def _notify(self, url: str, params: dict[str, str], *, after_ms: int = 0) -> None:
        low, high = self._chaos.delay_ms
        delay = after_ms + (self._rng.uniform(low, high) if high else 0)
        if delay:
            await self._ticker.sleep(delay)
        token = str(uuid.uuid4())
        for attempt in range(1, 3 if self._chance(self._chaos.duplicate) else 2):
            await self._duplicate("status", url, params, "POST", token, attempt)

    async def _duplicate(
        self, kind: str, url: str, params: dict[str, str], method: str, token: str, attempt: int
    ) -> None:
        """A request whose answer nobody reads; its failure stands in the log."""
        try:
            await self._request(kind, url, params, method, token, attempt)
        except (httpx.TransportError, WebhookFailedError):
            return

    async def _request(
        self, kind: str, url: str, params: dict[str, str], method: str, token: str, attempt: int
    ) -> httpx.Response:
        public, overrides = overrides_of(url)
        target = self._service.connect_url(public)
        if target is None:
            detail = f"{urlsplit(public).netloc} is not the service's public address"
            self._record(kind, public, params, 0, 0.0, attempt, token, detail)
            raise WebhookFailedError("11200", detail)
        if method == "GET":
            query = urlencode(params)
            joiner = "&" if urlsplit(public).query else "?"
            public, target = f"{public}{joiner}{query}", f"{target}{joiner}{query}"
        headers = {
            "Host": urlsplit(public).netloc,
            "User-Agent": "TwilioProxy/1.1",
            "I-Twilio-Idempotency-Token": token,
            **self.sign(public, params if method == "POST" else {}),
        }
        began, status, problem = self._ticker.now_ms(), 0, ""
        try:
            with self._ticker.outside():
                response = await self._http.request(
                    method,
                    target,
                    data=params if method == "POST" else None,
                    headers=headers,
                    timeout=httpx.Timeout(overrides.read_s, connect=overrides.connect_s),
                )
            status = response.status_code
            return response
        except httpx.TransportError as error:
            problem = type(error).__name__
            raise
        finally:
            elapsed = self._ticker.now_ms() - began
            self._record(kind, public, params, status, elapsed, attempt, token, problem)

    def _record(
        self, kind: str, url: str, params: dict[str, str], status: int, ms: float, attempt: int, token: str, error: str
    ) -> None:
        self.log.append(
            WebhookRecord(
                kind=kind,
                path=urlsplit(url).path,
                call_status=params.get("CallStatus", ""),
                status=status,
                ms=round(ms, 1),
                attempt=attempt,
                token=token,
                error=error,
            )
        )

    def _chance(self, probability: float) -> bool:
        return probability > 0 and self._rng.random() < probability

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._pending.add(task)
        task.add_done_callback(self._pending.discard)
