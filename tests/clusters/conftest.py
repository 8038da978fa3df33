"""An event with two places, and shortcuts to register for it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from clusters.models import Event, Registration
from clusters.workflow.registrations import Answers, Came, register
from promo_portal.core import clock
from promo_portal.core.scope import association_scope
from promo_portal.regions.models import Association, Municipality
from tests.clusters import factories
from tests.clusters.factories import NOW

Register = Callable[..., Registration]


def answers(name: str = "ines", **values: Any) -> Answers:
    """What somebody fills in."""
    return Answers(**{"first_name": name.title(), "last_name": "Favre", "email": f"{name}@valtour.example", **values})


def sent(event: Event, name: str = "ines", *, now: Any = NOW, **values: Any) -> tuple[Registration, Came]:
    """A form that was sent by somebody whose browser has proved its work."""
    step = {key: values.pop(key) for key in ("proved", "form_key", "by", "user") if key in values}
    return register(event=event, answers=answers(name, **values), now=now, **{"proved": True, **step})


@pytest.fixture
def event(cep: Association, tavannes: Municipality) -> Iterator[Event]:
    """A published event with two places; the clock stands still before it."""
    with clock.standing_still(NOW), association_scope(cep.pk):
        yield factories.event(cep, tavannes)
