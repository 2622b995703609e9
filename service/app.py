"""The web application: every route of the service, and its start and stop with the event loop."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from console.access import PhonePage, is_local
from console.phone import phone_router
from service.wiring import Service
from telephony.twilio.webhooks import create_router


def create_app(service: Service) -> FastAPI:
    """Make the application of a built service; it starts and stops with the application."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await service.start()
        try:
            yield
        finally:
            await service.stop()

    app = FastAPI(title="Firstline", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.service = service
    _add_operations(app, service)
    app.include_router(create_router(service.edge, service.twilio))
    app.include_router(phone_router(service.phone))
    if service.sandbox is not None:
        app.mount("/sandbox", LocalOnly(service.sandbox))
    return app


def _add_operations(app: FastAPI, service: Service) -> None:
    @app.get("/health")
    async def health() -> dict[str, str]:
        """The process is alive and its event loop turns."""
        return {"status": "alive"}

    @app.get("/ready")
    async def ready() -> Response:
        """Models are loaded and calls are taken; 503 with the reasons otherwise. A line not changed is no reason."""
        reasons = service.not_ready()
        answer = {
            "ready": not reasons,
            "reasons": reasons,
            "active_calls": service.edge.active.count,
            "line_problems": dict(service.line_watch.problems),
        }
        return JSONResponse(answer, status_code=503 if reasons else 200)

    @app.get("/metrics")
    async def metrics() -> Response:
        return Response(service.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    @app.get("/", include_in_schema=False)
    async def root(request: Request) -> Response:
        if service.settings.phone_page is PhonePage.OFF:
            return JSONResponse({"status": "alive"})
        return RedirectResponse("/phone")


class LocalOnly:
    """Lets only this machine use an application: the sandbox is no place for strangers."""

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what comes from this machine, refuse the rest."""
        if scope["type"] == "http" and not is_local(Request(scope)):
            await JSONResponse({"detail": "This answers on this machine only."}, status_code=403)(scope, receive, send)
            return
        await self._app(scope, receive, send)
