"""A database that came from a backup does not know what has been sent since: its mail waits until a person has looked.

The first pass writes down which database this is; every later one compares. A dump is restored into new tables, a copy
into a new database, files or a log of changes into another cluster or onto another timeline: none is the one noted down.
"""

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_noop

from promo_portal.mailing.workflow import hold_all

log = structlog.get_logger(__name__)
NAME = "database"
REASON_RESTORED = gettext_noop("Restored from a backup: look through what waits before it leaves.")

_HERE = """
SELECT concat_ws(':', (SELECT system_identifier FROM pg_control_system()), (SELECT timeline_id FROM pg_control_checkpoint()),
  (SELECT oid FROM pg_database WHERE datname = current_database()), 'mailing_outgoingmail'::regclass::oid)
"""
_NOTE = """
INSERT INTO reminders_heartbeat (name, at, detail) VALUES (%(name)s, clock_timestamp(), jsonb_build_object('is', %(here)s))
ON CONFLICT (name) DO NOTHING
"""
_COMPARE = """
UPDATE reminders_heartbeat SET at = clock_timestamp(), detail = jsonb_build_object('is', %(here)s)
WHERE name = %(name)s AND detail->>'is' IS DISTINCT FROM %(here)s
RETURNING name
"""


@transaction.atomic
def hold_after_restore() -> bool:
    """Put all mail on hold if this is no longer the database of the last pass; asked before anything is handed out."""
    if not settings.MAIL_ON_HOLD_AFTER_RESTORE:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_HERE)
        values = {"name": NAME, "here": cursor.fetchone()[0]}
        cursor.execute(_NOTE, values)
        cursor.execute(_COMPARE, values)
        is_another = cursor.fetchone() is not None
    if is_another:
        log.error("database_restored_mail_on_hold")
        hold_all(reason=REASON_RESTORED)
    return is_another
