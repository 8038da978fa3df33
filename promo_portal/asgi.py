"""An asynchronous entry for servers that ask for one; production runs WSGI (forged underscore headers, see README)."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "promo_portal.settings.base")

application = get_asgi_application()

from promo_portal.core.checks import refuse_privileged_role  # noqa: E402 - needs the settings

refuse_privileged_role()
