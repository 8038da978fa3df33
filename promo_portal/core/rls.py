"""Row-level security, the second wall: PostgreSQL itself shows a confidential row only to the scope it belongs to.

The policies read ``portal.associations`` and ``portal.user``, which ``core.db`` hands to every transaction. Without them
no row is seen, no row can be written; this also holds for the owner (``FORCE``), so a migration that must touch such rows
sets the values itself, and a dump of the database needs a role with BYPASSRLS.
"""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

ASSOCIATIONS = "string_to_array(nullif(current_setting('portal.associations', true), ''), ',')::bigint[]"
PERSON = "nullif(current_setting('portal.user', true), '')::bigint"


class EnableRowLevelSecurity(Operation):
    """Put a model's table behind policies.

    ``own`` is an SQL condition under which a person sees a row as their own; ``{person}`` stands for their number.
    ``own_may_write`` lets them change such rows too (a founder ticks a task); making and deleting stays with the
    association. A history table (``is_history``) takes rows from anybody, since its triggers run on behalf of whoever
    made the change, and shows them to the association.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(
        self,
        model_name: str,
        *,
        association: str = "association_id",
        own: str = "",
        own_may_write: bool = False,
        is_history: bool = False,
    ) -> None:
        self.model_name, self.association, self.own = model_name, association, own
        self.own_may_write, self.is_history = own_may_write, is_history

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing of this is part of the model's state."""

    def conditions(self) -> dict[str, tuple[str, str]]:
        """For each command of SQL: the rows it may touch, and the rows it may leave behind."""
        association = f"{self.association} = ANY ({ASSOCIATIONS})"
        read = f"{association} OR {self.own.format(person=PERSON)}" if self.own else association
        if self.is_history:
            return {"SELECT": (read, ""), "INSERT": ("", "true")}
        write = read if self.own_may_write else association
        return {
            "SELECT": (read, ""),
            "INSERT": ("", association),
            "UPDATE": (write, write),
            "DELETE": (association, ""),
        }

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        table = to_state.apps.get_model(app_label, self.model_name)._meta.db_table
        schema_editor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY', params=None)
        schema_editor.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY', params=None)
        for command, (using, check) in self.conditions().items():
            clauses = (f" USING ({using})" if using else "") + (f" WITH CHECK ({check})" if check else "")
            name = f"{table}_{command.lower()}"
            schema_editor.execute(f'CREATE POLICY "{name}" ON "{table}" FOR {command}{clauses}', params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        table = from_state.apps.get_model(app_label, self.model_name)._meta.db_table
        for command in self.conditions():
            schema_editor.execute(f'DROP POLICY "{table}_{command.lower()}" ON "{table}"', params=None)
        schema_editor.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY', params=None)
        schema_editor.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY', params=None)

    def describe(self) -> str:
        return f"Show rows of {self.model_name} only to the scope they belong to"

    @property
    def migration_name_fragment(self) -> str:
        return f"{self.model_name.lower()}_row_level_security"

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        given = {
            "association": (self.association, "association_id"),
            "own": (self.own, ""),
            "own_may_write": (self.own_may_write, False),
            "is_history": (self.is_history, False),
        }
        changed = {name: value for name, (value, default) in given.items() if value != default}
        return type(self).__name__, [self.model_name], changed
