"""A change and a mail about what it changes never cross: whoever changes a thing waits until its mail has left.

A sender holds the shared lock from its last check to the mail server's answer; the change takes the exclusive one. So
a mail about the old state either left before the change was committed, or is cancelled. The wait is bounded: a mail
server that hangs must not stop people from working.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from django.db import DatabaseError, OperationalError, connection, transaction

log = structlog.get_logger(__name__)
_SPACE = 0x4D41 << 48  # our own range of PostgreSQL's advisory locks
PATIENCE_MILLISECONDS = 3000


class Busy(Exception):
    """What the mail is about is being changed at this moment."""


def number(name: int) -> int:
    """The lock's number within our range."""
    return _SPACE | (name & 0xFFFF_FFFF_FFFF)


@contextmanager
def sending(name: int | None) -> Iterator[None]:
    """Hold changes back while a mail about them leaves; raises ``Busy`` while one is under way."""
    if name is None:
        yield
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock_shared(%s)", [number(name)])
    except OperationalError as error:  # lock_timeout of the session
        if getattr(error.__cause__, "pgcode", "") != "55P03":
            raise
        raise Busy from error
    try:
        yield
    finally:
        _unlock(name)


def _unlock(name: int) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock_shared(%s)", [number(name)])
    except DatabaseError:  # the session is gone, and its locks with it
        log.warning("mail_lock_lost")
        connection.close()


def stop_sending(name: int) -> bool:
    """Wait until no mail about this is on its way, and let none start until the transaction ends.

    After ``PATIENCE_MILLISECONDS`` the change goes on: the mail in question is already at the mail server's mercy.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout')")
        before = cursor.fetchone()[0]
        try:
            with transaction.atomic():
                cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{PATIENCE_MILLISECONDS}ms"])
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number(name)])
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", "") != "55P03":
                raise
            log.warning("mail_overtakes_change")
            return False
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [before])
    return True
