"""The portal's addresses, one page that breaks, and one that is open to everybody who signed in."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from promo_portal.core.access import public
from promo_portal.urls import *  # noqa: F403
from promo_portal.urls import urlpatterns as ours


@public
def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken on purpose")


def leak(request: HttpRequest) -> HttpResponse:
    """A page whose author forgot to ask who is there."""
    return HttpResponse("secret")


urlpatterns = [path("fail/", fail, name="fail"), path("leak/", leak, name="leak"), *ours]
