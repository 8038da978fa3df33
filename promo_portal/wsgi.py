"""The web's entry."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "promo_portal.settings.base")

application = get_wsgi_application()

from promo_portal.core.checks import refuse_privileged_role  # noqa: E402 - needs the settings

refuse_privileged_role()
