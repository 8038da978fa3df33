"""What the directory's staff pages share: their context, and how a refused step is told."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from companies.queues import count_up_to
from companies.workflow.entries import NoSuchPlace
from companies.workflow.locking import ChangedMeanwhile
from companies.workflow.merging import CannotMerge
from companies.workflow.proposals import CannotApply
from promo_portal.accounts.models import User
from promo_portal.core.transitions import TransitionRefused

REFUSALS = (TransitionRefused, ChangedMeanwhile, CannotApply, CannotMerge, NoSuchPlace)
MOST_COUNTED = 10_000


def person(request: HttpRequest) -> User:
    """Who is at the desk; the site lets nobody else in."""
    return cast("User", request.user)


def page(
    site: Any, request: HttpRequest, template: str, context: dict[str, Any], *, form: Any = None, status: int = 200
) -> HttpResponse:
    """A page of our own within the staff's shell; a refused form answers 422."""
    if form is not None and form.is_bound and form.errors:
        status = 422
    return TemplateResponse(request, template, {**site.each_context(request), "form": form, **context}, status=status)


def attempt(request: HttpRequest, step: Callable[[], Any], done: str = "", *, form: Any = None) -> bool:
    """Run a step of the workflow; what refuses it becomes words, in the form or above the page."""
    try:
        step()
    except REFUSALS as refusal:
        if form is not None:
            form.add_error(None, refusal.message)
        else:
            messages.warning(request, refusal.message)
        return False
    if done:
        messages.success(request, done)
    return True


class CappedPaginator(Paginator):
    """Pages of a list that may hold a million rows: counted up to 10,000 and no further."""

    @property
    def count(self) -> int:
        """The number of rows, at most 10,000 and one."""
        if not hasattr(self, "_count"):
            self._count = count_up_to(self.object_list, MOST_COUNTED)
        return self._count
