"""The one way in which history loses lines: the names of a request or file whose time is over.

The application role may only add to history, to the record of steps and to the ledger. This function belongs to the
owner, acts within the scope of the transaction, and only for a request that the application has anonymised already.
"""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from promo_portal.core.rls import ASSOCIATIONS

PARTS = (
    *("casenote", "task", "meeting", "milestone", "readinessscore", "outcomecheck", "casedocument", "engagement"),
)
HISTORIES = (*PARTS, "shareddocument", "casefile", "coachingrequest", "decision", "agendaitem", "opinion", "recusal")

FUNCTION = f"""
CREATE FUNCTION coaching_forget(forgotten_request bigint, forgotten_person bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    forgotten_case bigint;
    part text;
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM coaching_coachingrequest
        WHERE id = forgotten_request AND anonymised_at IS NOT NULL AND association_id = ANY ({ASSOCIATIONS})
    ) THEN
        RAISE EXCEPTION 'the request is not anonymised, or of another association';
    END IF;
    SELECT id INTO forgotten_case FROM coaching_casefile WHERE request_id = forgotten_request;
    DELETE FROM coaching_shareddocumenthistory WHERE engagement_id IN (
        SELECT id FROM coaching_engagement WHERE case_file_id = forgotten_case);
    FOREACH part IN ARRAY ARRAY[{", ".join(f"'{part}'" for part in PARTS)}] LOOP
        EXECUTE format(
            'UPDATE audit_transition SET reason = '''', actor_name = CASE WHEN actor_id = $2 THEN '''' ELSE actor_name END'
            ' WHERE subject_kind = %L AND subject_id IN (SELECT pgh_obj_id FROM %I WHERE case_file_id = $1)',
            'coaching.' || part, 'coaching_' || part || 'history') USING forgotten_case, forgotten_person;
        EXECUTE format('DELETE FROM %I WHERE case_file_id = $1', 'coaching_' || part || 'history') USING forgotten_case;
    END LOOP;
    DELETE FROM coaching_casefilehistory WHERE pgh_obj_id = forgotten_case;
    DELETE FROM coaching_decisionhistory WHERE request_id = forgotten_request;
    DELETE FROM coaching_opinionhistory WHERE item_id IN (
        SELECT id FROM coaching_agendaitem WHERE request_id = forgotten_request);
    DELETE FROM coaching_recusalhistory WHERE item_id IN (
        SELECT id FROM coaching_agendaitem WHERE request_id = forgotten_request);
    DELETE FROM coaching_agendaitemhistory WHERE request_id = forgotten_request;
    DELETE FROM coaching_coachingrequesthistory WHERE pgh_obj_id = forgotten_request;
    UPDATE coaching_timeentry SET note = CASE WHEN corrects_id IS NULL THEN '' ELSE '–' END
        WHERE case_file_id = forgotten_case;
    UPDATE audit_transition
        SET reason = '', actor_name = CASE WHEN actor_id = forgotten_person THEN '' ELSE actor_name END
        WHERE (subject_kind = 'coaching.casefile' AND subject_id = forgotten_case)
           OR (subject_kind = 'coaching.coachingrequest' AND subject_id = forgotten_request);
    UPDATE audit_transition SET actor_name = ''
        WHERE actor_id = forgotten_person AND association_id = ANY ({ASSOCIATIONS});
    UPDATE audit_transition SET reason = ''
        WHERE subject_kind = 'coaching.timeentry'
          AND subject_id IN (SELECT id FROM coaching_timeentry WHERE case_file_id = forgotten_case);
    DELETE FROM accounts_userhistory
        WHERE pgh_obj_id = forgotten_person
          AND EXISTS (SELECT 1 FROM accounts_user WHERE id = forgotten_person AND NOT is_active AND last_name = '');
END $$
"""


def allow_forgetting(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Policies by which the owner alone, within the scope, may take lines out of these histories."""
    for name in HISTORIES:
        table = f"coaching_{name}history"
        schema_editor.execute(
            f'CREATE POLICY "{table}_forget" ON "{table}" FOR DELETE TO CURRENT_USER'
            f" USING (association_id = ANY ({ASSOCIATIONS}))",
            params=None,
        )
    schema_editor.execute(FUNCTION, params=None)


def forbid_forgetting(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Undo ``allow_forgetting``."""
    schema_editor.execute("DROP FUNCTION coaching_forget(bigint, bigint)", params=None)
    for name in HISTORIES:
        table = f"coaching_{name}history"
        schema_editor.execute(f'DROP POLICY "{table}_forget" ON "{table}"', params=None)


class Migration(migrations.Migration):
    dependencies = [("coaching", "0008_later_checks_network_retention"), ("audit", "0001_initial"), ("accounts", "0001_initial")]

    operations = [migrations.RunPython(allow_forgetting, forbid_forgetting)]
