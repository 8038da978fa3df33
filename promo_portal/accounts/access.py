"""Opening a record: the matrix says whether the role may, the scope says which rows, and a 404 says no more than that."""

from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.http import Http404, HttpRequest

from promo_portal.accounts.permissions import Act, may_open
from promo_portal.accounts.rights import Rights
from promo_portal.audit.record import record_access

ModelT = TypeVar("ModelT", bound=models.Model)


def require(request: HttpRequest, what: str, act: Act = "read") -> Rights:
    """Answer 404 to people whose roles may not read (or write) an object, and return the rights of the others."""
    rights: Rights = request.rights  # type: ignore[attr-defined]
    if not may_open(rights, what, act):
        raise Http404
    return rights


def open_record(
    request: HttpRequest,
    rows: models.QuerySet[ModelT],
    what: str,
    *,
    act: Act = "read",
    log: str | None = "view",
    **lookup: Any,
) -> ModelT:
    """Return the one row that ``lookup`` names, or 404: for outsiders as for a row that does not exist.

    ``rows`` come from the scoped manager. The opening is written to the access log (``log`` is view, download or export);
    ``None`` leaves it out, for a person's own record and for pages that show nothing confidential.
    """
    require(request, what, act)
    try:
        row = rows.filter(**lookup).get()
    except (ObjectDoesNotExist, ValueError, OverflowError):
        raise Http404 from None
    if log:
        note_access(request, row, log)
    return row


def note_access(request: HttpRequest, row: models.Model, act: str = "view") -> None:
    """Write that the person of the request opened a confidential row (OPDo art. 4)."""
    rights: Rights = request.rights  # type: ignore[attr-defined]
    record_access(
        subject=row,
        act=act,
        by=request.user,
        role=" ".join(sorted(role.value for role in rights.roles))[:30],
        break_glass_id=rights.break_glass.pk if rights.break_glass else None,
    )
