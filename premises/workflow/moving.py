"""Moving a row from one state to the next: locked, checked against its table, written into the record."""

from datetime import datetime
from typing import Any, TypeVar

from premises.models import Enquiry, Match, Offer, Shortlist, SpaceSearch
from promo_portal.accounts.models import User
from promo_portal.audit.record import record_transition
from promo_portal.core.transitions import Table, next_state

RowT = TypeVar("RowT", Offer, Enquiry, SpaceSearch, Match, Shortlist)
Actor = User | str
OWNER, SENDER = "owner", "sender"  # who acts by a mailed link, without an account


def locked(row: RowT) -> RowT:
    """``row`` as it stands now, locked; confidential rows are found within the scope in force only."""
    found: RowT = type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)  # noqa: SLF001
    return found


def move(row: RowT, table: Table, action: str, *, by: Actor, now: datetime, reason: str = "", **values: Any) -> RowT:
    """Take a locked row to the state its table names, with ``values`` for its other fields; refused pairs change nothing."""
    before = row.state
    row.state = next_state(table, before, action)
    for name, value in values.items():
        setattr(row, name, value)
    fields = ["state", *values]
    if hasattr(row, "version"):
        row.version += 1
        fields.append("version")
    row.save(update_fields=fields)
    record_transition(subject=row, action=action, from_state=before, to_state=row.state, by=by, reason=reason, at=now)
    return row
