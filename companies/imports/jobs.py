"""What imports ask of the worker, and who may see it."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from companies.permissions import may_keep, may_still_keep
from companies.workflow import importing
from promo_portal.jobs.kinds import JobKind
from promo_portal.jobs.kinds import register as register_kind
from promo_portal.jobs.models import Job


def _url(job: Job) -> str:
    return reverse("admin:companies_importrun_change", args=[job.parameters["run"]])


def _may_see(request: HttpRequest, job: Job) -> bool:
    return may_keep(request.rights)  # type: ignore[attr-defined]


def register() -> None:
    """Each may be done anew: the run's state and one transaction see to it that nothing happens twice."""
    for name, label, run in (
        (importing.JUDGE, _("Checking a file before its import"), importing.judge_run),
        (importing.CARRY_OUT, _("Importing a file"), importing.carry_out),
        (importing.UNDO, _("Undoing an import"), importing.undo),
    ):
        register_kind(JobKind(name, label, run, True, importing.job_ended, _may_see, _url, may_still_keep))
