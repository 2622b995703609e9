"""A service on a free port of this machine, in a thread, for tests that need a real web server."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from service.foundation import OpenConversations
from service.server import DrainingServer
from service.settings import Settings
from service.sockets import listen
from service.wiring import Service, build_service


@contextmanager
def serving(settings: Settings, opener: OpenConversations) -> Iterator[Service]:
    """Serve until the block ends; ``settings.port`` becomes the port in use."""
    listening = listen("127.0.0.1", 0)
    settings.port = listening.getsockname()[1]
    service = build_service(settings, opener)
    server = DrainingServer(service)
    thread = threading.Thread(target=lambda: server.run(sockets=[listening]), name="server")
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
            assert thread.is_alive(), "the server did not start"
        yield service
    finally:
        server.should_exit = True
        thread.join(30)
    assert not thread.is_alive(), "the server did not stop"
