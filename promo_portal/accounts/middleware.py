"""Who is asking, on whose behalf, and how far they have proved it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]


class _Pass:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


class SessionLimitsMiddleware(_Pass):
    """Ends idle and old sessions."""


class ScopeMiddleware(_Pass):
    """Enters the scope of the person's membership."""


class ClosedByDefaultMiddleware(_Pass):
    """Everything that is not public asks for sign-in."""


class SecondFactorMiddleware(_Pass):
    """No second factor, nothing but enrolment."""


class HistoryContextMiddleware(_Pass):
    """Tells history who acts."""
