"""Bases of every admin page, by shape of permission. The rights matrix decides; Django's own permissions do not exist.

What a role may not see answers 404 everywhere: lists, forms, choices, filters, autocomplete, lookups in the address,
history, actions and inlines all draw from the same limited rows.
"""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.db import models
from django.forms import BaseInlineFormSet, SplitDateTimeField
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from promo_portal.accounts.access import note_access
from promo_portal.accounts.history import HistoryEntry, Part, told_history
from promo_portal.accounts.models import User
from promo_portal.accounts.permissions import Act, may_open, object_of
from promo_portal.accounts.rights import Rights
from promo_portal.core.forms import stale
from promo_portal.core.forms.staff import NamedSplitDateTime, NumberedAutocomplete, NumberedAutocompleteMultiple
from promo_portal.regions.models import Association

FILTER_ENDINGS = ("exact", "in", "isnull", "gte", "gt", "lte", "lt", "id__exact", "pk__exact", "bfs__exact")


def rights_of_staff(request: HttpRequest) -> Rights:
    """The rights that the middleware hung onto the request."""
    return request.rights  # type: ignore[attr-defined]


def choosable(request: HttpRequest, model: type[models.Model]) -> models.QuerySet[Any]:
    """The rows of another model that a staff member may choose, filter by or search for."""
    rights = rights_of_staff(request)
    if model is User:
        return User.objects.visible_to(rights)
    rows = model._default_manager.all()  # noqa: SLF001 - of a confidential model: the scoped one
    if model is Association and rights.association_id and not may_open(rights, "reference data", "write"):
        return rows.filter(pk=rights.association_id)
    return rows


