"""When many register at the same second, a few wait for the event's lock too long and are asked to press once more."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

ViewT = TypeVar("ViewT", bound=Callable[..., HttpResponse])
LOCK_NOT_AVAILABLE = "55P03"
RETRY_AFTER = "2"  # seconds


def patient(view: ViewT) -> ViewT:
    """Answer 503 with a moment to wait when the lock was not to be had; nothing was changed, nothing is lost."""
    in_transaction = transaction.atomic(view)

    @transaction.non_atomic_requests
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return in_transaction(request, *args, **kwargs)
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", "") != LOCK_NOT_AVAILABLE:
                raise
            response = render(request, "clusters/busy.html", status=503)
            response["Retry-After"] = RETRY_AFTER
            return response

    return wrapper  # type: ignore[return-value]
