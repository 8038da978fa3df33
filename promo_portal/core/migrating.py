"""Making all tables from nothing in a fraction of the time: a database's first migration, as tests and demos do it.

Between two operations Django draws every related model anew, also where only an index, a rule or a trigger was added, or
where a new model merely points to older ones. With some two hundred models around a few hubs that was most of the time.
The tables come out the same (compared by dump).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.state import ModelState, ProjectState
from pgtrigger.migrations import AddTrigger


def _append_option(state: ProjectState, app_label: str, model_name: str, option_name: str, obj: Any) -> None:
    """An index or a rule more: noted, also on the drawn model (later changes of fields ask it for its rules)."""
    model: Any = state.models[app_label, model_name]
    model.options[option_name] = [*model.options[option_name], obj]
    if "apps" in state.__dict__:
        setattr(state.apps.get_model(app_label, model_name)._meta, option_name, model.options[option_name])


def _add_trigger(operation: Any, app_label: str, state: ProjectState) -> None:
    """A trigger more: noted, nothing drawn."""
    model: Any = state.models[app_label, operation.model_name]
    model.options["triggers"] = [*model.options.get("triggers", []), operation.trigger]


def _add_model(state: Any, model_state: ModelState) -> None:
    """A new model: drawn itself; what it points to gets to know it by the way."""
    key = model_state.app_label, model_state.name_lower
    state.models[key] = model_state
    if state._relations is not None:  # noqa: SLF001 - Django's own step, without the redrawing
        state.resolve_model_relations(key)
    if "apps" in state.__dict__:
        state.apps.render_multiple([model_state])


@contextmanager
def drawing_sparingly() -> Iterator[None]:
    """Within: models are drawn anew only where their fields change."""
    places: tuple[tuple[Any, str, Any], ...] = (
        (ProjectState, "_append_option", _append_option),
        (ProjectState, "add_model", _add_model),
        (AddTrigger, "state_forwards", _add_trigger),
    )
    before = [(owner, name, getattr(owner, name)) for owner, name, _new in places]
    for owner, name, new in places:
        setattr(owner, name, new)
    try:
        yield
    finally:
        for owner, name, old in before:
            setattr(owner, name, old)
