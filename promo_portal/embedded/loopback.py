"""The loopback interface: keeping a port, asking an address of this machine."""

import contextlib
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator

from promo_portal.embedded.errors import EmbeddedError


@contextlib.contextmanager
def reserve_port(port: int) -> Iterator[socket.socket]:
    """Hold the port from the first moment, so that a taken one is told before anything slow begins."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(128)
        taken = _answers_on_ipv6(port)
    except OSError:
        taken = True
    if taken:
        listener.close()
        msg = f"Port {port} is taken by another program. Choose another one: make demo PORT={port + 1}"
        raise EmbeddedError(msg)
    with listener:
        yield listener


def _answers_on_ipv6(port: int) -> bool:
    """Tell whether somebody else would answer to http://localhost in a browser that tries IPv6 first."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET6) as probe:
        probe.settimeout(1)
        return probe.connect_ex(("::1", port)) == 0
    return False


def fetch_status(address: str, seconds: float = 30) -> int | None:
    """Return the HTTP status of an address on this machine, None where nobody answers."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=seconds) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as answer:
        return answer.code
    except OSError:
        return None
