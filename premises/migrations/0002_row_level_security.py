"""Owners' contacts, ends of offers, demand, enquiries and shortlists show only to the association they belong to.

What a visitor writes (an enquiry) is written on behalf of the association that keeps the offer; a private link names its
association under its signature, and is read on its behalf.
"""

from django.db import migrations

from promo_portal.core.rls import EnableRowLevelSecurity

CONFIDENTIAL = ("OwnerContact", "Closure", "SpaceSearch", "Match", "Enquiry", "Shortlist", "ShortlistItem", "ShortlistView")
WITH_HISTORY = ("OwnerContact", "Closure", "SpaceSearch", "Match", "Enquiry", "Shortlist")


class Migration(migrations.Migration):
    dependencies = [("premises", "0001_initial")]

    operations = [
        *(EnableRowLevelSecurity(model) for model in CONFIDENTIAL),
        *(EnableRowLevelSecurity(f"{model}History", is_history=True) for model in WITH_HISTORY),
    ]
