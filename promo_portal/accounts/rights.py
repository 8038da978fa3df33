"""What the person who asks may do right now: read afresh for every request, so that a withdrawn role ends at once."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from allauth.account.authentication import get_authentication_records
from django.db.models import F
from django.http import HttpRequest

from promo_portal.accounts.enums import ADMIN_ROLES, ASSOCIATION_ROLES, SECOND_FACTOR_ROLES, Role
from promo_portal.accounts.models import Membership
from promo_portal.audit.models import BreakGlass
from promo_portal.core import clock
from promo_portal.core.scope import Scope
from promo_portal.regions.models import TwoNames

SESSION_ASSOCIATION = "association"
STAFF_ROLES = frozenset({Role.COACH, Role.OFFICER, Role.MANAGER})  # see an association's files
OWN_ROWS_ROLES = frozenset({Role.FOUNDER, Role.COMPANY_CONTACT})  # see what is theirs
BOUND_ROLES = ASSOCIATION_ROLES  # hold only in the association they were given in


@dataclass(frozen=True)
class AssociationChoice:
    """An association that a person works for."""

    pk: int
    code: str
    name_fr: str
    name_de: str

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return TwoNames.name.fget(self)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class OpenGlass:
    """An administrator's open break-glass session."""

    pk: int
    association_id: int
    expires_at: datetime


@dataclass(frozen=True)
class Rights:
    """Roles in force, the association they are used in, and how far the person has proved who they are."""

    roles: frozenset[Role] = frozenset({Role.VISITOR})
    user_id: int | None = None
    association: AssociationChoice | None = None
    associations: tuple[AssociationChoice, ...] = ()
    municipality_ids: frozenset[int] = frozenset()
    break_glass: OpenGlass | None = None
    lacks_second_factor: bool = False

    @property
    def is_signed_in(self) -> bool:
        """Whether somebody signed in, however far."""
        return self.user_id is not None

    @property
    def association_id(self) -> int | None:
        """The association whose files are on the desk: the chosen one, or the one opened by break-glass."""
        if self.association:
            return self.association.pk
        return self.break_glass.association_id if self.break_glass else None

    @property
    def may_enter_admin(self) -> bool:
        """Coaches, officers, managers and administrators, once their second factor is passed."""
        return bool(self.roles & ADMIN_ROLES)

    def has(self, *roles: Role) -> bool:
        """Whether one of the roles is in force."""
        return bool(self.roles & set(roles))

    def scope(self, *, own_rows: bool = True) -> Scope | None:
        """The scope of the request; in the admin one acts for the association, so one's own rows are left out."""
        if not self.is_signed_in or self.lacks_second_factor:
            return None
        open_here = {self.association.pk} if self.association and self.has(*STAFF_ROLES) else set()
        if self.break_glass and self.has(Role.ADMINISTRATOR):
            open_here.add(self.break_glass.association_id)
        own = self.user_id if own_rows and self.has(*OWN_ROWS_ROLES) else None
        return Scope(associations=frozenset(open_here), user_id=own)


NOBODY = Rights()


def _active(user_id: int) -> tuple[list[Membership], date]:
    """A person's memberships in force today, and today's date, in one query."""
    found = Membership.objects.filter(user_id=user_id).select_related("association").annotate(now=clock.expression())
    rows = list(found.order_by(F("association_id").asc(nulls_last=True), "pk"))
    if rows:
        clock.learn(rows[0].now)
    today = (rows[0].now if rows else clock.now()).astimezone(clock.ZURICH).date()
    return [row for row in rows if row.valid_from <= today and (row.valid_to is None or row.valid_to >= today)], today


def rights_of_person(user_id: int, *, association_id: int | None = None) -> Rights:
    """A person's rights today, in the association asked for or else in the first they work for."""
    memberships, _today = _active(user_id)
    choices = {
        m.association.pk: AssociationChoice(
            m.association.pk, m.association.code, m.association.name_fr, m.association.name_de
        )
        for m in memberships
        if m.association and m.role in BOUND_ROLES
    }
    chosen = choices.get(association_id or 0) or next(iter(choices.values()), None)
    in_force = [m for m in memberships if m.role not in BOUND_ROLES or (chosen and m.association_id == chosen.pk)]
    roles = frozenset(Role(m.role) for m in in_force)
    return Rights(
        roles=roles,
        user_id=user_id,
        association=chosen,
        associations=tuple(choices.values()),
        municipality_ids=frozenset(m.municipality_id for m in in_force if m.municipality_id),
        break_glass=open_glass(user_id) if Role.ADMINISTRATOR in roles else None,
    )


def open_glass(user_id: int) -> OpenGlass | None:
    """An administrator's break-glass session that has neither ended nor been closed."""
    found = (
        BreakGlass.objects.filter(actor_id=user_id, closed_at=None, expires_at__gt=clock.now()).order_by("-at").first()
    )
    return OpenGlass(found.pk, found.association_id, found.expires_at) if found else None


def second_factor_passed(request: HttpRequest) -> bool:
    """Whether this session saw a second factor of the person signed in (app, passkey or recovery code)."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


def needs_second_factor(roles: Iterable[Role]) -> bool:
    """Everybody but founders and company contacts."""
    return bool(set(roles) & SECOND_FACTOR_ROLES)


def rights_of(request: HttpRequest) -> Rights:
    """The rights of whoever sent the request. Where a second factor is due, no role is in force before it is passed."""
    if not request.user.is_authenticated:
        return NOBODY
    wanted = request.session.get(SESSION_ASSOCIATION)
    rights = rights_of_person(request.user.pk, association_id=wanted if isinstance(wanted, int) else None)
    if needs_second_factor(rights.roles) and not second_factor_passed(request):
        return replace(NOBODY, roles=frozenset(), user_id=request.user.pk, lacks_second_factor=True)
    return rights
