"""Floor 0: long work with progress, cancel and a result."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class JobsConfig(AppConfig):
    """Floor 0: long work with progress, cancel and a result."""

    name = "promo_portal.jobs"
    label = "jobs"
    verbose_name = _("long work")

    def ready(self) -> None:
        from promo_portal.core.slots import NavItem, staff_nav

        def visible(request: object) -> bool:
            return bool(request.rights.roles & {"officer", "manager", "administrator"})  # type: ignore[attr-defined]

        staff_nav.register(
            "jobs",
            NavItem("steering", 70, pgettext_lazy("list", "Long work"), "admin:jobs_job_changelist", None, visible),
        )
