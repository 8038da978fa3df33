"""The entry that a step works on, locked until the step is done, and what happens when it changed meanwhile."""

from django.utils.translation import gettext as _

from companies.models import Organisation
from promo_portal.core import clock


class ChangedMeanwhile(Exception):
    """Somebody saved the entry after the person had opened it; ``current`` is what it says now. Nothing was changed."""

    def __init__(self, current: Organisation) -> None:
        super().__init__(f"organisation {current.pk} changed meanwhile")
        self.current = current

    @property
    def message(self) -> str:
        """What the second of two people reads."""
        return _(
            "A colleague has saved this entry since you opened it. Your text is kept below: compare and save again."
        )


def locked(organisation: Organisation, *, version: int | None = None) -> Organisation:
    """The entry as it stands now, locked; with ``version`` (what the person saw) an edit in between is refused."""
    current = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    if version is not None and current.version != version:
        raise ChangedMeanwhile(current)
    return current


def save(organisation: Organisation, *fields: str) -> None:
    """Save the named fields of a locked entry, with the moment and a new version."""
    organisation.version += 1
    organisation.changed_at = clock.now()
    organisation.save(update_fields=[*fields, "version", "changed_at"])
