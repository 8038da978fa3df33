"""People and roles in the admin: managers keep their association's, administrators all, nobody their own."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from promo_portal.accounts import workflow
from promo_portal.accounts.admin_base import PortalModelAdmin, PortalTabularInline, ReadOnlyAdmin, rights_of_staff
from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import Membership, User
from promo_portal.core.templatetags.ui import badge


def visible_memberships(request: HttpRequest, rows: models.QuerySet[Membership]) -> models.QuerySet[Membership]:
    """Roles as far as they may be known: all to administrators, to others those of the association on the desk."""
    rights = rights_of_staff(request)
    return rows if rights.has(Role.ADMINISTRATOR) else rows.filter(association_id=rights.association_id or 0)


class RoleFilter(admin.SimpleListFilter):
    """People by a role they hold or held."""

    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [choice for choice in Role.choices if choice[0] != Role.VISITOR]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[User]) -> models.QuerySet[User]:
        if self.value() is None:
            return queryset
        held = visible_memberships(request, Membership.objects.filter(role=self.value(), user=models.OuterRef("pk")))
        return queryset.filter(models.Exists(held))


class MembershipForm(forms.ModelForm):
    """A role for somebody; which roles, and in which association, follows from who gives it."""

    class Meta:
        model = Membership
        fields = ["role", "association", "municipality", "valid_from", "valid_to"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("valid_from") is None and "valid_from" in self.fields:
            cleaned.pop("valid_from", None)
        return cleaned


class MembershipInline(PortalTabularInline):
    """A person's roles, as far as the one who looks may know them."""

    model = Membership
    fk_name = "user"
    form = MembershipForm
    classes = ("no-original",)  # the row says it all

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows = super().get_queryset(request).select_related("association", "municipality")
        return visible_memberships(request, rows)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(workflow.grantable_roles(rights_of_staff(request)))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        rights = rights_of_staff(request)
        return self.has_view_permission(request) and (obj is None or workflow.may_change_person(rights, obj))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_add_permission(request, obj)

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "role":
            allowed = workflow.grantable_roles(rights_of_staff(request))
            kwargs["choices"] = [choice for choice in db_field.choices if choice[0] in allowed]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        return None if rights_of_staff(request).has(Role.ADMINISTRATOR) else ["association"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        hidden = set(self.get_exclude(request, obj) or ())
        return [name for name in MembershipForm.Meta.fields if name not in hidden]


@admin.register(User)
class UserAdmin(PortalModelAdmin):
    """A person: name and roles. Passwords and second factors are never shown or set here."""

    list_display = ["__str__", "email", "language", "roles_today", "access"]
    list_filter = ["is_active", "language", RoleFilter]
    search_fields = ["first_name", "last_name", "email"]
    search_help_text = _("Name or e-mail")
    ordering = ["last_name", "first_name", "pk"]
    fields = ["email", "first_name", "last_name", "phone", "language"]
    inlines = [MembershipInline]
    actions = ["reset_second_factor", "close_accounts", "reopen_accounts"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[User]:
        known = visible_memberships(request, Membership.objects.order_by("role"))
        return User.objects.visible_to(rights_of_staff(request)).prefetch_related(
            models.Prefetch("memberships", known, to_attr="known_memberships")
        )

    @admin.display(description=_("roles"))
    def roles_today(self, person: User) -> str:
        """Roles held, as far as they may be known here."""
        return ", ".join(sorted({str(m.get_role_display()) for m in person.known_memberships}))  # type: ignore[attr-defined]

    @admin.display(description=_("access"), ordering="is_active")
    def access(self, person: User) -> str:
        """Silent for the normal case."""
        return "" if person.is_active else badge("problem", _("closed"))

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        if not self.has_view_permission(request):
            return False
        return obj is None or workflow.may_change_person(rights_of_staff(request), obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(workflow.grantable_roles(rights_of_staff(request)))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Officers and coaches see who their colleagues are nowhere but in choices; this page is for those who keep it."""
        return bool(workflow.grantable_roles(rights_of_staff(request)))

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """An address is an identity: only administrators change it afterwards."""
        given = list(super().get_readonly_fields(request, obj))
        if obj is not None and not rights_of_staff(request).has(Role.ADMINISTRATOR):
            given.append("email")
        return given

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data:
            by: Any = request.user
            workflow.change_address(person=obj, email=obj.email, by=by)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Roles are given and changed through the workflow, which knows who may."""
        rights = rights_of_staff(request)
        by: Any = request.user
        for membership in formset.save(commit=False):
            is_new = membership.pk is None
            if not rights.has(Role.ADMINISTRATOR):
                membership.association_id = rights.association_id
            if is_new:
                workflow.grant_role(membership=membership, by=by, rights=rights)
            else:
                workflow.change_role(membership=membership, by=by, rights=rights)

    def _each(self, request: HttpRequest, people: models.QuerySet[User], act: Any, done: Any) -> None:
        rights, by = rights_of_staff(request), request.user
        allowed = [person for person in people if workflow.may_change_person(rights, person)]
        for person in allowed:
            act(person=person, by=by)
        skipped = people.count() - len(allowed)
        messages.success(request, done(len(allowed)) % {"count": len(allowed)})
        if skipped:
            text = ngettext(
                "%(count)s person was skipped: their rights are not yours to change.",
                "%(count)s people were skipped: their rights are not yours to change.",
                skipped,
            )
            messages.warning(request, text % {"count": skipped})

    @admin.action(description=_("Take off second factors (lost phone)"))
    def reset_second_factor(self, request: HttpRequest, people: models.QuerySet[User]) -> None:
        """For people who lost their phone and their recovery codes."""
        self._each(
            request,
            people,
            workflow.reset_second_factor,
            lambda n: ngettext("%(count)s person enrols anew.", "%(count)s people enrol anew.", n),
        )

    @admin.action(description=_("Close accounts"))
    def close_accounts(self, request: HttpRequest, people: models.QuerySet[User]) -> None:
        """Shut people out at once."""
        self._each(
            request,
            people,
            workflow.close_account,
            lambda n: ngettext("%(count)s account closed.", "%(count)s accounts closed.", n),
        )

    @admin.action(description=_("Reopen accounts"))
    def reopen_accounts(self, request: HttpRequest, people: models.QuerySet[User]) -> None:
        """Let people in again."""
        self._each(
            request,
            people,
            workflow.reopen_account,
            lambda n: ngettext("%(count)s account reopened.", "%(count)s accounts reopened.", n),
        )


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    """Who holds which role since when; changed on the person's page."""

    list_display = ["user", "role", "association", "municipality", "valid_from", "valid_to"]
    list_filter = ["role", "association", "valid_to"]
    list_select_related = ["user", "association", "municipality"]
    search_fields = ["user__first_name", "user__last_name", "user__email"]
    search_help_text = _("Name or e-mail")
    ordering = ["user__last_name", "role", "pk"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return visible_memberships(request, super().get_queryset(request))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(workflow.grantable_roles(rights_of_staff(request)))
