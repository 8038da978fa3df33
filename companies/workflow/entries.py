"""An entry's life: entered, edited, shown, hidden, confirmed, ceased. It is never deleted by a clock or a person."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from companies import entry
from companies.changed import organisations_changed
from companies.enums import ConfirmationWay, OrganisationState
from companies.models import Confirmation, Organisation
from companies.workflow import tables
from companies.workflow.locking import locked, save
from companies.workflow.returns import note_return
from promo_portal.audit.record import record_transition
from promo_portal.core import clock
from promo_portal.core.transitions import next_state
from promo_portal.regions.models import Municipality


class NoSuchPlace(Exception):
    """The municipality does not stand any more, and nothing says what it became."""

    @property
    def message(self) -> str:
        """What a person reads."""
        return _("This municipality no longer exists. Choose the one that took its place.")


def place_of(municipality: Municipality, today: date) -> Municipality:
    """The municipality that stands today where ``municipality`` was; ``NoSuchPlace`` if that is not known."""
    standing = municipality.standing(today)
    if standing is None:
        raise NoSuchPlace
    return standing


def _settle(organisation: Organisation, today: date) -> set[str]:
    """The association follows from the municipality, never from a form; returns the columns set."""
    place = place_of(organisation.municipality, today)
    association = place.association()
    organisation.municipality, organisation.association = place, association
    return {"municipality", "association"}


def _today(now: datetime) -> date:
    return now.astimezone(clock.ZURICH).date()


@transaction.atomic
def create_organisation(
    *,
    values: Mapping[str, Any],
    activities: Sequence[str] = (),
    capabilities: str = "",
    by: Any,
    now: datetime,
    state: str = OrganisationState.PUBLISHED,
) -> Organisation:
    """Enter an organisation; it is public at once and waits for its first confirmation."""
    if state not in {OrganisationState.PUBLISHED, OrganisationState.HIDDEN}:
        msg = f"an entry does not begin as {state}"
        raise ValueError(msg)
    organisation = Organisation(state=state, created_at=now, listed_on=_today(now), **values)
    _settle(organisation, _today(now))
    organisation.save()
    entry.set_activities(organisation, activities)
    entry.set_capabilities(organisation, capabilities)
    record_transition(subject=organisation, action="create", from_state="", to_state=state, by=by, at=now)
    organisations_changed([organisation.pk])
    return organisation


@transaction.atomic
def edit_organisation(
    *,
    organisation: Organisation,
    values: Mapping[str, Any],
    by: Any,
    now: datetime,
    version: int | None = None,
    activities: Sequence[str] | None = None,
    capabilities: str | None = None,
) -> Organisation:
    """Change fields of an entry. Open proposals that say the same are settled; those that say otherwise stay."""
    organisation = locked(organisation, version=version)
    next_state(tables.ORGANISATION, organisation.state, "edit")
    changed = {name for name, value in values.items() if getattr(organisation, name) != value}
    for name in changed:
        setattr(organisation, name, values[name])
    if "municipality" in changed:
        changed |= _settle(organisation, _today(now))
    links = activities is not None and entry.set_activities(organisation, activities)
    links = (capabilities is not None and entry.set_capabilities(organisation, capabilities)) or links
    if changed or links:
        save(organisation, *changed)
        organisations_changed([organisation.pk])
    return organisation


def touch_organisation(*, organisation: Organisation) -> None:
    """Something that hangs on the entry (a contact, a capability) was changed: a new version, documents renewed."""
    save(organisation)
    organisations_changed([organisation.pk])


def _move(
    organisation: Organisation, action: str, *, by: Any, now: datetime, reason: str = "", **values: Any
) -> Organisation:
    organisation = locked(organisation)
    before, organisation.state = organisation.state, next_state(tables.ORGANISATION, organisation.state, action)
    for name, value in values.items():
        setattr(organisation, name, value)
    save(organisation, "state", *values)
    record_transition(
        subject=organisation,
        action=action,
        from_state=before,
        to_state=organisation.state,
        by=by,
        reason=reason,
        at=now,
    )
    organisations_changed([organisation.pk])
    return organisation


@transaction.atomic
def publish_organisation(*, organisation: Organisation, by: Any, now: datetime, reason: str = "") -> Organisation:
    """Show a hidden entry to the public again."""
    return _move(organisation, "publish", by=by, now=now, reason=reason)


@transaction.atomic
def hide_organisation(*, organisation: Organisation, by: Any, now: datetime, reason: str = "") -> Organisation:
    """Take an entry out of the public's sight, for a reason that staff read later."""
    return _move(organisation, "hide", by=by, now=now, reason=reason)


@transaction.atomic
def cease_organisation(
    *, organisation: Organisation, by: Any, now: datetime, ceased_on: date | None = None, reason: str = ""
) -> Organisation:
    """The organisation exists no longer; its entry stays for the record."""
    return _move(organisation, "cease", by=by, now=now, reason=reason, ceased_on=ceased_on or _today(now))


@transaction.atomic
def revive_organisation(*, organisation: Organisation, by: Any, now: datetime, reason: str = "") -> Organisation:
    """It exists after all: hidden until somebody looks at the entry and publishes it."""
    return _move(organisation, "revive", by=by, now=now, reason=reason, ceased_on=None)


@transaction.atomic
def confirm_organisation(
    *,
    organisation: Organisation,
    by: Any,
    now: datetime,
    way: str = ConfirmationWay.STAFF,
    note: str = "",
    confirmed_on: date | None = None,
) -> Confirmation:
    """Somebody says that the entry is right: the public reads the date, and the next one is a year away."""
    organisation = locked(organisation)
    state = next_state(tables.ORGANISATION, organisation.state, "confirm")
    day = confirmed_on or _today(now)
    confirmation = Confirmation.objects.create(
        organisation=organisation,
        confirmed_on=day,
        way=way,
        note=note,
        replaced_on=organisation.confirmed_on,
        at=now,
        actor_id=getattr(by, "pk", None),
        actor_name=str(by or ""),
    )
    if organisation.confirmed_on is None or organisation.confirmed_on < day:
        organisation.confirmed_on = day
        save(organisation, "confirmed_on")
        organisations_changed([organisation.pk])
    record_transition(
        subject=organisation, action="confirm", from_state=state, to_state=state, by=by, reason=note, at=now
    )
    note_return(organisation=organisation, action="confirm", by=by, now=now, reason=note)
    return confirmation
