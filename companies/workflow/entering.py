"""Entries that come in by the thousand: the same steps as one by one (``entries``), each a statement for a whole batch.

An import writes rows as text, and here alone it is decided in which state they stand, what moves them, and what their
history says of it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from companies.enums import OrganisationState
from companies.workflow import tables
from promo_portal.audit.models import Transition
from promo_portal.core.transitions import next_state

Moved = Sequence[Any]  # of the record: kind of subject, reason, number and name of the person, moment

_MOVED = ("subject_kind", "reason", "actor_id", "actor_name", "at")
# The first line of each entry's history, drawn from the entries themselves.
_TELL = f"""
INSERT INTO {Transition._meta.db_table} ({", ".join(_MOVED)}, subject_id, association_id, action, from_state, to_state)
SELECT %s, %s, %s::bigint, %s, %s::timestamptz, id, association_id, %s, %s, state
  FROM companies_organisation WHERE id = ANY(%s)
"""  # noqa: S608 - names of columns
# Empty cells say nothing: the entry keeps what it says there.
_AGAIN = """
UPDATE companies_organisation o SET state = %s, version = o.version + 1, changed_at = %s, source = s.source,
       association_id = CASE WHEN s.municipality_id IS NULL THEN o.association_id ELSE s.association_id END,
       legal_form_id = coalesce(s.legal_form_id, o.legal_form_id),
       municipality_id = coalesce(s.municipality_id, o.municipality_id),
       name_key = coalesce(nullif(s.name_key, ''), o.name_key),
       name_core = coalesce(nullif(s.name_core, ''), o.name_core),
       {texts}
  FROM {staged} s WHERE s.id = o.id AND o.state = %s RETURNING o.id
"""


def state_of_new(*, is_named: bool = True) -> str:
    """An entry that comes in is public at once; one without any name waits for somebody to give it one."""
    return OrganisationState.PUBLISHED if is_named else OrganisationState.HIDDEN


def tell_created(cursor: Any, *, numbers: Sequence[int], moved: Moved) -> None:
    """Note of a batch that was just written that these entries were made."""
    cursor.execute(_TELL, [*moved, "create", "", list(numbers)])


def publish_staged(
    cursor: Any, *, staged: str, texts: Sequence[str], numbers: Sequence[str] = (), moved: Moved, now: datetime
) -> list[int]:
    """Hidden entries say what the rows of the table ``staged`` say, and are public again; returns their numbers.

    ``texts`` and ``numbers`` are the columns that a row may leave empty. Entries that somebody has moved on meanwhile are left alone.
    """
    before = OrganisationState.HIDDEN
    after = next_state(tables.ORGANISATION, before, "publish")
    columns = [f"{name} = coalesce(nullif(s.{name}, ''), o.{name})" for name in texts]
    columns += [f"{name} = coalesce(s.{name}, o.{name})" for name in numbers]
    cursor.execute(_AGAIN.format(texts=", ".join(columns), staged=staged), [str(after), now, str(before)])
    published = [number for (number,) in cursor.fetchall()]
    cursor.execute(_TELL, [*moved, "publish", str(before), published])
    return published
