"""Floor 0: private uploads, checked, scanned, versioned."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilesConfig(AppConfig):
    """Floor 0: private uploads, checked, scanned, versioned."""

    name = "promo_portal.files"
    label = "files"
    verbose_name = _("files")
