"""Making all tables from nothing in a fraction of the time: a database's first migration, as tests and demos do it.

Between two operations Django draws every related model anew, also where only an index, a rule or a trigger was added, or
where one model merely points to another. With some two hundred models around a few hubs that was most of the time. Here
only the model itself and its heirs are drawn anew; what others know of it is then old, which tables do not care about,
except where a key changes that others refer to (there everything is drawn, as Django does). Code that runs within a
migration gets everything drawn afresh. The tables come out the same (compared by dump).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.operations import AlterField, RenameField, RenameModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState, ProjectState
from django.db.migrations.utils import field_is_referenced
from pgtrigger.migrations import AddTrigger

_REACHING: tuple[type[Operation], ...] = (AlterField, RenameField, RenameModel)


def _append_option(state: ProjectState, app_label: str, model_name: str, option_name: str, obj: Any) -> None:
    """An index or a rule more: noted, also on the drawn model (later changes of fields ask it for its rules)."""
    model: Any = state.models[app_label, model_name]
    model.options[option_name] = [*model.options[option_name], obj]
    if "apps" in state.__dict__:
        setattr(state.apps.get_model(app_label, model_name)._meta, option_name, model.options[option_name])


def _alter_option(state: ProjectState, app_label: str, model_name: str, option: str, name: str, obj: Any) -> None:
    """An index or a rule otherwise, under its name."""
    model: Any = state.models[app_label, model_name]
    model.options[option] = [obj if old.name == name else old for old in model.options[option]]
    if "apps" in state.__dict__:
        setattr(state.apps.get_model(app_label, model_name)._meta, option, model.options[option])


def _remove_option(state: ProjectState, app_label: str, model_name: str, option: str, name: str) -> None:
    """An index or a rule less."""
    model: Any = state.models[app_label, model_name]
    model.options[option] = [old for old in model.options[option] if old.name != name]
    if "apps" in state.__dict__:
        setattr(state.apps.get_model(app_label, model_name)._meta, option, model.options[option])


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


def _heirs(state: ProjectState, key: tuple[str, str]) -> set[tuple[str, str]]:
    """The model and everything that inherits from it."""
    found = {key}
    for other, model in state.models.items():
        if other not in found and any(isinstance(base, str) and base.lower() == ".".join(key) for base in model.bases):
            found |= _heirs(state, other)
    return found


def _reload_model(state: Any, app_label: str, model_name: str, delay: bool = False) -> None:
    """Draw the model and its heirs anew; whoever needs more has everything drawn afresh (`is_delayed`)."""
    if "apps" in state.__dict__:
        state.is_delayed = True
        state._reload(_heirs(state, (app_label, model_name.lower())))  # noqa: SLF001 - Django's own, with fewer models


def _seeing_all(forwards: Callable[..., None]) -> Callable[..., None]:
    """A change that reaches into other tables (a key they refer to, a new name): before it, everything is drawn."""

    def database_forwards(operation: Any, app_label: str, editor: Any, old: ProjectState, new: ProjectState) -> None:
        field = getattr(operation, "field", None)
        key = app_label, getattr(operation, "model_name_lower", "")
        if field is None or field_is_referenced(new, key, (operation.name, field)):
            old.clear_delayed_apps_cache()
            new.clear_delayed_apps_cache()
        forwards(operation, app_label, editor, old, new)

    return database_forwards


@contextmanager
def drawing_sparingly() -> Iterator[None]:
    """Within: models are drawn anew only where their fields change."""
    places: tuple[tuple[Any, str, Any], ...] = (
        (ProjectState, "_append_option", _append_option),
        (ProjectState, "_alter_option", _alter_option),
        (ProjectState, "_remove_option", _remove_option),
        (ProjectState, "add_model", _add_model),
        (ProjectState, "reload_model", _reload_model),
        (AddTrigger, "state_forwards", _add_trigger),
        *((change, "database_forwards", _seeing_all(change.database_forwards)) for change in _REACHING),
    )
    before = [(owner, name, getattr(owner, name)) for owner, name, _new in places]
    for owner, name, new in places:
        setattr(owner, name, new)
    try:
        yield
    finally:
        for owner, name, old in before:
            setattr(owner, name, old)
