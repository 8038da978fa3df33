"""A coaching file in which much has happened: what its page costs must not depend on that."""

from collections.abc import Sequence

from django.db import transaction
from django.urls import reverse

from coaching.models import CaseFile, CaseNote
from promo_portal.accounts.models import User
from promo_portal.core import clock
from promo_portal.core.scope import association_scope
from promo_portal.demo.people import CAST

ENTRIES = 500


def long_file() -> Sequence[str]:
    """The page of the first open file of the demo's coach, with at least so many entries in its journal."""
    login = next(account.email for account in CAST if account.role == "coach")
    coach = User.objects.get(email=login)
    office = coach.memberships.filter(role="coach").earliest("pk").association_id
    assert office
    with transaction.atomic(), association_scope(office):
        case = CaseFile.objects.filter(lead=coach, state="open").earliest("pk")
        lacking = ENTRIES - CaseNote.objects.filter(case_file=case).count()
        CaseNote.objects.bulk_create(
            CaseNote(
                association_id=office, case_file=case, author=coach, written_at=clock.now(), text=f"Appel {number}"
            )
            for number in range(lacking)
        )
    return [reverse("admin:coaching_casefile_change", args=[case.pk])]
