"""The address under which the phone network reaches this service: what signatures and documents are made for."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit


def is_this_machine(host: str) -> bool:
    """Whether a host name or address (a port may follow) is this machine and nothing else."""
    name = urlsplit(f"//{host}").hostname or ""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicAddress:
    """A base URL; signatures are checked against it, never against the headers of a proxy."""

    base: str
    """Such as ``https://calls.example.com``; a path may follow."""

    @property
    def local(self) -> bool:
        """Whether it names this machine, so that nobody else can come in over it."""
        return is_this_machine(urlsplit(self.base).netloc)

    def url(self, path: str) -> str:
        """The public URL of a path that begins with a slash."""
        return self.base.rstrip("/") + path

    def socket_url(self, path: str) -> str:
        """The public URL of a web socket."""
        return "ws" + self.url(path).removeprefix("http")

    def problems(self) -> list[str]:
        """What is wrong with it, one sentence each."""
        try:
            parts = urlsplit(self.base)
            _ = parts.port
        except ValueError:
            return ["FIRSTLINE_PUBLIC_URL is not a URL."]
        found = []
        if parts.scheme not in ("http", "https") or not parts.hostname:
            found.append("FIRSTLINE_PUBLIC_URL has to begin with https:// and name a host.")
        elif parts.scheme == "http" and not self.local:
            found.append(
                "FIRSTLINE_PUBLIC_URL has to be https:// unless it is localhost, because the carrier sends calls over "
                "it."
            )
        if parts.query or parts.fragment or parts.username is not None:
            found.append("FIRSTLINE_PUBLIC_URL must have no query, fragment or user.")
        return found
