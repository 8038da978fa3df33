"""Closed unless opened: a view is for signed-in people, unless it says that it is public."""

from collections.abc import Callable
from typing import Any, TypeVar

ViewT = TypeVar("ViewT", bound=Callable[..., Any])


def public(view: ViewT) -> ViewT:
    """Mark a view as open to visitors; its route also stands as ``public`` in ``accounts/routes.toml``.

    For a class: ``@method_decorator(public, name="dispatch")``. The mark is Django's own, read by
    ``ClosedByDefaultMiddleware``.
    """
    view.login_required = False  # type: ignore[attr-defined]
    return view


def is_public(view: Callable[..., Any]) -> bool:
    """Whether visitors may call the view."""
    return not getattr(view, "login_required", True)
