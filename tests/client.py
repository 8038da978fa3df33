"""Django's test client without what thousands of requests do not need."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.template import Template
from django.test.utils import _TestState


@contextmanager
def rendering_unwatched() -> Iterator[None]:
    """Within, no template that is drawn is noted with a copy of all it was given (``response.context`` stays empty)."""
    watched = Template._render
    Template._render = _TestState.saved_data.template_render  # type: ignore[attr-defined]
    try:
        yield
    finally:
        Template._render = watched
