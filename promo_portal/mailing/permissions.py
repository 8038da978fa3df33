"""Who sees which mail, by the matrix's row "Outbox, planned mail"."""

from typing import TypeVar

from django.db import models
from django.db.models import Q

from promo_portal.accounts.enums import Role
from promo_portal.accounts.permissions import may, may_open
from promo_portal.accounts.rights import Rights
from promo_portal.regions.models import Association

ModelT = TypeVar("ModelT", bound=models.Model)


def sees_content(rights: Rights) -> bool:
    """Administrators see that mail went and when, never what it said."""
    return may_open(rights, "mail", "read")


def sees_mail(rights: Rights) -> bool:
    """Whether the outbox's pages exist for somebody."""
    return bool(may(rights, "mail", "read"))


def may_decide(rights: Rights) -> bool:
    """Whether somebody may hold, release, cancel and repeat mail."""
    return may_open(rights, "mail", "write") and rights.association_id is not None


def visible(
    rights: Rights, rows: models.QuerySet[ModelT], *, association: str = "association_id", person: str = "to_user_id"
) -> models.QuerySet[ModelT]:
    """Rows that somebody may see.

    Administrators: all, as metadata. Officers and managers: their association's. Coaches: what they got themselves, and
    all of the association's where its setting opens all files to them.
    """
    if rights.has(Role.ADMINISTRATOR) and rights.association is None:
        return rows
    own = rows.filter(**{association: rights.association_id or 0})
    if rights.has(Role.OFFICER, Role.MANAGER):
        return own
    if rights.has(Role.COACH):
        opened = Association.objects.filter(pk=rights.association_id or 0, coaches_see_all_files=True)
        return own.filter(Q(**{person: rights.user_id}) | models.Exists(opened))
    return rows.none()
