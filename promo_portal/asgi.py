"""An asynchronous entry for servers that ask for one; production runs WSGI (forged underscore headers, see README)."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "promo_portal.settings.base")

application = get_asgi_application()
