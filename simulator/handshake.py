"""Opening a media socket as the carrier does, and telling of what becomes of it."""

from collections.abc import Callable
from urllib.parse import urlsplit

from simulator.ongoing_call import OngoingCall
from simulator.twiml import Stream
from simulator.wire import HandshakeRefusedError, Wire, connect

_HANDSHAKE_TIMEOUT_S = 5.0


async def open_socket(call: OngoingCall, stream: Stream, on_message: Callable[[str | bytes], None]) -> Wire | str:
    """Open the socket; returns it, or the error number and text."""
    service = call.carrier.service
    parts = urlsplit(stream.url)
    if parts.scheme != "wss" and urlsplit(service.public).scheme == "https":
        call.violate("31922", "the media socket's address is not wss")
    target = service.connect_url(stream.url)
    if target is None:
        call.violate("31920", f"{parts.netloc} is not the service's public address")
        return "31920: the address of the stream is not the service's"
    signed = call.webhooks.sign(stream.url, {}, call.prepared.scenario.network.socket_signature)
    headers = {"Host": parts.netloc, "User-Agent": "Twilio.TmeWs/1.0", **signed}
    try:
        return await connect(
            target,
            headers=headers,
            on_message=on_message,
            timeout_s=_HANDSHAKE_TIMEOUT_S,
        )
    except HandshakeRefusedError as error:
        return f"{'31920' if error.status else '31901'}: {error}"
    except OSError as error:
        return f"31902: {type(error).__name__}"


def tell_of_stream(call: OngoingCall, stream: Stream, base: str, stream_sid: str, event: str, error: str = "") -> None:
    """The stream's own status callback."""
    if not stream.status_callback:
        return
    params = {
        "AccountSid": call.machine.account_sid,
        "CallSid": call.machine.sid,
        "StreamSid": stream_sid,
        "StreamName": stream.name or stream_sid,
        "StreamEvent": event,
        "Timestamp": call.carrier.now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }
    if error:
        params["StreamError"] = error
    call.webhooks.notify(call.carrier.service.absolute(stream.status_callback, base), params)
