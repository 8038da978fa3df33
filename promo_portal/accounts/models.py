"""People and their roles: an e-mail address signs in, a membership says what for and until when."""

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from promo_portal.accounts.enums import ASSOCIATION_ROLES, Role
from promo_portal.audit.history import tracked
from promo_portal.core import clock
from promo_portal.core.fields import DayField, MomentField
from promo_portal.regions.models import Association, Municipality

if TYPE_CHECKING:
    from promo_portal.accounts.rights import Rights


class UserQuerySet(models.QuerySet["User"]):
    """Questions about people."""

    def visible_to(self, rights: "Rights") -> "UserQuerySet":
        """People whom a staff member may see: everybody for administrators, else the association's, past and present."""
        if rights.has(Role.ADMINISTRATOR):
            return self
        mine = Membership.objects.filter(user=OuterRef("pk"), association_id=rights.association_id or 0)
        return self.filter(Exists(mine) | Q(pk=rights.user_id or 0))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Creates people by their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a person; without a password they sign in by mailed code."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password) if password else user.set_unusable_password()
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create the platform's first administrator; confidential files stay closed to them too."""
        user = self.create_user(email, password, **fields)
        Membership.objects.create(user=user, role=Role.ADMINISTRATOR, valid_from=clock.today())
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=(username or "").strip())


@tracked(exclude=["password", "last_login", "session_generation"])
class User(AbstractBaseUser):
    """A person; the address is stored in small letters and is the login.

    There is no superuser: nothing in the portal is allowed to somebody merely because of a flag. What a person may do
    follows from their memberships (``accounts.rights``), which the middleware hangs onto the request and its user.
    """

    email = models.EmailField(_("e-mail"), unique=True, error_messages={"unique": _("This address is already used.")})
    first_name = models.CharField(_("first name"), max_length=80, blank=True)
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    language = models.CharField(
        _("language"),
        max_length=2,
        choices=[("fr", _("French")), ("de", _("German")), ("en", _("English"))],
        default="fr",
    )
    is_active = models.BooleanField(_("active"), default=True)
    created_at = MomentField(_("created"), editable=False)
    keyboard_shortcuts = models.BooleanField(_("single-key shortcuts"), default=True)

    session_generation = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    rights: "Rights | None" = None  # set by ScopeMiddleware for the person who asks

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["last_name", "first_name", "email"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"), name="user_email_once", violation_error_message=_("This address is already used.")
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def get_full_name(self) -> str:
        """First and last name as one writes them."""
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        """The first name, or what there is."""
        return self.first_name or self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must match: the password, and the generation that ``end_all_sessions`` raises."""
        salt = "promo_portal.accounts.models.User.session"
        value = f"{self.session_generation}:{self.password}"
        return salted_hmac(salt, value, secret=secret, algorithm="sha256").hexdigest()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = self.email.strip().lower()
        super().save(*args, **kwargs)

    @property
    def is_staff(self) -> bool:
        """Whether the person may enter the admin, second factor passed."""
        return self.is_active and self.rights is not None and self.rights.may_enter_admin

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Django's question, such as ``coaching.view_casefile``, answered from the rights matrix."""
        from promo_portal.accounts.permissions import may_by_django_name

        return self.is_active and self.rights is not None and may_by_django_name(self.rights, perm)

    def has_perms(self, perm_list: Any, obj: Any = None) -> bool:
        """All of several of Django's questions."""
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        """Whether the admin shows anything of an app; its pages decide one by one."""
        return self.is_staff


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Questions about memberships."""

    def active(self, on: date) -> "MembershipQuerySet":
        """Memberships in force on a day, of people who may sign in."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on, user__is_active=True)

    def in_association(self, association_id: int, *roles: Role) -> "MembershipQuerySet":
        """Memberships of an association, of the given roles where any are named."""
        found = self.filter(association_id=association_id)
        return found.filter(role__in=roles) if roles else found


@tracked()
class Membership(models.Model):
    """A role of a person, in an association, municipality or for the canton, from a day to a day."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=30, choices=[c for c in Role.choices if c[0] != Role.VISITOR])
    association = models.ForeignKey(
        Association,
        on_delete=models.PROTECT,
        related_name="memberships",
        verbose_name=_("association"),
        null=True,
        blank=True,
    )
    municipality = models.ForeignKey(
        Municipality,
        on_delete=models.PROTECT,
        related_name="memberships",
        verbose_name=_("municipality"),
        null=True,
        blank=True,
    )
    valid_from = DayField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)
    granted_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("granted by"),
        null=True,
        blank=True,
        editable=False,
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["user", "role", "valid_from"]
        constraints = [
            models.CheckConstraint(
                name="membership_ends_after_start",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                name="membership_association_by_role",
                condition=~Q(role__in=[role.value for role in sorted(ASSOCIATION_ROLES)])
                | Q(association__isnull=False),
                violation_error_message=_("This role needs an association."),
            ),
            models.CheckConstraint(
                name="membership_municipality_by_role",
                condition=~Q(role=Role.MUNICIPALITY_DELEGATE.value) | Q(municipality__isnull=False),
                violation_error_message=_("A delegate needs a municipality."),
            ),
            models.UniqueConstraint(
                name="membership_open_once",
                fields=["user", "role", "association", "municipality"],
                condition=Q(valid_to=None),
                nulls_distinct=False,
                violation_error_message=_("This person already holds the role."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"
