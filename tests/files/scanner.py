"""A scanner that speaks clamd's protocol and knows one signature: the harmless test file of the industry."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.files.corpus import EICAR


class Scanner(threading.Thread):
    """Answers OK, FOUND, or what a test tells it to."""

    def __init__(self, answer: str = "") -> None:
        super().__init__(daemon=True)
        self.answer, self.seen = answer, 0
        self.door = socket.create_server(("127.0.0.1", 0))

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.door.getsockname()[1]}"

    def run(self) -> None:
        while True:
            try:
                line, _peer = self.door.accept()
            except OSError:
                return
            with line:
                self._serve(line)

    def _serve(self, line: socket.socket) -> None:
        source = line.makefile("rb")
        if source.read(10) != b"zINSTREAM\0":
            return
        received = b""
        while size := struct.unpack("!L", source.read(4))[0]:
            received += source.read(size)
        source.close()
        self.seen += 1
        verdict = self.answer or ("Eicar-Test-Signature FOUND" if EICAR in received else "OK")
        line.sendall(f"stream: {verdict}\0".encode())


@contextmanager
def scanner(answer: str = "") -> Iterator[Scanner]:
    served = Scanner(answer)
    served.start()
    try:
        yield served
    finally:
        served.door.close()
