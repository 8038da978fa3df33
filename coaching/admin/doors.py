"""What the staff's pages of coaching share: their context, and how a refused step is told."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from coaching.workflow.acceptance import CircularNotAllowed
from coaching.workflow.locking import ChangedMeanwhile
from coaching.workflow.sessions import DayTaken, NoQuorum, NothingToDecide, Undecided, VotesDisagree, VotesMissing
from promo_portal.accounts.models import User
from promo_portal.core.transitions import TransitionRefused

SAYS_WHY = (DayTaken, NoQuorum, NothingToDecide, Undecided, VotesDisagree, VotesMissing)


def person(request: HttpRequest) -> User:
    """Who is at the desk; the site lets nobody else in."""
    return cast("User", request.user)


def page(
    site: Any, request: HttpRequest, template: str, context: dict[str, Any], *, form: Any = None, status: int = 200
) -> HttpResponse:
    """A page of our own within the staff's shell; a refused form answers 422."""
    if form is not None and form.is_bound and form.errors:
        status = 422
    values = {**site.each_context(request), "form": form, **context}
    return TemplateResponse(request, template, values, status=status)


def attempt(request: HttpRequest, form: Any, step: Callable[[], Any]) -> bool:
    """Run a step of the workflow. What refuses it becomes words in the form; everything typed stays there."""
    try:
        step()
    except ChangedMeanwhile as change:
        form.changed_meanwhile = change.current
        form.data = form.data.copy()
        form.data[form.add_prefix("version")] = str(change.current.version)  # type: ignore[attr-defined]
        form.add_error(None, change.message)
        return False
    except (TransitionRefused, *SAYS_WHY) as refusal:
        form.add_error(None, refusal.message)
        return False
    except CircularNotAllowed:
        form.add_error(
            None, _("Only the manager decides between the commission’s sessions, where the association allows it.")
        )
        return False
    return True


def attempt_now(request: HttpRequest, step: Callable[[], Any], done: str) -> bool:
    """Run a step that has no form, and say what came of it."""
    try:
        step()
    except (TransitionRefused, *SAYS_WHY) as refusal:
        messages.warning(request, refusal.message)
        return False
    messages.success(request, done)
    return True
