"""Carries out a change once, however often it is asked for with the same key."""

import hashlib
import json
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Header, HTTPException
from pydantic import Field
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.sandbox.database import Answered

Key = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=200)]
Words = Annotated[str, Field(min_length=1, max_length=2000)]
Answer = dict[str, Any]


def once(engine: Engine, key: str | None, request: tuple[str, ...], change: Callable[[Session], Answer]) -> Answer:
    """Carry out a change, or give the answer it got the first time its key was used.

    Args:
        engine: The database.
        key: What names this change; None carries it out anyhow.
        request: All that was asked for.
        change: Carries it out within one transaction.

    Raises:
        HTTPException: 422 when the key was used for another request; whatever ``change`` raises.
    """
    digest = hashlib.sha256(json.dumps(request).encode()).hexdigest()
    with Session(engine) as session, session.begin():
        before = session.get(Answered, key) if key else None
        if before is not None:
            if before.request_hash != digest:
                raise HTTPException(422, "this Idempotency-Key was used for another request")
            answered: Answer = json.loads(before.response)
            return answered
        answer = change(session)
        if key:
            session.add(Answered(key=key, request_hash=digest, response=json.dumps(answer)))
        return answer
