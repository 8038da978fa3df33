"""Health pages: alive, ready, and the state of the clockwork for those who watch over it."""

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.db import DatabaseError, transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from promo_portal.core.access import public
from promo_portal.reminders.health import health, is_ready


@public
@require_safe
@never_cache
@transaction.non_atomic_requests
def live(request: HttpRequest) -> HttpResponse:
    """The process answers; no look at the database, which may be away without this process being broken."""
    return JsonResponse({"status": "ok"})


@public
@require_safe
@never_cache
@transaction.non_atomic_requests
def ready(request: HttpRequest) -> HttpResponse:
    """The database answers and has all migrations: requests may come."""
    lacking = is_ready()
    return JsonResponse({"status": "bad" if lacking else "ok", "lacking": lacking}, status=503 if lacking else 200)


@public
@require_safe
@never_cache
@transaction.non_atomic_requests
def jobs(request: HttpRequest) -> HttpResponse:
    """The clockwork's state, for loopback, ``HEALTH_NETWORKS`` and staff; it does not exist for anybody else."""
    if not _may_watch(request):
        raise Http404
    try:
        found = health()
    except DatabaseError:
        return JsonResponse({"status": "bad", "problems": ["database"]}, status=503)
    return JsonResponse(found.as_json(), status=503 if found.problems else 200)


def _may_watch(request: HttpRequest) -> bool:
    try:
        client = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return _is_staff(request)
    if client.is_loopback or any(client in ip_network(known, strict=False) for known in settings.HEALTH_NETWORKS):
        return True
    return _is_staff(request)


def _is_staff(request: HttpRequest) -> bool:
    try:
        return bool(request.rights.may_enter_admin)  # type: ignore[attr-defined]
    except DatabaseError:
        return False
