"""Registrations, guests, arrivals, needs, offers and introductions show only to the scope they belong to.

A visitor's registration is written, and reached by its signed link, in the scope of the association whose event it is.
What a member has published as a need or an offer may be read by everybody.
"""

from django.db import migrations

from promo_portal.core.rls import EnableRowLevelSecurity

OWN_REGISTRATION = (
    "EXISTS (SELECT 1 FROM clusters_registration AS own_registration"
    " WHERE own_registration.id = registration_id AND own_registration.user_id = {person})"
)


class Migration(migrations.Migration):
    dependencies = [("clusters", "0001_initial")]

    operations = [
        EnableRowLevelSecurity("Registration", own="user_id = {person}"),
        EnableRowLevelSecurity("Guest", own=OWN_REGISTRATION),
        EnableRowLevelSecurity("CheckIn"),
        EnableRowLevelSecurity("NeedOffer", own="state = 'open'"),
        EnableRowLevelSecurity("Introduction"),
        EnableRowLevelSecurity("RegistrationHistory", is_history=True),
        EnableRowLevelSecurity("GuestHistory", is_history=True),
        EnableRowLevelSecurity("CheckInHistory", is_history=True),
        EnableRowLevelSecurity("NeedOfferHistory", is_history=True),
        EnableRowLevelSecurity("IntroductionHistory", is_history=True),
    ]
