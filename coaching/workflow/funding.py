"""What funders are charged: the price of an hour from a day on, and a file's own split where it has one."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from coaching.models import CaseFile, CostRate, FundingShare
from coaching.models.money import WHOLE
from coaching.workflow.locking import locked
from promo_portal.accounts.models import User
from promo_portal.audit.record import record_transition
from promo_portal.core.formats import words
from promo_portal.regions.models import Association, Funder, FundingKey
from promo_portal.regions.workflow import agree_key


@transaction.atomic
def enter_price(*, association: Association, valid_from: date, per_hour: Decimal, by: User, now: datetime) -> CostRate:
    """A new price of an hour; older ones stay, since lines of the ledger rest on them."""
    rate = CostRate(association=association, valid_from=valid_from, per_hour=per_hour)
    rate.full_clean()
    rate.save()
    record_transition(
        subject=rate, action="enter", from_state="", to_state="", by=by, reason=words.day(valid_from), at=now
    )
    return rate


@transaction.atomic
def agree_association_key(
    *, association: Association, valid_from: date, shares: Mapping[Funder, int], by: User, now: datetime
) -> FundingKey:
    """The association's funders agree on another split from a day on; the key before it ends on the day before."""
    key = agree_key(association=association, valid_from=valid_from, shares=shares)
    told = ", ".join(f"{funder} {words.percent(Decimal(share) / 100)}" for funder, share in shares.items())
    record_transition(subject=key, action="agree", from_state="", to_state="", by=by, reason=told, at=now)
    return key


@transaction.atomic
def agree_shares(*, case: CaseFile, shares: Mapping[Funder, int], by: User, now: datetime) -> list[FundingShare]:
    """Split this file's costs otherwise than the association's key does; none means by the key again.

    Lines that are in the ledger stay as they were charged; what comes is divided anew.
    """
    if shares and sum(shares.values()) != WHOLE:
        raise ValidationError(_("The shares do not add up to 100 per cent."))
    case = locked(case)
    FundingShare.objects.filter(case_file=case).delete()
    made = [
        FundingShare.objects.create(association_id=case.association_id, case_file=case, funder=funder, share=share)
        for funder, share in shares.items()
    ]
    told = ", ".join(f"{row.funder} {words.percent(Decimal(row.share) / 100)}" for row in made)
    record_transition(
        subject=case, action="share_costs", from_state=case.state, to_state=case.state, by=by, reason=told, at=now
    )
    return made
