"""The portal's addresses, and one page that breaks."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from promo_portal.core.access import public
from promo_portal.urls import *  # noqa: F403
from promo_portal.urls import urlpatterns as ours


@public
def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken on purpose")


urlpatterns = [path("fail/", fail, name="fail"), *ours]
