"""Everything of a file, of the commission and of the ledger shows only to the scope it belongs to.

A specialist's public profile stays without policies: visitors read it.
"""

from django.db import migrations

from promo_portal.core.rls import EnableRowLevelSecurity

OWN_FILE = "EXISTS (SELECT 1 FROM coaching_casefile AS own_file WHERE own_file.id = case_file_id AND own_file.founder_id = {person})"
OWN_ENGAGEMENT = (
    "EXISTS (SELECT 1 FROM coaching_engagement AS own_row JOIN coaching_casefile AS own_file"
    " ON own_file.id = own_row.case_file_id WHERE own_row.id = engagement_id AND own_file.founder_id = {person})"
)
OWN_PROFILE = (
    "EXISTS (SELECT 1 FROM coaching_specialist AS own_row"
    " WHERE own_row.id = specialist_id AND own_row.user_id = {person})"
)
OWN = {
    "CommissionSession": "",
    "SessionMember": "",
    "AgendaItem": "",
    "Recusal": "",
    "Opinion": "",
    "Meeting": f"is_shared AND {OWN_FILE}",
    "Milestone": OWN_FILE,
    "ReadinessScore": f"is_shared AND {OWN_FILE}",
    "OutcomeCheck": OWN_FILE,
    "CaseDocument": f"(is_shared OR added_by_id = {{person}}) AND {OWN_FILE}",
    "SpecialistTerms": OWN_PROFILE,
    "Engagement": OWN_FILE,
    "SharedDocument": OWN_ENGAGEMENT,
    "FundingShare": "",
}


class Migration(migrations.Migration):
    dependencies = [("coaching", "0003_commission_case_money"), ("files", "0002_row_level_security")]

    operations = [
        *(EnableRowLevelSecurity(model, own=own) for model, own in OWN.items()),
        *(EnableRowLevelSecurity(f"{model}History", is_history=True) for model in OWN),
        EnableRowLevelSecurity("TimeEntry"),
        EnableRowLevelSecurity("TimeEntryShare"),
    ]
