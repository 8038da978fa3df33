"""The eleven roles of the rights matrix; the visitor is everybody who is not signed in."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """A membership's role; names are those of the matrix."""

    VISITOR = "visitor", _("visitor")
    FOUNDER = "founder", _("founder")
    COMPANY_CONTACT = "company_contact", _("company contact")
    SPECIALIST = "specialist", _("specialist")
    COMMISSION_MEMBER = "commission_member", _("commission member")
    COACH = "coach", _("coach")
    OFFICER = "officer", _("officer")
    MANAGER = "manager", _("manager")
    MUNICIPALITY_DELEGATE = "municipality_delegate", _("municipality delegate")
    CANTON_OFFICER = "canton_officer", _("canton officer")
    ADMINISTRATOR = "administrator", _("administrator")


ADMIN_ROLES = frozenset({Role.COACH, Role.OFFICER, Role.MANAGER, Role.ADMINISTRATOR})
MAIL_CODE_ROLES = frozenset({Role.FOUNDER, Role.COMPANY_CONTACT})
SECOND_FACTOR_ROLES = frozenset(set(Role) - MAIL_CODE_ROLES - {Role.VISITOR})
ASSOCIATION_ROLES = frozenset({Role.COACH, Role.OFFICER, Role.MANAGER, Role.COMMISSION_MEMBER})
