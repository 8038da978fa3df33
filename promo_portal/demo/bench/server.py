"""A web worker as in production (gunicorn, one process), started for the measurements and watched from outside."""

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

PATIENCE_SECONDS = 60  # for a worker to answer its first page


class PageFailed(Exception):
    """A page that answered with anything but 200 or 304, or not at all."""


@dataclass
class Timing:
    """Milliseconds of repeated requests."""

    samples: list[float]

    @property
    def p50(self) -> float:
        return median(self.samples)

    @property
    def p90(self) -> float:
        return quantiles(self.samples, n=10)[-1] if len(self.samples) > 1 else self.samples[0]


class Web:
    """The running worker."""

    def __init__(self, port: int, process: "subprocess.Popen[bytes]", cold_start: float) -> None:
        self.port, self.process, self.cold_start = port, process, cold_start

    def get(
        self, path: str, headers: dict[str, str] | None = None, connection: http.client.HTTPConnection | None = None
    ) -> tuple[int, bytes]:
        """One request; the connection is kept where one is given."""
        link = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        link.request(
            "GET", path, headers={"Host": f"localhost:{self.port}", "Accept-Language": "fr", **(headers or {})}
        )
        response = link.getresponse()
        body = response.read()
        return response.status, body

    def time(self, path: str, count: int, headers: dict[str, str] | None = None) -> list[float]:
        """Milliseconds of ``count`` requests, one after the other; raises ``PageFailed``."""
        samples = []
        for _ in range(count):
            start = time.perf_counter()
            try:
                status, _body = self.get(path, headers)
            except OSError as error:
                msg = f"{path} did not answer: {error}"
                raise PageFailed(msg) from error
            samples.append((time.perf_counter() - start) * 1000)
            if status not in {200, 304}:
                msg = f"{path} answered {status}"
                raise PageFailed(msg)
        return samples

    def memory_mb(self) -> float:
        """Resident megabytes of the largest process that serves requests."""
        return max(_resident(pid) for pid in _children(self.process.pid))


def _children(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in path.read_text().split()] or [pid]


def _resident(pid: int) -> float:
    return _megabytes(pid, "VmRSS")


def peak_mb() -> float:
    """The most memory that this process has had; what ``getrusage`` says may be its parent's."""
    return _megabytes(os.getpid(), "VmHWM")


@contextmanager
def memory_of_children(every: float = 0.2) -> Iterator[list[float]]:
    """Watch the processes begun within, with theirs; at the end the list holds their most megabytes at one moment.

    Pages that several of them share count once (their proportional share each).
    """
    most, is_over = [0.0], threading.Event()

    def watch() -> None:
        while not is_over.wait(every):
            most[0] = max(most[0], sum(map(_share_mb, _descendants(os.getpid()))))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield most
    finally:
        is_over.set()
        watcher.join()


def _descendants(pid: int) -> list[int]:
    try:
        lines = [(task / "children").read_text() for task in Path(f"/proc/{pid}/task").iterdir()]
    except OSError:  # ended meanwhile
        return []
    own = [int(child) for line in lines for child in line.split()]
    return own + [one for child in own for one in _descendants(child)]


def _share_mb(pid: int) -> float:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in text.splitlines() if line.startswith("Pss:")), 0.0)


def _megabytes(pid: int, name: str) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    return 0.0


@contextmanager
def web_worker(environment: dict[str, str] | None = None, *, workers: int = 1) -> Iterator[Web]:
    """Start a worker, or several, on a free loopback port; ``cold_start`` is seconds until the first page is whole."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "promo_portal.wsgi",
        "-b",
        f"127.0.0.1:{port}",
        "-w",
        str(workers),
        "--log-level",
        "error",
    ]
    start = time.perf_counter()
    process = subprocess.Popen(command, env={**os.environ, **(environment or {})}, stdin=subprocess.DEVNULL)
    try:
        web = Web(port, process, 0.0)
        while True:
            try:
                status, _ = web.get("/fr/")
            except OSError:
                if process.poll() is not None or time.perf_counter() - start > PATIENCE_SECONDS:
                    msg = "the web worker did not start"
                    raise RuntimeError(msg) from None
                time.sleep(0.02)
                continue
            if status == http.client.OK:
                break
            msg = f"/fr/ answered {status}"
            raise RuntimeError(msg)
        web.cold_start = time.perf_counter() - start
        yield web
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
