"""The row that a step works on, locked until the step is done.

Places are given out under the lock of the event's row: whoever registers, cancels or changes the capacity waits for the
one before. ``settings.EVENTS_LOCK_PLACES`` exists for the tests alone, which prove that without the lock too many come.
"""

from typing import TypeVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _

from clusters.models import Cluster, Event, Introduction, NeedOffer, Registration

RowT = TypeVar("RowT", Cluster, NeedOffer, Introduction)


class ChangedMeanwhile(Exception):
    """Somebody saved the row after the person had opened it. Nothing was changed."""

    def __init__(self, current: models.Model) -> None:
        super().__init__(f"{current._meta.label_lower} {current.pk} changed meanwhile")
        self.current = current

    @property
    def message(self) -> str:
        """What the second of two people reads."""
        return _(
            "A colleague has saved this record since you opened it. Your entry is kept below: compare and save again."
        )


def locked_event(pk: int, *, version: int | None = None) -> Event:
    """The event as it stands now, its places held still; with ``version`` an edit in between is told."""
    rows = Event.objects.select_related("association", "cluster", "municipality")
    if settings.EVENTS_LOCK_PLACES:
        rows = rows.select_for_update(of=("self",), no_key=True)
    event = rows.get(pk=pk)
    if version is not None and event.version != version:
        raise ChangedMeanwhile(event)
    return event


def locked_registration(pk: int) -> Registration:
    """The registration as it stands now; its event is locked already, and the scope is the event's association."""
    return Registration.objects.select_for_update(of=("self",)).select_related("association").get(pk=pk)


def locked(row: RowT) -> RowT:
    """A cluster, need, offer or introduction as it stands now; the caller already has the right to it."""
    found: RowT = type(row).objects.select_for_update(of=("self",)).get(pk=row.pk)
    return found
