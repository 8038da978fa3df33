"""The association's agreement with a specialist: whether it is in force, and the day of its end in the deadline engine."""

from datetime import date, datetime

from django.db import transaction

from coaching.models import Specialist, SpecialistTerms
from coaching.workflow import dates
from promo_portal.accounts.models import User
from promo_portal.core import clock
from promo_portal.core.scope import association_scope
from promo_portal.regions.models import Association
from promo_portal.reminders.models import Deadline, DeadlineState

AT_ONCE = 500
CLOCK = "clock"


def has_agreement(specialist: Specialist, *, on: date) -> bool:
    """Whether the association's agreement with the specialist is in force; one without an end is."""
    terms = SpecialistTerms.objects.filter(specialist=specialist).first()
    return terms is not None and (terms.agreement_until is None or terms.agreement_until >= on)


@transaction.atomic
def follow_agreement(*, specialist: Specialist, by: User, now: datetime) -> None:
    """Another end of the agreement, or a specialist who left or came back: the manager is reminded of the day that holds."""
    terms = SpecialistTerms.objects.select_for_update(of=("self",)).filter(specialist=specialist).first()
    if terms is not None:
        terms.specialist = specialist
        dates.set_agreement(terms, by=by, now=now)


def follow_forgotten_agreements(*, now: datetime) -> int:
    """Give every agreement that ends its day, whichever way its row came in: entered before such days were followed, or
    brought from elsewhere. Returns how many lacked one; where none does, nothing is written.
    """
    today, found = now.astimezone(clock.ZURICH).date(), 0
    followed = Deadline.objects.filter(
        subject_kind=SpecialistTerms._meta.label_lower, kind=dates.AGREEMENT, state=DeadlineState.OPEN
    )
    for pk in Association.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic(), association_scope(pk):
            rows = SpecialistTerms.objects.filter(
                association_id=pk, specialist__is_active=True, agreement_until__gte=today
            ).exclude(pk__in=followed.values("subject_id"))
            lacking = rows.select_related("specialist").select_for_update(of=("self",), skip_locked=True)
            for terms in lacking.order_by("agreement_until", "pk")[:AT_ONCE]:
                dates.set_agreement(terms, by=CLOCK, now=now)
                found += 1
    return found
