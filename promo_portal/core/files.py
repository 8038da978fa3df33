"""Private bytes: written piece by piece, handed out as a download that no browser runs."""

from collections.abc import Iterable

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header

SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


def written(path: str, chunks: Iterable[bytes]) -> int:
    """Write bytes to a private place below the media folder; returns how many."""
    size = 0
    default_storage.save(path, ContentFile(b""))
    with default_storage.open(path, "wb") as file:
        for chunk in chunks:
            size += len(chunk)
            file.write(chunk)
    return size


def hand_bytes(path: str, *, name: str, content_type: str, size: int) -> HttpResponseBase:
    """A private file as a download; whoever calls has checked the right to it.

    In production the web server sends the bytes (``X-Accel-Redirect``); nothing else can reach that place.
    """
    response: HttpResponseBase
    if settings.FILES_INTERNAL_LOCATION:
        response = HttpResponse(content_type=content_type)
        response["X-Accel-Redirect"] = f"{settings.FILES_INTERNAL_LOCATION}{path}"
    else:
        response = FileResponse(default_storage.open(path, "rb"), content_type=content_type)
        response["Content-Length"] = str(size)
    return dressed(response, name)


def dressed(response: HttpResponseBase, name: str) -> HttpResponseBase:
    """The headers of every private download."""
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cache-Control"] = "private, no-store"
    return response
