"""The web's entry."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "promo_portal.settings.base")

application = get_wsgi_application()
