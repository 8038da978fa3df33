"""A file's way: taken in, held back, judged by the scanner, handed out. No state moves anywhere else."""

import hashlib
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max, QuerySet

from promo_portal.core.scope import association_scope
from promo_portal.core.transitions import Table, next_state
from promo_portal.files import clamd
from promo_portal.files.content import judge
from promo_portal.files.models import FileState, StoredFile, WaitingScan
from promo_portal.files.names import clean_name
from promo_portal.files.verdicts import tell

log = structlog.get_logger(__name__)
NO_SCANNER, CLAMD, COMPARISON = "none", "clamd", "hash"
LONGEST_PAUSE = timedelta(hours=1)
AT_ONCE = 20

FILE_ACTIONS = ("pass", "find", "spoil")
FILE: Table = {
    (FileState.PENDING, "pass"): FileState.CLEAN,
    (FileState.PENDING, "find"): FileState.INFECTED,
    (FileState.PENDING, "spoil"): FileState.REFUSED,
    (FileState.CLEAN, "spoil"): FileState.REFUSED,  # its bytes are no longer those that were scanned
}


@transaction.atomic
def store(
    *, upload: UploadedFile, association_id: int, by: Any, now: datetime, series: uuid.UUID | None = None
) -> StoredFile:
    """Take a file in as the first or next version of a series; ``content.Refused`` for what cannot be taken.

    The scope of the association must be in force. Where a scanner is configured the file is held back until it is clean;
    without one (development, or ``ALLOW_UNSCANNED``) it is marked as seen by nobody.
    """
    name = clean_name(upload.name or "")
    verdict = judge(name, upload.file, upload.size or 0)  # type: ignore[arg-type]
    row = StoredFile(
        association_id=association_id,
        name=name,
        size=verdict.size,
        content_type=verdict.content_type,
        sha256=digest_of(upload),
        uploaded_by_id=getattr(by, "pk", None),  # a name alone where somebody comes by a signed link
        uploaded_by_name=str(by),
        uploaded_at=now,
    )
    if series is not None:
        row.series, row.version = series, _next_version(series)
    if not settings.CLAMD_URL:
        row.state = next_state(FILE, row.state, "pass")
        row.scanner, row.scanned_at = NO_SCANNER, now
    upload.seek(0)
    default_storage.save(row.path, upload)
    row.save()
    if row.state == FileState.PENDING:
        WaitingScan.objects.create(file=row, association_id=association_id, next_try_at=now)
    return row


def _next_version(series: uuid.UUID) -> int:
    last = StoredFile.objects.filter(series=series).aggregate(last=Max("version"))["last"]
    return int(last or 0) + 1


def _digest(chunks: Any) -> str:
    found = hashlib.sha256()
    for chunk in chunks:
        found.update(chunk)
    return found.hexdigest()


def digest_of(upload: UploadedFile) -> str:
    """The SHA-256 of an upload, by which the same bytes are known again."""
    return _digest(upload.chunks())


def bytes_of(row: StoredFile) -> Iterator[bytes]:
    """The stored bytes, piece by piece."""
    with default_storage.open(row.path, "rb") as stored:
        yield from stored.chunks()


def erase(rows: QuerySet[StoredFile]) -> None:
    """Delete files that nothing names any more: the rows, and the bytes once that is certain."""
    paths = [row.path for row in rows]
    rows.delete()
    transaction.on_commit(lambda: _erase_bytes(paths), robust=True)


def _erase_bytes(paths: list[str]) -> None:
    for path in paths:
        default_storage.delete(path)


def scan_waiting(*, now: datetime) -> int:
    """Let the scanner look at what waits; returns how many were judged. May run twice or late: each row is locked."""
    if not settings.CLAMD_URL:
        return 0
    judged = 0
    for _turn in range(AT_ONCE):
        found = _scan_next(now)
        if found is None:
            break
        judged += found
    return judged


@transaction.atomic
def _scan_next(now: datetime) -> int | None:
    waiting = (
        WaitingScan.objects.select_for_update(skip_locked=True)
        .filter(next_try_at__lte=now)
        .order_by("next_try_at")
        .first()
    )
    if waiting is None:
        return None
    with association_scope(waiting.association_id):
        row = StoredFile.objects.get(pk=waiting.pk)
        try:
            finding = clamd.scan(settings.CLAMD_URL, bytes_of(row))
        except clamd.ScannerAway as away:
            log.warning("scanner_away", file=row.pk, attempt=waiting.attempts, error=str(away)[:200])
            waiting.attempts += 1
            waiting.next_try_at = now + min(timedelta(minutes=2 ** min(waiting.attempts, 8)), LONGEST_PAUSE)
            waiting.save(update_fields=["attempts", "next_try_at"])
            return 0
        _settle(row, "find" if finding else "pass", CLAMD, finding, now)
        waiting.delete()
    return 1


def _settle(row: StoredFile, action: str, scanner: str, finding: str, now: datetime) -> None:
    row.state = next_state(FILE, row.state, action)
    row.scanner, row.scanned_at, row.finding = scanner, now, finding
    row.save(update_fields=["state", "scanner", "scanned_at", "finding"])
    tell(row)


def is_unchanged(*, row: StoredFile, now: datetime) -> bool:
    """Whether the bytes are still those that were scanned; a file that changed on disk is refused from then on."""
    try:
        if _digest(bytes_of(row)) == row.sha256:
            return True
        finding = "bytes differ from those that were scanned"
    except OSError:
        finding = "bytes are missing"
    log.error("stored_file_changed", file=row.pk)
    if (row.state, "spoil") in FILE:
        _settle(row, "spoil", COMPARISON, finding, now)
    return False
