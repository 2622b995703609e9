"""The carrier's REST side: calls and numbers of the simulated account, with Twilio's shapes and error numbers."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from simulator.carrier import Carrier
from simulator.rest_calls import CallResources
from simulator.rest_common import RestError, authorise, not_found, read_parameters
from simulator.rest_numbers import NumberResources

_BASE = "/2010-04-01/Accounts/{account}"

Handler = Callable[[Request, dict[str, list[str]]], Awaitable[dict[str, Any]]]


def make_rest_app(carrier: Carrier) -> FastAPI:
    """The REST side of a carrier, as an ASGI application."""
    app = FastAPI(openapi_url=None)

    @app.exception_handler(RestError)
    async def refused(request: Request, error: RestError) -> JSONResponse:
        return JSONResponse(error.body, status_code=error.status)

    @app.exception_handler(404)
    async def unknown(request: Request, error: Exception) -> JSONResponse:
        return JSONResponse(not_found(request).body, status_code=404)

    def authorised(handler: Handler, status: int) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            authorise(request, carrier.credentials)
            body = await handler(request, await read_parameters(request))
            return Response(status_code=204) if status == 204 else JSONResponse(body, status_code=status)

        return answer

    for name, resources in (("Calls", CallResources(carrier)), ("IncomingPhoneNumbers", NumberResources(carrier))):
        for method, path, handler, status in (
            ("POST", "", resources.create, 201),
            ("GET", "", resources.enumerate_all, 200),
            ("GET", "/{sid}", resources.fetch, 200),
            ("POST", "/{sid}", resources.update, 200),
            ("DELETE", "/{sid}", resources.delete, 204),
        ):
            app.add_api_route(f"{_BASE}/{name}{path}.json", authorised(handler, status), methods=[method])
    return app


class _Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config):
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@contextlib.asynccontextmanager
async def serve_rest(carrier: Carrier, *, port: int = 0) -> AsyncIterator[str]:
    """Serve the REST side on a loopback port; gives its base URL."""
    listener = socket.create_server(("127.0.0.1", port))
    server = _Server(uvicorn.Config(make_rest_app(carrier), log_level="warning", lifespan="off"))
    task = asyncio.create_task(server.serve([listener]))
    ready = asyncio.create_task(server.ready.wait())
    try:
        await asyncio.wait({ready, task}, return_when=asyncio.FIRST_COMPLETED)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        ready.cancel()
        server.should_exit = True
        await task
        listener.close()
