"""Files, notes, tasks, decisions and all history show only to the scope they belong to.

Requests themselves stay without policies: a visitor writes them before there is any person or association to belong to.
They are reached by an unguessable key, and in the admin through the scope.
"""

from django.db import migrations

from promo_portal.core.rls import EnableRowLevelSecurity

OWN_FILE = "EXISTS (SELECT 1 FROM coaching_casefile AS own_file WHERE own_file.id = case_file_id AND own_file.founder_id = {person})"
OWN_DECISION = (
    "EXISTS (SELECT 1 FROM coaching_casefile AS own_file"
    " WHERE own_file.request_id = coaching_decision.request_id AND own_file.founder_id = {person})"
)


class Migration(migrations.Migration):
    dependencies = [("coaching", "0001_initial")]

    operations = [
        EnableRowLevelSecurity("CaseFile", own="founder_id = {person}"),
        EnableRowLevelSecurity("CaseNote", own=f"is_shared AND {OWN_FILE}"),
        EnableRowLevelSecurity("Task", own=OWN_FILE, own_may_write=True),
        EnableRowLevelSecurity("Decision", own=OWN_DECISION),
        EnableRowLevelSecurity("CaseFileHistory", is_history=True),
        EnableRowLevelSecurity("CaseNoteHistory", is_history=True),
        EnableRowLevelSecurity("TaskHistory", is_history=True),
        EnableRowLevelSecurity("DecisionHistory", is_history=True),
        EnableRowLevelSecurity("CoachingRequestHistory", is_history=True),
    ]
