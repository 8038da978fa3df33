"""Whose entries one may work on: an association's staff theirs, administrators all; published ones are everybody's."""

from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from companies.models import Organisation
from promo_portal.accounts.access import open_record
from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import User
from promo_portal.accounts.permissions import Act, may_open
from promo_portal.accounts.rights import Rights, rights_of_person
from promo_portal.jobs.models import Job

INTERNALS = "organisation internals"
SAVED_SEARCH = "saved search"


def reaches_all(rights: Rights) -> bool:
    """Administrators keep the entries of all associations, and those outside of every region."""
    return rights.has(Role.ADMINISTRATOR)


def organisations_for_staff(rights: Rights) -> QuerySet[Organisation]:
    """The entries that the directory's queues and lists show to somebody."""
    rows = Organisation.objects.all()
    return rows if reaches_all(rights) else rows.of_association(rights.association_id)


def may_keep(rights: Rights) -> bool:
    """Whether somebody keeps the directory: officers, managers, administrators; coaches only read."""
    return may_open(rights, INTERNALS, "write") and rights.may_enter_admin


def may_still_keep(job: Job) -> bool:
    """Whether the one who asked for it still keeps that association's directory; without anybody: the command line."""
    if job.asked_by_id is None:
        return True
    rights = rights_of_person(job.asked_by_id, association_id=job.association_id)
    is_active = User.objects.filter(pk=job.asked_by_id, is_active=True).exists()
    return is_active and may_keep(rights) and (reaches_all(rights) or rights.association_id == job.association_id)


def organisation_for_staff(request: HttpRequest, pk: int, *, act: Act = "read") -> Organisation:
    """An entry that a staff member may open; 404 for others as for a missing number."""
    rights: Rights = request.rights  # type: ignore[attr-defined]
    if not rights.may_enter_admin:
        raise Http404
    rows = organisations_for_staff(rights).select_related("municipality__canton", "association", "merged_into")
    return open_record(request, rows, INTERNALS, act=act, log=None, pk=pk)
