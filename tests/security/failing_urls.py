"""The portal's addresses, one page that breaks, and some whose authors forgot something."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path

from promo_portal.accounts.models import User
from promo_portal.core.access import public
from promo_portal.urls import *  # noqa: F403
from promo_portal.urls import urlpatterns as ours


@public
def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken on purpose")


def leak(request: HttpRequest) -> HttpResponse:
    """A page whose author forgot to ask who is there."""
    return HttpResponse("secret")


def leak_row(request: HttpRequest, pk: int) -> HttpResponse:
    """A page whose author forgot to ask whose record it is."""
    return HttpResponse(get_object_or_404(User, pk=pk).email)


def write(request: HttpRequest) -> HttpResponse:
    """A page that changes something when it is merely opened."""
    User.objects.filter(pk=request.user.pk).update(phone="032 000 00 00")
    return HttpResponse("done")


urlpatterns = [
    path("fail/", fail, name="fail"),
    path("leak/", leak, name="leak"),
    path("leak/<int:pk>/", leak_row, name="leak_row"),
    path("write/", write, name="write"),
    *ours,
]
