"""The search for doubles as long work, and in words what two entries share."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from companies.models import Organisation
from companies.permissions import may_still_keep
from companies.workflow.doubles import search_doubles
from promo_portal.core import clock
from promo_portal.core.formats import words
from promo_portal.jobs.kinds import JobKind, Told
from promo_portal.jobs.kinds import register as register_kind
from promo_portal.jobs.models import Job
from promo_portal.jobs.progress import Progress

SEARCH = "companies.doubles"
FOUND = gettext_noop("Pairs that are alike: %(alike)s. New questions: %(asked)s.")


def run(job: Job, progress: Progress) -> Told:
    """Search the entries of the association that asked, or of all."""
    found = search_doubles(association_id=job.association_id, now=clock.now(), progress=progress)
    return Told(FOUND, {"alike": words.number(found.alike), "asked": words.number(found.asked)})


def shared(first: Organisation, second: Organisation) -> list[str]:
    """What two entries have in common, in words: why somebody is asked about them."""
    grounds = (
        (first.uid and first.uid == second.uid, _("same UID")),
        (first.name_core == second.name_core, _("same name")),
        (first.phone and first.phone == second.phone, _("same phone")),
        (first.email and first.email.lower() == second.email.lower(), _("same e-mail")),
        (first.website and first.website.rstrip("/") == second.website.rstrip("/"), _("same website")),
        (first.municipality_id == second.municipality_id, _("same municipality")),
    )
    return [ground for is_so, ground in grounds if is_so]


def _url(job: Job) -> str:
    return reverse("admin:companies_duplicatepair_changelist")


def register() -> None:
    """May be done anew: what was asked stays asked once."""
    label = gettext_lazy("Searching all entries for duplicates")
    register_kind(JobKind(SEARCH, label, run, True, url=_url, may_run=may_still_keep))
