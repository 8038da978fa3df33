"""Conflicts of interests that the portal can see by itself: nobody judges a request that touches them."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from coaching.enums import ItemState
from coaching.models import AgendaItem, CommissionSession, Recusal, SessionMember
from companies.models import Contact
from promo_portal.accounts.models import User


def firms_of(*addresses: str) -> dict[str, dict[int, str]]:
    """The organisations that people with these addresses work for today: address -> number -> name."""
    wanted = {address.lower() for address in addresses if address}
    found: dict[str, dict[int, str]] = {address: {} for address in wanted}
    rows = Contact.objects.filter(left_on=None, email__in=wanted).select_related("organisation").order_by("pk")
    for contact in rows:
        found[contact.email.lower()][contact.organisation_id] = contact.organisation.name
    return found


def conflict(item: AgendaItem, member: User, firms: dict[str, dict[int, str]]) -> str:
    """Why ``member`` must stand aside from ``item``, or nothing."""
    mine, theirs = member.email.lower(), item.request.email.lower()
    if mine == theirs:
        return _("The request is the member’s own.")
    if member.pk in {item.request.reviewer_id, item.lead_id, item.deputy_id}:
        return _("The member has prepared the request or is to lead its file.")
    shared = firms.get(mine, {}).keys() & firms.get(theirs, {}).keys()
    if shared:
        return _("The member works for the same organisation: %(name)s.") % {"name": firms[mine][min(shared)]}
    return ""


def unnoted_conflicts(session: CommissionSession) -> Iterator[tuple[AgendaItem, User, str]]:
    """Every conflict of the members with what is on the agenda that is not noted yet; four queries."""
    members = [seat.member for seat in SessionMember.objects.filter(session=session).select_related("member")]
    listed = AgendaItem.objects.filter(session=session, state=ItemState.LISTED).select_related("request", "session")
    items = list(listed.order_by("position", "pk"))
    noted = set(Recusal.objects.filter(item__in=items).values_list("item_id", "member_id"))
    firms = firms_of(*(member.email for member in members), *(item.request.email for item in items))
    for item in items:
        for member in members:
            reason = conflict(item, member, firms) if (item.pk, member.pk) not in noted else ""
            if reason:
                yield item, member, reason
