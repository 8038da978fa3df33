"""Dropping the demo's data, and reaching its database with the tools that fit its version."""

import contextlib
import os
import signal
import time

from promo_portal.embedded.children import end_leftovers
from promo_portal.embedded.errors import EmbeddedError
from promo_portal.embedded.places import BENCH, State
from promo_portal.embedded.postgres import EmbeddedPostgres
from promo_portal.embedded.sharing import Ownership, run_with_servers, running

STOP_LIMIT_SECONDS = 45


def reset() -> int:
    """Stop whoever runs the servers of this checkout and delete their data, the bench's too; return the exit code."""
    bench = State.of_checkout(BENCH)
    if bench.base.exists():
        _drop(bench)
    return _drop(State.of_checkout())


def _drop(state: State) -> int:
    if not state.base.exists():
        print(f"Nothing to drop: there is no {state.base}.")
        return 0
    state.prepare()
    ownership = Ownership(state)
    deadline = time.monotonic() + STOP_LIMIT_SECONDS
    asked = False
    while not ownership.take():
        note = running(state) or {}
        if not asked and "pid" in note:
            print(f"Stopping process {note['pid']} …")
            with contextlib.suppress(ProcessLookupError):
                os.kill(note["pid"], signal.SIGTERM)
            asked = True
        if time.monotonic() > deadline:
            msg = (
                f"Process {note.get('pid', 'unknown')} did not stop within {STOP_LIMIT_SECONDS} s; nothing was deleted."
            )
            raise EmbeddedError(msg)
        time.sleep(0.1)
    end_leftovers(state)
    state.delete()
    ownership.release()
    print(f"Dropped the data in {state.base}.")
    return 0


def database_tool(name: str, *arguments: str) -> int:
    """Run psql or pg_dump on the demo's database, which starts for that long where no demo runs."""
    with run_with_servers(["manage.py", name]):
        return EmbeddedPostgres(State.of_checkout()).tool(name, *arguments).returncode
