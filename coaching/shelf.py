"""A file's documents as both sides see them: each with its versions, the scanner's word, and who opened it."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from coaching.models import CaseDocument, CaseFile
from coaching.opened import openings_of
from coaching.workflow.documents import AlreadyThere
from promo_portal.core.scope import association_scope
from promo_portal.files.models import FileState, StoredFile

FILE_BADGES = {FileState.INFECTED: "problem", FileState.REFUSED: "problem", FileState.PENDING: "waiting"}


def already_there(twin: AlreadyThere) -> str:
    """What somebody reads who brings the same bytes a second time."""
    return _("This very file is already there as “%(title)s”. Nothing was added.") % {"title": twin.document.title}


def document_lines(case: CaseFile) -> list[dict[str, Any]]:
    """The documents of a file that the reader may see: three queries, however many there are.

    The documents are read on behalf of the reader; their bytes' rows and openings belong to the association.
    """
    documents = list(
        CaseDocument.objects.filter(case_file=case, withdrawn_at=None)
        .select_related("added_by")
        .order_by("-added_at", "-pk")
    )
    with association_scope(case.association_id):
        return _lines(documents)


def _lines(documents: Sequence[CaseDocument]) -> list[dict[str, Any]]:
    versions: dict[Any, list[StoredFile]] = {}
    for stored in StoredFile.objects.filter(series__in=[row.series for row in documents]).order_by("-version"):
        versions.setdefault(stored.series, []).append(stored)
    opened = openings_of(documents)
    return [
        {
            "document": row,
            "versions": [
                {"file": stored, "badge": FILE_BADGES.get(FileState(stored.state), "")}
                for stored in versions.get(row.series, [])
            ],
            "openings": opened.get(row.pk, []),
        }
        for row in documents
    ]
