"""The HTTP client of the lines' tools: the open network, and the sandbox back office inside this process."""

import httpx
from starlette.types import ASGIApp

SANDBOX_URL = "http://sandbox.firstline.invalid"
"""Stands for the sandbox in tool URLs; the name exists in this client only, so the sandbox is on no network."""


def make_tool_client(sandbox: ASGIApp | None, *, max_connections: int = 40) -> httpx.AsyncClient:
    """Open the client; its owner closes it.

    Args:
        sandbox: The sandbox application, or None when the line's own back office is used.
        max_connections: Bound of concurrent connections.
    """
    limits = httpx.Limits(max_connections=max_connections, max_keepalive_connections=max_connections)
    mounts = {SANDBOX_URL: httpx.ASGITransport(app=sandbox)} if sandbox is not None else {}
    return httpx.AsyncClient(limits=limits, mounts=mounts, follow_redirects=False)