class ChoosableListFilter(admin.RelatedFieldListFilter):
    """A filter by a related row that offers only what may be seen."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        ordering = self.field_admin_ordering(field, request, model_admin)
        rows = choosable(request, field.remote_field.model)
        return [(row.pk, str(row)) for row in (rows.order_by(*ordering) if ordering else rows)]


class MatrixPermissions(BaseModelAdmin):
    """Answers the admin's four questions from the matrix. Deleting is nobody's: records end, they do not vanish."""

    matrix_object: ClassVar[str | None] = None
    formfield_overrides: ClassVar[dict[Any, dict[str, Any]]] = {
        models.DateTimeField: {"form_class": SplitDateTimeField, "widget": NamedSplitDateTime},
    }

    def _may(self, request: HttpRequest, act: Act) -> bool:
        what = self.matrix_object or object_of(self.opts.label_lower)
        return what is not None and may_open(rights_of_staff(request), what, act)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "read")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "write")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "write")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("queryset", choosable(request, db_field.remote_field.model))
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", NumberedAutocomplete(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("queryset", choosable(request, db_field.remote_field.model))
        if db_field.name in self.get_autocomplete_fields(request):
            several = NumberedAutocompleteMultiple(db_field, self.admin_site, using=kwargs.get("using"))
            kwargs.setdefault("widget", several)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """States move in workflow only, never in a form."""
        given = list(super().get_readonly_fields(request, obj))
        names = {field.name for field in self.opts.fields}
        return [*given, *(name for name in ("state",) if name in names and name not in given)]


class PortalModelAdmin(MatrixPermissions, admin.ModelAdmin):
    """A page of the staff's admin. ``confidential`` pages note in the access log who opened which record."""

    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 50
    view_on_site = False
    save_as = False
    formfield_overrides: ClassVar[Any] = {models.URLField: {"assume_scheme": "https"}}
    confidential: ClassVar[bool] = False
    history_parts: ClassVar[tuple[Part, ...]] = ()  # rows whose changes are told with the record's own

    def get_list_filter(self, request: HttpRequest) -> Any:
        """Filters by a related row offer only what may be seen."""
        return [self._limited(entry) for entry in super().get_list_filter(request)]

    def _limited(self, entry: Any) -> Any:
        if not isinstance(entry, str) or "__" in entry:
            return entry
        field = self.opts.get_field(entry)
        return (entry, ChoosableListFilter) if getattr(field, "remote_field", None) else entry

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Addresses may filter by what the page's own filters offer, never probe other fields letter by letter."""
        filters = self.get_list_filter(request)
        if lookup in {getattr(entry, "parameter_name", None) for entry in filters}:
            return True
        entries = [entry for entry in filters if isinstance(entry, str | tuple | list)]
        names = [entry if isinstance(entry, str) else entry[0] for entry in entries] + ["pk", self.opts.pk.name]
        return any(lookup == name or lookup in {f"{name}__{end}" for end in FILTER_ENDINGS} for name in names)

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        """A record that is missing or not for this person: the same 404 (Django would redirect with a message)."""
        raise Http404

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        self._note_opening(request, object_id)
        return super().change_view(request, object_id, form_url, extra_context)

    # -- two people at one record: the page carries what its reader saw ------------------------------------------------

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is None or request.method != "POST" or "seen_version" in form.base_fields:
            return form
        return stale.noticing(form, lambda names: self._read_again(request, obj, names))

    def _read_again(self, request: HttpRequest, obj: Any, names: Iterable[str]) -> str:
        """Lock the record, so that of two who save at once the second waits and sees; then look at it and its rows."""
        row = type(obj)._base_manager.select_for_update(of=("self",)).get(pk=obj.pk)  # noqa: SLF001
        shown: list[stale.Shown] = [(row, names)]
        for formset, inline in self.get_formsets_with_inlines(request, obj):
            if issubclass(formset, BaseInlineFormSet):
                rows = inline.get_queryset(request).filter(**{formset.fk.name: row}).order_by("pk")
                shown += [(each, formset.form.base_fields) for each in rows]
        return stale.fingerprint(shown)

    def render_change_form(
        self,
        request: HttpRequest,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        if obj is not None and self.has_change_permission(request, obj):
            context["seen"] = self._seen(request, context)
        return super().render_change_form(request, context, add=add, change=change, form_url=form_url, obj=obj)

    def _seen(self, request: HttpRequest, context: Any) -> str:
        form = context["adminform"].form
        if request.method == "POST":
            return getattr(form, "fresh", "") or request.POST.get(stale.FIELD, "")
        shown: list[stale.Shown] = [(form.instance, form.fields)]
        for inline in context["inline_admin_formsets"]:
            if isinstance(inline.formset, BaseInlineFormSet):
                rows = sorted(inline.formset.get_queryset(), key=lambda row: row.pk)
                shown += [(row, inline.formset.form.base_fields) for row in rows]
        return stale.fingerprint(shown)

    def _note_opening(self, request: HttpRequest, object_id: str) -> None:
        if not self.confidential or request.method != "GET" or not self.has_view_permission(request):
            return
        found = self.get_object(request, object_id)
        if found is not None:
            note_access(request, found)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What happened to the record: its transitions and its changes, as the database wrote them."""
        found = self.get_object(request, object_id)
        if found is None or not self.has_view_permission(request, found):
            raise Http404
        self._note_opening(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of %(record)s") % {"record": found},
            "subtitle": None,
            "entries": sorted(
                [*told_history(found, self.history_parts), *self.more_history(found)],
                key=lambda entry: entry.at,
                reverse=True,
            ),
            "opts": self.opts,
            "original": found,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/record_history.html", context)

    def more_history(self, found: Any) -> Iterable[HistoryEntry]:
        """What a page knows of the record beside its rows."""
        return ()

    # History is written by triggers; the admin's own log would only hold names that erasure must find again.
    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        """Write nothing."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        """Write nothing."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:  # type: ignore[override]
        """Write nothing."""


class ReadOnlyAdmin(PortalModelAdmin):
    """A page to look at: nothing is added, changed or deleted here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AssociationAdmin(PortalModelAdmin):
    """Rows of the association on the desk. Models without the scoped manager are filtered by ``association_path``."""

    association_path: ClassVar[str] = "association"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        from promo_portal.core.scope import ScopedManager

        rows = super().get_queryset(request)
        if isinstance(self.model._default_manager, ScopedManager):  # noqa: SLF001
            return rows
        return rows.filter(**{self.association_path: rights_of_staff(request).association_id or 0})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The association comes from the person signed in, never from the form."""
        if not change and self.association_path == "association":
            obj.association_id = rights_of_staff(request).association_id
        super().save_model(request, obj, form, change)

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        given = list(super().get_exclude(request, obj) or [])
        return [*given, "association"] if self.association_path == "association" else given


class ReferenceAdmin(PortalModelAdmin):
    """Lists that everybody may know and administrators keep."""

    matrix_object = "reference data"


class PortalTabularInline(MatrixPermissions, admin.TabularInline):
    """Rows of a record, in a table; choices are limited as everywhere."""

    extra = 0
    show_change_link = False


class PortalStackedInline(MatrixPermissions, admin.StackedInline):
    """Rows of a record, one below the other; choices are limited as everywhere."""

    extra = 0
    show_change_link = False
