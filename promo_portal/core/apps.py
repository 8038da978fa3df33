"""Floor 0: what belongs to no domain."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """Sets up logs, and renews database rights after migrations."""

    name = "promo_portal.core"
    label = "core"
    verbose_name = _("foundations")

    def ready(self) -> None:
        from promo_portal.core import checks, logs  # noqa: F401
        from promo_portal.core.grants import grant_rights

        logs.configure()
        # Last app's signal sees all tables; running it for every app is cheap and order-proof.
        post_migrate.connect(grant_rights, dispatch_uid="core.grant_rights")
