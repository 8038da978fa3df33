"""Changes to people and their roles: who may, what else follows, and a line in the record."""

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction

from promo_portal.accounts.enums import ASSOCIATION_ROLES, Role
from promo_portal.accounts.models import Membership, User
from promo_portal.accounts.rights import Rights
from promo_portal.accounts.session import end_all_sessions
from promo_portal.audit.record import record_transition
from promo_portal.core import clock

GRANTED_BY_MANAGERS = ASSOCIATION_ROLES | {Role.FOUNDER, Role.COMPANY_CONTACT, Role.SPECIALIST}


class RightsRefused(PermissionError):
    """The person may not change these rights."""


def may_change_person(rights: Rights, person: User) -> bool:
    """Whether somebody may change a person's address, state and second factor.

    Administrators may, for others than themselves. A manager may for people who belong to their association only, and
    hold no role above a manager's.
    """
    if person.pk == rights.user_id:
        return False
    if rights.has(Role.ADMINISTRATOR):
        return True
    if not rights.has(Role.MANAGER):
        return False
    held = Membership.objects.active(clock.today()).filter(user=person)
    return all(m.association_id == rights.association_id and m.role in GRANTED_BY_MANAGERS for m in held)


def grantable_roles(rights: Rights) -> frozenset[Role]:
    """The roles that somebody may give to others; nobody gives what lies above themselves."""
    if rights.has(Role.ADMINISTRATOR):
        return frozenset(Role) - {Role.VISITOR}
    return GRANTED_BY_MANAGERS if rights.has(Role.MANAGER) else frozenset()


def may_grant(rights: Rights, membership: Membership) -> bool:
    """Whether somebody may give or end this role: not their own, none above theirs, managers in their association only."""
    if membership.user_id == rights.user_id or membership.role not in grantable_roles(rights):
        return False
    return rights.has(Role.ADMINISTRATOR) or membership.association_id == rights.association_id


@transaction.atomic
def grant_role(*, membership: Membership, by: User, rights: Rights) -> Membership:
    """Give a role (an unsaved membership); raises ``RightsRefused``."""
    if not may_grant(rights, membership):
        raise RightsRefused
    membership.granted_by = by
    membership.save()
    record_transition(
        subject=membership.user,
        action="grant",
        from_state="",
        to_state=membership.role,
        by=by,
        association_id=membership.association_id,
    )
    return membership


@transaction.atomic
def change_role(*, membership: Membership, by: User, rights: Rights) -> Membership:
    """Change a membership, above all the day it ends; what it was and what it becomes must both be theirs to give.

    From the day after the end on, every door it opened is closed. Raises ``RightsRefused``.
    """
    before = Membership.objects.select_for_update().get(pk=membership.pk)
    if not may_grant(rights, before) or not may_grant(rights, membership):
        raise RightsRefused
    membership.save()
    record_transition(
        subject=membership.user,
        action="change role",
        from_state=before.role,
        to_state=membership.role,
        by=by,
        association_id=membership.association_id,
    )
    return membership


@transaction.atomic
def change_address(*, person: User, email: str, by: User) -> User:
    """Give a person another address to sign in with; codes no longer go to the old one, open sessions end."""
    person.email = email
    person.save(update_fields=["email"])
    EmailAddress.objects.filter(user=person).exclude(email__iexact=person.email).delete()
    end_all_sessions(person)
    record_transition(subject=person, action="change address", from_state="", to_state="", by=by)
    return person


@transaction.atomic
def close_account(*, person: User, by: User) -> User:
    """Shut a person out at once: the next request of any of their sessions is a visitor's."""
    person.is_active = False
    person.save(update_fields=["is_active"])
    end_all_sessions(person)
    record_transition(subject=person, action="close account", from_state="active", to_state="closed", by=by)
    return person


@transaction.atomic
def reopen_account(*, person: User, by: User) -> User:
    """Let a person in again, with the roles that are still in force."""
    person.is_active = True
    person.save(update_fields=["is_active"])
    record_transition(subject=person, action="reopen account", from_state="closed", to_state="active", by=by)
    return person


@transaction.atomic
def reset_second_factor(*, person: User, by: User) -> int:
    """Take all second factors off a person who lost theirs; the next sign-in by mailed code leads to enrolment.

    Their sessions end and they are told by mail. Nobody ever reads a second factor. Returns how many were removed.
    """
    removed, _rows = Authenticator.objects.filter(user=person).delete()
    end_all_sessions(person)
    record_transition(subject=person, action="reset second factor", from_state="", to_state="", by=by)
    get_adapter().send_notification_mail("accounts/second_factor_reset", person)
    return removed
