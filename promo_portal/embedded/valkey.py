"""One private Valkey: broker on database 0, cache on database 1. The outbox makes losing all of it harmless."""

import os
import signal
import socket
import time
from pathlib import Path

from promo_portal.embedded.binaries import find_valkey
from promo_portal.embedded.children import Child, server_environment, start_child
from promo_portal.embedded.errors import EmbeddedError
from promo_portal.embedded.places import State, server_account

START_LIMIT_SECONDS = 30


class EmbeddedValkey:
    """A Valkey of our own behind a unix socket; it keeps nothing on disk, which keeps the tests honest."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.program = find_valkey()
        self.child: Child | None = None

    @property
    def socket(self) -> Path:
        return self.state.sockets / "valkey.sock"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "REDIS_URL": f"redis+socket://{self.socket}?virtual_host=0",
            "CACHE_URL": f"unix://{self.socket}?db=1",
        }

    def start(self) -> None:
        """Start the server and wait until it answers; raises EmbeddedError."""
        self.program = self.program.runnable(self.state)
        folder = self.state.base / "valkey"
        folder.mkdir(mode=0o700, exist_ok=True)
        account = server_account()
        if account:
            os.chown(folder, account.pw_uid, account.pw_gid)
        self.socket.unlink(missing_ok=True)
        options = ["--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"]
        options += ["--save", "", "--appendonly", "no", "--daemonize", "no"]
        self.child = start_child(
            "valkey",
            [self.program.path, *options],
            state=self.state,
            environment=server_environment(),
            folder=folder,  # its data folder, by being the current one: an option would stumble over a space
            as_server=True,
        )
        deadline = time.monotonic() + START_LIMIT_SECONDS
        while not self._answers():
            if not self.child.alive or time.monotonic() > deadline:
                log = self.child.last_lines()
                self.stop()
                msg = f"Valkey does not answer; the end of its log:\n{log}"
                raise EmbeddedError(msg)
            time.sleep(0.01)

    def stop(self) -> None:
        if self.child:
            self.child.stop()
            self.child = None

    def kill(self) -> None:
        """End it as a power cut would: everything in it is gone."""
        if self.child:
            self.child.process.kill()
            self.child.process.wait()
            self.child = None

    def freeze(self) -> None:
        """Let it accept connections and answer nothing, the worst way for a broker to fail."""
        if self.child:
            self.child.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        if self.child:
            self.child.process.send_signal(signal.SIGCONT)

    def restart(self) -> None:
        self.stop()
        self.start()

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            try:
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
            except OSError:
                return False
