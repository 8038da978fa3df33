"""Handing a file out: only after the caller has checked the right to it, only when it is clean, never to be run."""

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render

from promo_portal.core import clock
from promo_portal.core.files import hand_bytes
from promo_portal.files.models import FileState, StoredFile
from promo_portal.files.workflow import is_unchanged


def hand_out(request: HttpRequest, row: StoredFile) -> HttpResponseBase:
    """The file as a download; a page that says why where it is held back, 404 where its bytes are not to be trusted."""
    if row.state == FileState.CLEAN and not is_unchanged(row=row, now=clock.now()):
        raise Http404
    if row.state != FileState.CLEAN:
        return render(request, "files/held_back.html", {"file": row, "is_waiting": row.state == "pending"}, status=409)
    return hand_bytes(row.path, name=row.name, content_type=row.content_type, size=row.size)
