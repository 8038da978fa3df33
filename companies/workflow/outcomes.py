"""Once everything that a company sent is decided, it learns of the outcome, and its entry counts as confirmed."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from companies.emails import is_theirs, queue_outcome, reader_at
from companies.enums import ConfirmationWay, ProposalState
from companies.models import ChangeProposal, Contact, Organisation
from companies.workflow import tables
from companies.workflow.entries import confirm_organisation
from promo_portal.core import clock

TOLD = (ProposalState.ACCEPTED, ProposalState.REFUSED, ProposalState.OVERTAKEN)


def tell_outcomes(*, organisation_ids: Iterable[int], now: datetime) -> int:
    """Queue the answers that are due; called within every decision. Returns how many mails that made.

    Nobody hears of half a decision: as long as a change of theirs is open, the answer waits.
    """
    numbers = set(organisation_ids)
    waiting = ChangeProposal.objects.filter(organisation__in=numbers, told_at=None).exclude(answer_to="")
    by_sender: dict[tuple[int, str], list[ChangeProposal]] = defaultdict(list)
    for proposal in waiting.exclude(state=ProposalState.WITHDRAWN).order_by("pk"):
        by_sender[proposal.organisation_id, proposal.answer_to.lower()].append(proposal)
    ready = {key: rows for key, rows in by_sender.items() if all(row.state in TOLD for row in rows)}
    entries = Organisation.objects.select_related("association").in_bulk({pk for pk, _address in ready})
    count = 0
    for (pk, address), rows in sorted(ready.items()):
        organisation = entries[pk]
        ChangeProposal.objects.filter(pk__in=[row.pk for row in rows]).update(told_at=now)
        _confirm(organisation, rows, now)
        if is_theirs(organisation, address):
            queue_outcome(
                organisation, address, language=_language(organisation, address), proposals=[row.pk for row in rows]
            )
            count += 1
    return count


def _confirm(organisation: Organisation, rows: list[ChangeProposal], now: datetime) -> Any:
    """With its corrections decided, the entry is what the company looked through on the day of its answer."""
    if (organisation.state, "confirm") not in tables.ORGANISATION:
        return None
    day = max(row.created_at for row in rows).astimezone(clock.ZURICH).date()
    if organisation.confirmed_on is not None and organisation.confirmed_on >= day:
        return None
    return confirm_organisation(
        organisation=organisation, by=rows[0].author_name, now=now, way=ConfirmationWay.LINK, confirmed_on=day
    )


def _language(organisation: Organisation, address: str) -> str:
    reader = reader_at(organisation, address)
    person = Contact.objects.filter(pk=reader).first() if reader else None
    language = (person or organisation).language
    return language if language in {"fr", "de", "en"} else "fr"
