"""The calls of the phone page: tokens that open one media stream once, and who may look at which call. Pure."""

import secrets
from collections import OrderedDict
from dataclasses import dataclass

from interactions.context import CallContext, Direction

TOKEN_LIFE_S = 60.0
"""Time between pressing call and the start of the media stream."""
VIEW_LIFE_S = 12 * 3600.0
"""How long a browser may look at the calls it made."""
MAX_TOKENS = 200
MAX_VIEWERS = 1000
MAX_CALLS_A_VIEWER = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCall:
    """What the page gets when call is pressed."""

    context: CallContext
    """Of the call."""
    token: str
    """Opens the media stream, once, within `TOKEN_LIFE_S`."""
    viewer: str
    """The browser's secret; goes into a cookie."""


@dataclass(slots=True)
class _Viewer:
    seen_s: float
    calls: "OrderedDict[str, None]"


def new_call_id() -> str:
    """A fresh identifier of a browser's call: two letters and 32 hexadecimal digits."""
    return "PH" + secrets.token_hex(16)


class PhoneCalls:
    """Tokens and viewers of one process; everything in it is bounded and forgotten in time."""

    def __init__(self) -> None:
        """Start empty."""
        self._tokens: OrderedDict[str, tuple[float, CallContext]] = OrderedDict()
        self._viewers: OrderedDict[str, _Viewer] = OrderedDict()

    def new_call(self, now_s: float, call_id: str, viewer: str | None, line: str) -> NewCall:
        """Press call.

        Args:
            now_s: Monotonic time, s.
            call_id: A new one; see `new_call_id`.
            viewer: The browser's secret, if it has one already.
            line: Name of the line that answers.
        """
        context = CallContext(
            call_id=call_id,
            line=line,
            direction=Direction.INBOUND,
            followed=False,
            parameters={"via": "phone_page"},
        )
        token = secrets.token_urlsafe(32)
        self._tokens[token] = (now_s + TOKEN_LIFE_S, context)
        while len(self._tokens) > MAX_TOKENS:
            self._tokens.popitem(last=False)
        known = viewer if viewer is not None and self._viewer(now_s, viewer) is not None else secrets.token_urlsafe(32)
        self._allow(now_s, known, call_id)
        return NewCall(context=context, token=token, viewer=known)

    def redeem(self, now_s: float, token: str) -> CallContext | None:
        """Open the media stream: the call of a token, once; None when it is unknown, used or too old."""
        until_s, context = self._tokens.pop(token, (0.0, None))
        return context if now_s < until_s else None

    def may_view(self, now_s: float, viewer: str | None, call_id: str) -> bool:
        """Whether this browser made this call."""
        known = self._viewer(now_s, viewer or "")
        return known is not None and call_id in known.calls

    def _viewer(self, now_s: float, viewer: str) -> _Viewer | None:
        known = self._viewers.get(viewer)
        if known is not None and now_s - known.seen_s > VIEW_LIFE_S:
            del self._viewers[viewer]
            return None
        return known

    def _allow(self, now_s: float, viewer: str, call_id: str) -> None:
        known = self._viewers.setdefault(viewer, _Viewer(now_s, OrderedDict()))
        known.seen_s = now_s
        known.calls[call_id] = None
        while len(known.calls) > MAX_CALLS_A_VIEWER:
            known.calls.popitem(last=False)
        self._viewers.move_to_end(viewer)
        while len(self._viewers) > MAX_VIEWERS:
            self._viewers.popitem(last=False)
