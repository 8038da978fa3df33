"""The company directory."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CompaniesConfig(AppConfig):
    """Brings its queues, its search and its titles to the staff's common pages."""

    name = "companies"
    label = "companies"
    verbose_name = _("company directory")

    def ready(self) -> None:
        from companies import addresses, changed, deadlines, doubles, emails, slots
        from companies.exports import bulk
        from companies.exports import jobs as files
        from companies.imports import jobs
        from companies.search.upkeep import follow_changes
        from companies.workflow import pictures, unfit_pictures
        from promo_portal.files.verdicts import listeners

        changed.follow(follow_changes)
        slots.register()
        addresses.register()
        jobs.register()
        files.register()
        bulk.register()
        emails.register()
        deadlines.register()
        doubles.register()
        listeners.register("companies.pictures", pictures.on_verdict)
        listeners.register("companies.proposed_pictures", unfit_pictures.on_verdict)
