"""Starting and ending processes so that none outlives its owner, however the owner ends."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from promo_portal.embedded.places import State, server_account

_ON_LINUX = sys.platform.startswith("linux")
_libc = ctypes.CDLL(None) if _ON_LINUX else None
_PR_SET_PDEATHSIG = 1
_LOG_KEPT_BYTES = 2_000_000


def server_environment() -> dict[str, str]:
    """Return our environment without what would bend a server or its clients: PG*, the locale, the language."""
    bending = ("PG", "LC_", "LANG")
    return {name: value for name, value in os.environ.items() if not name.startswith(bending)}


@dataclass
class Child:
    """A process we started: it gets a session of its own, a log file, and a note of its number for the next start."""

    name: str
    process: "subprocess.Popen[bytes]"
    log: Path
    stop_signal: signal.Signals
    note: Path

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def stop(self, patience: float = 10, last_resort: signal.Signals = signal.SIGKILL) -> None:
        """Ask it to end; when patience (seconds) is over, insist with the last resort."""
        self.ask_to_stop()
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.insist(last_resort)
            self.process.wait()
        self.note.unlink(missing_ok=True)

    def ask_to_stop(self) -> None:
        if self.alive:
            self.process.send_signal(self.stop_signal)

    def insist(self, how: signal.Signals = signal.SIGKILL) -> None:
        """Signal the whole session of the child, since a stuck parent may have children of its own."""
        if self.alive:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, how) if how is signal.SIGKILL else self.process.send_signal(how)

    def last_lines(self, count: int = 20) -> str:
        """Return the end of its log, for a message about its failure."""
        return last_lines(self.log, count)


def start_child(
    name: str,
    command: Sequence[str | Path],
    *,
    state: State,
    environment: dict[str, str],
    folder: Path,
    stop_signal: signal.Signals = signal.SIGTERM,
    death_signal: signal.Signals | None = None,
    as_server: bool = False,
    pass_fds: Sequence[int] = (),
) -> Child:
    """Start a process that ends with us (call from the main thread: Linux watches the thread that started it).

    ``stop_signal`` asks it to end while we live, ``death_signal`` when we were killed; they are usually the same.
    """
    log = state.log / f"{name}.log"
    if log.exists() and log.stat().st_size > _LOG_KEPT_BYTES:
        log.replace(log.with_suffix(".log.1"))
    account = server_account() if as_server else None
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=environment,
            start_new_session=True,
            pass_fds=pass_fds,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
            preexec_fn=_end_with(os.getpid(), death_signal or stop_signal),  # noqa: PLW1509 - we start from the main thread
        )
    note = state.run / f"{name}.pid"
    note.write_text(f"{process.pid} {int(stop_signal)} {started_at(process.pid)}\n")
    return Child(name, process, log, stop_signal, note)


def _end_with(parent: int, death_signal: signal.Signals) -> Callable[[], None] | None:
    """Ask the kernel to signal the child when we die, even by kill -9."""
    if _libc is None:
        return None

    def arrange() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:  # we died before the arrangement stood
            os._exit(1)

    return arrange


def started_at(pid: int) -> str:
    """Return when a process started, to tell it from a later one with the same number; empty when it is gone."""
    if _ON_LINUX:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return ""
        return "" if fields[0] in "ZX" else fields[19]
    answer = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return answer.stdout.strip()


def command_of(pid: int) -> str:
    """Return a process's command line, empty when it is gone or not ours to see."""
    if _ON_LINUX:
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    answer = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return answer.stdout.strip()


def end_leftovers(state: State) -> None:
    """End what a killed owner left behind; on Linux it is usually ending already, elsewhere nobody told it."""
    for note in sorted(state.run.glob("*.pid")):
        with contextlib.suppress(ValueError, OSError):
            pid, stop_signal, start = note.read_text().strip().split(" ", 2)
            if start and started_at(int(pid)) == start:
                database = note.stem == "postgres"
                end_process(int(pid), signal.Signals(int(stop_signal)), signal.SIGQUIT if database else signal.SIGKILL)
        note.unlink(missing_ok=True)


def end_process(pid: int, ask: signal.Signals, insist: signal.Signals, patience: float = 15) -> None:
    """End a process that is not our child: ask, wait (seconds), insist, wait."""
    start = started_at(pid)
    for how in (ask, insist):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, how)
        deadline = time.monotonic() + patience
        while start and started_at(pid) == start and time.monotonic() < deadline:
            time.sleep(0.05)
        if not start or started_at(pid) != start:
            return


def last_lines(log: Path, count: int = 20) -> str:
    """Return the last lines of a log file."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-count:])
    except OSError:
        return ""
