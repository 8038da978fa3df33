"""What the processes of the demo say, on one terminal."""

import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from promo_portal.embedded.children import Child


def report_end(child: Child) -> None:
    """Say which process ended by itself, how, and what it said last."""
    code = child.process.returncode
    how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
    print(f"\n{child.name} {how}; everything stops. The end of {child.log}:\n{child.last_lines()}", file=sys.stderr)


@contextlib.contextmanager
def follow(children: list[Child]) -> Iterator[None]:
    """Show new lines of the children's logs on the terminal, whole and with the child's name before them."""
    ended = threading.Event()
    places = {child.log: child.log.stat().st_size for child in children}
    names = {child.log: child.name for child in children}

    def show() -> None:
        while not ended.wait(0.3):
            for log, place in places.items():
                places[log] = _show_lines(log, names[log], place)

    thread = threading.Thread(target=show, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _show_lines(log: Path, name: str, place: int) -> int:
    with log.open("rb") as file:
        file.seek(place)
        new = file.read()
    whole = new.rpartition(b"\n")[0]
    for line in whole.splitlines():
        print(f"{name:7}| {line.decode(errors='replace')}", flush=True)
    return place + (len(whole) + 1 if whole else 0)
