"""A local SMTP server that keeps mail instead of sending it: for the demo's mail page and for the tests.

Each message is on disk, flushed, before the server answers 250, so a test may count on what the sender was told.
How it answers can be switched while it runs: ``FOLDER/behaviour.json``, see ``Behaviour``.

    python -m promo_portal.mail_sink FOLDER [--port 2525]
"""

import argparse
import asyncio
import contextlib
import fnmatch
import json
import os
import signal
import socket
import time
from dataclasses import asdict, dataclass
from email.utils import formatdate
from pathlib import Path
from typing import Any

MODES = ("ok", "4xx", "5xx", "hang", "drop")
ANSWERS = {"4xx": "451 4.3.0 Try again later", "5xx": "550 5.1.1 No such mailbox"}
MESSAGE_SIZE_LIMIT = 32 * 1024 * 1024
BEHAVIOUR_FILE = "behaviour.json"


@dataclass(frozen=True)
class Behaviour:
    """How the sink answers.

    ``4xx`` and ``5xx`` refuse (at RCPT or after DATA); ``hang`` and ``drop`` keep the message and then say nothing or
    cut the line, which leaves the sender not knowing. ``times`` limits it to the next so many messages (None: until
    switched again), ``to`` to recipients of a pattern, ``delay`` (seconds) slows every answer after DATA.
    """

    mode: str = "ok"
    stage: str = "data"  # or "rcpt"
    times: int | None = None
    to: str = "*"
    delay: float = 0.0
    keep: bool = True  # whether hang and drop store the message first


def set_behaviour(folder: Path, behaviour: Behaviour) -> None:
    """Switch a running sink, at once for the next command."""
    if behaviour.mode not in MODES:
        msg = f"unknown mode {behaviour.mode!r}; one of {', '.join(MODES)}"
        raise ValueError(msg)
    file = folder / BEHAVIOUR_FILE
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps(asdict(behaviour) | {"set_at": time.time_ns()}))
    fresh.replace(file)


def stored_messages(folder: Path) -> list[Path]:
    """Return the files of the stored mails, oldest first."""
    return sorted(folder.glob("*.eml"))


class Sink:
    """Stores what arrives, then answers as told. The class and method names are aiosmtpd's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0
        self._told: dict[str, Any] = {}
        self._left: int | None = None

    def behaviour_for(self, recipients: list[str], stage: str) -> Behaviour:
        """Return the behaviour now in force for these recipients, counting down a limited one."""
        try:
            told = json.loads((self.folder / BEHAVIOUR_FILE).read_text())
        except (OSError, ValueError):
            return Behaviour()
        if told != self._told:
            self._told, self._left = told, told.get("times")
        behaviour = Behaviour(**{name: value for name, value in told.items() if name != "set_at"})
        wanted = behaviour.stage == stage or (stage == "data" and behaviour.mode in ("ok", "hang", "drop"))
        if not wanted or not any(fnmatch.fnmatch(address.lower(), behaviour.to) for address in recipients):
            return Behaviour()
        if self._left is not None:
            if self._left == 0:
                return Behaviour()
            self._left -= 1
        return behaviour

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        behaviour = self.behaviour_for([address], "rcpt")
        if behaviour.mode in ANSWERS:
            return ANSWERS[behaviour.mode]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        behaviour = self.behaviour_for(envelope.rcpt_tos, "data")
        if behaviour.delay:
            await asyncio.sleep(behaviour.delay)
        if behaviour.mode in ANSWERS:
            return ANSWERS[behaviour.mode]
        if behaviour.mode == "ok" or behaviour.keep:
            await asyncio.to_thread(self.store, envelope.mail_from, envelope.rcpt_tos, envelope.content)
        if behaviour.mode == "hang":
            await asyncio.sleep(3600)
        if behaviour.mode == "drop":
            server.transport.abort()
            await asyncio.sleep(3600)  # this session is cancelled with its connection
        return "250 Message kept"

    def store(self, sender: str, recipients: list[str], content: bytes) -> Path:
        """Write the message and wait for the disk; its name sorts by arrival."""
        self.count += 1
        trace = f"X-Envelope-From: {sender}\r\nX-Envelope-To: {', '.join(recipients)}\r\nX-Received: {formatdate()}\r\n"
        path = self.folder / f"{time.time_ns():020d}-{os.getpid()}-{self.count:06d}.eml"
        unfinished = path.with_suffix(".part")
        with unfinished.open("wb") as file:
            file.write(trace.encode() + content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
        directory = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
        return path


async def serve(folder: Path, listener: socket.socket) -> None:
    """Answer on a listening socket until SIGTERM or SIGINT."""
    from aiosmtpd.smtp import SMTP

    sink = Sink(folder)
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)

    def session() -> SMTP:
        return SMTP(sink, hostname="localhost", data_size_limit=MESSAGE_SIZE_LIMIT, enable_SMTPUTF8=True, ident="sink")

    server = await loop.create_server(session, sock=listener)
    await ended.wait()
    server.close()


def main() -> None:
    parser = argparse.ArgumentParser(description="Keep mail in a folder instead of sending it.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=2525, help="port on 127.0.0.1 (0: any)")
    parser.add_argument("--fd", type=int, help="a listening socket inherited from the parent process")
    options = parser.parse_args()
    options.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if options.fd is not None:
        listener = socket.socket(fileno=options.fd)
    else:
        listener = socket.create_server(("127.0.0.1", options.port))
        print(f"smtp://127.0.0.1:{listener.getsockname()[1]} keeps mail in {options.folder}", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(options.folder, listener))


if __name__ == "__main__":
    main()
