"""Runs tool calls: HTTP or a Python function, bounded, idempotent, checked. An outcome always comes back."""

import asyncio
import importlib
import inspect
import json
import re
import time
from collections.abc import Mapping
from datetime import date
from datetime import time as time_of_day
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import httpx
from loguru import logger

from dialogue.lines.tools import convert
from dialogue.lines.types import Line, Tool
from dialogue.types import ToolCall, ToolOutcome
from interactions.vocabulary import ActionStatus
from models.errors import FirstlineError

_PLACE = re.compile(r"\{([^{}]*)\}")
_MAX_RESPONSE_BYTES = 256_000
_READ_TRIES = 2
"""Tries of a call that changes nothing, all within its one timeout."""
_RETRY_PAUSE_S = 0.1
_BODY_METHODS = frozenset({"POST", "PUT", "PATCH"})


class _Failed(Exception):
    """A try failed with a typed code."""

    def __init__(self, code: str, *, again: bool = False, refused: bool = False):
        super().__init__(code)
        self.code = code
        self.again = again
        """Whether another try may help."""
        self.refused = refused
        """Whether it is certain that nothing was done: the other side said so, or was never reached."""


class ToolRunner:
    """Calls the tools of one line; shared by all its calls. Close it when the service stops."""

    def __init__(
        self,
        line: Line,
        *,
        sandbox_url: str = "",
        environment: Mapping[str, str] | None = None,
        client: httpx.AsyncClient | None = None,
        max_connections: int = 40,
    ):
        """Check that everything the line's tools need is set.

        Args:
            line: The line.
            sandbox_url: Base URL that stands for ``{sandbox}``, without a final slash.
            environment: Values for ``{env:NAME}``.
            client: An open client to use instead of an own one; its owner closes it.
            max_connections: Bound of concurrent connections.

        Raises:
            FirstlineError: code ``"tool_setting_missing"``: a tool names a setting that is not there.
        """
        self._line = line
        self._values = {f"env:{name}": value for name, value in (environment or {}).items()}
        self._values["sandbox"] = sandbox_url.rstrip("/")
        self._check_settings()
        self._own_client = client is None
        limits = httpx.Limits(max_connections=max_connections, max_keepalive_connections=max_connections)
        self._client = client or httpx.AsyncClient(limits=limits, follow_redirects=False)

    async def close(self) -> None:
        """Close the connections."""
        if self._own_client:
            await self._client.aclose()

    async def call(self, call: ToolCall) -> ToolOutcome:
        """Run one call within its timeout; never raises but for cancellation.

        A call that changes nothing is tried once more when the connection or the server fails. One that changes the
        world is sent once; its key lets the other side recognise it should it ever come again. Once it was sent, only
        the other side's refusal (HTTP 4xx) makes it a failure: a lost or unreadable answer leaves it
        `ActionStatus.UNSURE`.
        """
        started = time.perf_counter()
        status, result, code = ActionStatus.FAILED, {}, ""
        try:
            async with asyncio.timeout(call.timeout_s):
                result = await self._try(self._line.tools[call.tool], call)
            status = ActionStatus.SUCCEEDED
        except TimeoutError:
            status, code = ActionStatus.TIMED_OUT, "tool_timeout"
        except _Failed as failure:
            code = failure.code
            status = ActionStatus.UNSURE if call.has_side_effects and not failure.refused else ActionStatus.FAILED
        except Exception as error:
            # A line's own Python function may raise anything, before or after its work; the call goes on without it.
            logger.error("tool {} failed: {}", call.tool, type(error).__name__)
            code = "tool_failed"
            status = ActionStatus.UNSURE if call.has_side_effects else ActionStatus.FAILED
        took_ms = round((time.perf_counter() - started) * 1000, 1)
        return ToolOutcome(action_id=call.action_id, status=status, result=result, error_code=code, took_ms=took_ms)

    def _check_settings(self) -> None:
        for tool in self._line.tools.values():
            for text in (tool.url, *tool.headers.values()):
                for name in _PLACE.findall(text):
                    setting = name == "sandbox" or name.startswith("env:")
                    if setting and not self._values.get(name):
                        what = "the sandbox's address" if name == "sandbox" else f"the environment variable {name[4:]}"
                        raise FirstlineError(
                            "tool_setting_missing", f"The tool {tool.name} of line {self._line.name} needs {what}."
                        )

    async def _try(self, tool: Tool, call: ToolCall) -> dict[str, Any]:
        tries = 1 if tool.has_side_effects or tool.python else _READ_TRIES
        for number in range(1, tries + 1):
            try:
                raw = await (self._python(tool, call) if tool.python else self._http(tool, call))
                return _checked(tool, raw)
            except _Failed as failure:
                if not failure.again or number == tries:
                    raise
                await asyncio.sleep(_RETRY_PAUSE_S)
        raise AssertionError("unreachable: the last try returns or raises")

    async def _python(self, tool: Tool, call: ToolCall) -> Any:
        module, _, name = tool.python.rpartition(".")
        function = getattr(importlib.import_module(module), name)
        arguments = dict(call.arguments)
        if "idempotency_key" in inspect.signature(function).parameters:
            arguments["idempotency_key"] = call.action_id
        if inspect.iscoroutinefunction(function):
            return await function(**arguments)
        return await asyncio.to_thread(function, **arguments)

    async def _http(self, tool: Tool, call: ToolCall) -> Any:
        arguments = {name: _as_json(value) for name, value in call.arguments.items() if value is not None}
        in_path = set(_PLACE.findall(tool.url))
        rest = {name: value for name, value in arguments.items() if name not in in_path}
        body = rest if tool.method in _BODY_METHODS else None
        query = None if tool.method in _BODY_METHODS else {name: str(value) for name, value in rest.items()}
        headers = {name: self._filled(text, {}) for name, text in tool.headers.items()}
        headers["Idempotency-Key"] = call.action_id
        url = self._filled(tool.url, arguments)
        try:
            request = self._client.build_request(
                tool.method, url, json=body, params=query or None, headers=headers, timeout=call.timeout_s
            )
            return await self._answer(tool, request)
        except httpx.TimeoutException as error:
            raise TimeoutError from error
        except (httpx.ConnectError, httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            raise _Failed("tool_unreachable", again=True, refused=True) from error
        except httpx.HTTPError as error:
            raise _Failed("tool_unreachable", again=True) from error

    async def _answer(self, tool: Tool, request: httpx.Request) -> Any:
        response = await self._client.send(request, stream=True)
        try:
            if response.status_code == 404 and tool.not_found is not None:
                return tool.not_found
            if not response.is_success:
                code = f"tool_http_{response.status_code}"
                raise _Failed(code, again=response.is_server_error, refused=response.is_client_error)
            content = bytearray()
            async for chunk in response.aiter_bytes():
                content += chunk
                if len(content) > _MAX_RESPONSE_BYTES:
                    raise _Failed("tool_nonsense")
            return json.loads(content)
        except (ValueError, RecursionError) as error:
            raise _Failed("tool_nonsense") from error
        finally:
            await response.aclose()

    def _filled(self, text: str, arguments: Mapping[str, Any]) -> str:
        def value(match: re.Match[str]) -> str:
            name = match.group(1)
            return self._values[name] if name in self._values else quote(str(arguments.get(name, "")), safe="")

        return _PLACE.sub(value, text)


def _checked(tool: Tool, raw: Any) -> dict[str, Any]:
    """The declared fields of a response, typed; anything else in it is left out."""
    if not isinstance(raw, Mapping):
        raise _Failed("tool_nonsense")
    result = {}
    for name, field in tool.result.items():
        try:
            result[name] = convert(raw.get(name), field)
        except (ValueError, ArithmeticError) as error:
            raise _Failed("tool_nonsense") from error
    return result


def _as_json(value: Any) -> Any:
    match value:
        case Decimal():
            return f"{value:.2f}"
        case date():
            return value.isoformat()
        case time_of_day():
            return f"{value:%H:%M}"
        case _:
            return value
