"""Who opened a document and when, as the access log tells it: its readers have a right to know (OPDo art. 4)."""

from collections.abc import Iterable

from coaching.models import CaseDocument
from promo_portal.audit.models import AccessLog

AT_MOST = 500


def openings_of(documents: Iterable[CaseDocument]) -> dict[int, list[AccessLog]]:
    """The latest openings of each document, newest first, in one query."""
    numbers = [document.pk for document in documents]
    rows = AccessLog.objects.filter(
        subject_kind="coaching.casedocument", subject_id__in=numbers, act=AccessLog.Act.DOWNLOAD
    )
    found: dict[int, list[AccessLog]] = {}
    for row in rows.order_by("-at", "-pk")[:AT_MOST]:
        found.setdefault(row.subject_id, []).append(row)
    return found
