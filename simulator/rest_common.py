"""What all resources of the simulated REST side share: authentication, parameters, pages, errors."""

import base64
import binascii
import email.utils
import secrets
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from fastapi import Request

from simulator.webhooks import Credentials

_PAGE = 50


class RestError(Exception):
    """An answer with one of the carrier's error numbers."""

    def __init__(self, status: int, code: int, message: str):
        super().__init__(message)
        self.body = {
            "code": code,
            "message": message,
            "more_info": f"https://www.twilio.com/docs/errors/{code}",
            "status": status,
        }
        self.status = status


def not_found(request: Request) -> RestError:
    """The answer for what does not exist."""
    return RestError(404, 20404, f"The requested resource {request.url.path} was not found")


def authorise(request: Request, account: Credentials) -> None:
    """Check Basic authentication and the account in the path."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    try:
        user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        user = password = ""
    accepted = [(account.account_sid, account.auth_token)]
    if account.api_key:
        accepted.append((account.api_key, account.api_secret))
    known = any(
        secrets.compare_digest(f"{name}:{secret}".encode(), f"{user}:{password}".encode()) for name, secret in accepted
    )
    if scheme.lower() != "basic" or not known:
        raise RestError(401, 20003, "Authenticate")
    if request.path_params["account"] != account.account_sid:
        raise not_found(request)


async def read_parameters(request: Request) -> dict[str, list[str]]:
    """Parameters of the query, or of the form that is posted."""
    if request.method != "POST":
        return parse_qs(request.url.query, keep_blank_values=True)
    content_type = request.headers.get("content-type", "").split(";")[0]
    body = (await request.body()).decode()
    if body and content_type != "application/x-www-form-urlencoded":
        raise RestError(415, 20415, "Send parameters as application/x-www-form-urlencoded")
    return parse_qs(body, keep_blank_values=True)


def known(parameters: dict[str, list[str]], allowed: frozenset[str]) -> dict[str, str]:
    """Single values of known parameters; anything else is a mistake of the service that Twilio would not notice."""
    unknown = sorted(set(parameters) - allowed)
    if unknown:
        raise RestError(400, 20001, f"Unknown parameters: {', '.join(unknown)}")
    return {name: values[-1] for name, values in parameters.items()}


def web_url(value: str, code: int, name: str) -> str:
    """Refuse what is no http address; empty is none."""
    if value and (urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).netloc):
        raise RestError(400, code, f"{name} is not a valid URL: {value}")
    return value


def date(at: datetime | None) -> str | None:
    """As the carrier writes times."""
    return email.utils.format_datetime(at) if at else None


def page_of(request: Request, values: dict[str, str], key: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    """One page of a list."""
    size, page = int(values.get("PageSize", _PAGE)), int(values.get("Page", 0))
    start = page * size
    path = request.url.path

    def uri(number: int) -> str:
        return f"{path}?PageSize={size}&Page={number}"

    return {
        key: items[start : start + size],
        "end": max(start, min(start + size, len(items)) - 1),
        "first_page_uri": uri(0),
        "next_page_uri": uri(page + 1) if start + size < len(items) else None,
        "page": page,
        "page_size": size,
        "previous_page_uri": uri(page - 1) if page else None,
        "start": start,
        "uri": uri(page),
    }
