"""History of every change, written by triggers: it also sees bulk updates and raw SQL, and nobody can tidy it up.

Each tracked model gets a table ``<model>history`` with the row as it stood after each change, the label of the change and
the context of the request (``HistoryContextMiddleware``: person's number, route, association). The application role may
only add to it.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, TypeVar

import pghistory
import pgtrigger
from django.db import models
from pghistory import trigger
from pghistory.models import Event

from promo_portal.core import slots
from promo_portal.core.scope import ScopedManager

ModelT = TypeVar("ModelT", bound=type[models.Model])
TRIGGERS = ("insert_insert", "update_update", "delete_delete")


class History(Event):
    """One change of a row."""

    pgh_id = models.BigAutoField(primary_key=True)

    class Meta:
        abstract = True


class ConfidentialHistory(History):
    """One change of a confidential row; as closed as the row itself."""

    objects: ClassVar[Any] = ScopedManager["ConfidentialHistory"]()
    unscoped = models.Manager()

    class Meta:
        abstract = True
        base_manager_name = "unscoped"


class _InsertedRows(trigger.Event):
    """The history of all rows that one statement inserts, written by one statement; without pghistory's own contexts."""

    level = pgtrigger.Statement

    def get_func(self, model: models.Model) -> pgtrigger.Func:
        text = super().get_func(model).func
        bare = text.replace("WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) ", "")
        bare = bare.replace(", _pgh_attached_context", "")
        if "_attach" in bare:
            msg = "pghistory writes its statement-level triggers otherwise than this was made for."
            raise ValueError(msg)
        return pgtrigger.Func(bare)


class _BulkInsertEvent(pghistory.InsertEvent):
    """As ``InsertEvent``, for tables that are filled in bulk: a trigger call per row costs several times the row."""

    level = pgtrigger.Statement

    def add_event_trigger(self, event_model: type[models.Model]) -> None:
        follow = _InsertedRows(
            event_model=event_model,
            label=self.label,
            name=self.trigger_name,
            row=self.row,
            operation=self.operation,
            level=self.level,
        )
        pgtrigger.register(follow)(event_model.pgh_tracked_model)  # type: ignore[attr-defined]


def _keys_without_index(model: type[models.Model], left_out: Iterable[str]) -> dict[str, "models.ForeignKey[Any, Any]"]:
    """The keys of a row as its history holds them: as pghistory makes them, but nobody looks history up by them."""
    keys = (field for field in model._meta.local_fields if isinstance(field, models.ForeignKey))
    return {
        key.name: models.ForeignKey(
            key.remote_field.model,
            on_delete=models.DO_NOTHING,
            related_name="+",
            related_query_name="+",
            db_constraint=False,
            db_index=False,
            null=key.null,
            blank=key.blank,
            verbose_name=key.verbose_name,
        )
        for key in keys
        if key.name not in left_out
    }


def tracked(
    *,
    exclude: Iterable[str] = (),
    recounted: Iterable[str] = (),
    confidential: bool = False,
    private_state: str = "",
    bulk: bool = False,
    part_of: str = "",
) -> Callable[[ModelT], ModelT]:
    """Keep the history of a model, without the fields in ``exclude`` (secrets never go into history).

    Fields in ``recounted`` follow from other rows; they are left out as well, and their change alone is no line.

    A ``confidential`` model has an ``association``; its history is read through the scope, and its table is put behind
    row-level security by ``EnableRowLevelSecurity("<Model>History", is_history=True)``. Rows in ``private_state`` leave no
    history: what somebody has not sent yet is theirs, and gone when it is deleted.

    Models that files fill by the thousand are ``bulk``: their new rows' history is written by one call a statement, and
    is looked up by its row and moment only (an index for every key cost more than the lines themselves). Where such rows
    are told as ``part_of`` another, that key finds the changes of those that are gone: a small index, without new rows.
    """
    private = {"old": ~pgtrigger.Q(old__state=private_state), "new": ~pgtrigger.Q(new__state=private_state)}
    only: dict[str, dict[str, Any]] = {
        key: {"condition": condition} if private_state else {} for key, condition in private.items()
    }
    inserted = _BulkInsertEvent() if bulk else pghistory.InsertEvent(**only["new"])
    lean: dict[str, Any] = {"db_index": False} if bulk else {}
    updates = {"condition": pgtrigger.AnyChange(exclude=list(recounted))} if recounted else only["new"]

    left_out = [*exclude, *recounted]

    def decorate(model: ModelT) -> ModelT:
        name = f"{model.__name__}History"
        indexes = [models.Index(name=f"{name.lower()}_obj"[:30], fields=["pgh_obj", "pgh_created_at"])]
        if part_of:
            gone = ~models.Q(pgh_label="insert")
            indexes.append(models.Index(name=f"{model.__name__.lower()}_left"[:30], fields=[part_of], condition=gone))
        table = f"{model._meta.app_label}_{name.lower()}"
        slots.append_only.register(table, table)
        follow = pghistory.track(
            inserted,
            pghistory.UpdateEvent(**updates),
            pghistory.DeleteEvent(**only["old"]),
            exclude=left_out,
            model_name=name,
            base_model=ConfidentialHistory if confidential else History,
            obj_field=pghistory.ObjForeignKey(related_name="history", **lean),
            context_field=pghistory.ContextJSONField(),
            context_id_field=pghistory.ContextUUIDField(),
            attrs=_keys_without_index(model, left_out) if bulk else None,
            meta={"indexes": indexes},
        )
        followed: ModelT = follow(model)
        return followed

    return decorate


@contextmanager
def without_history(*model_classes: type[models.Model]) -> Iterator[None]:
    """Write rows without history: for seeding and bulk imports of invented data, inside one transaction."""
    uris = [f"{model._meta.label}:{trigger}" for model in model_classes for trigger in TRIGGERS]
    with pgtrigger.ignore(*uris):
        yield


def history_of(row: models.Model) -> Any:
    """The changes of a row, newest first, as far as the scope in force allows."""
    return row.history.order_by("-pgh_created_at", "-pgh_id")  # type: ignore[attr-defined]
