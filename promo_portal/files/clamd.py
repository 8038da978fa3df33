"""The virus scanner's own protocol over its socket: bytes in, one line out."""

import socket
import struct
from collections.abc import Iterable
from urllib.parse import urlsplit

CONNECT_SECONDS, ANSWER_SECONDS = 5, 50
CHUNK = 65_536
LONGEST_ANSWER = 4_096


class ScannerAway(Exception):
    """The scanner gave no verdict: nothing may be released on that ground."""


def scan(address: str, chunks: Iterable[bytes]) -> str:
    """The name of what was found, or an empty text for a clean file; ``ScannerAway`` when there is no verdict.

    ``address`` is ``tcp://host:3310`` or ``unix:///run/clamd.sock``.
    """
    try:
        with _connect(address) as line:
            line.sendall(b"zINSTREAM\0")
            for chunk in chunks:
                for start in range(0, len(chunk), CHUNK):
                    part = chunk[start : start + CHUNK]
                    line.sendall(struct.pack("!L", len(part)) + part)
            line.sendall(struct.pack("!L", 0))
            answer = _answer(line)
    except OSError as error:
        raise ScannerAway(str(error)) from error
    return _verdict(answer)


def _connect(address: str) -> socket.socket:
    where = urlsplit(address)
    if where.scheme == "unix":
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(CONNECT_SECONDS)
        try:
            line.connect(where.path)
        except OSError:
            line.close()
            raise
    else:
        line = socket.create_connection((where.hostname or "", where.port or 3310), timeout=CONNECT_SECONDS)
    line.settimeout(ANSWER_SECONDS)
    return line


def _answer(line: socket.socket) -> str:
    received = b""
    while not received.endswith(b"\0") and len(received) < LONGEST_ANSWER:
        part = line.recv(LONGEST_ANSWER)
        if not part:
            break
        received += part
    return received.rstrip(b"\0").decode("utf-8", "replace").strip()


def _verdict(answer: str) -> str:
    said = answer.removeprefix("stream:").strip()
    if said == "OK":
        return ""
    if said.endswith(" FOUND"):
        return said.removesuffix(" FOUND")[:200] or "?"
    raise ScannerAway(answer or "no answer")
