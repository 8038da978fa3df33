"""The network of specialists, kept by the manager."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from coaching.admin.desk import DeskAdmin
from coaching.admin.doors import person
from coaching.models import Specialist, SpecialistTerms
from coaching.workflow.agreements import follow_agreement
from promo_portal.accounts.admin_base import PortalStackedInline
from promo_portal.core import clock


class TermsInline(PortalStackedInline):
    """Rate, agreement, remarks: the association's own knowledge, never public."""

    model = SpecialistTerms
    exclude = ("association",)
    can_delete = False
    max_num = 1


@admin.register(Specialist)
class SpecialistAdmin(DeskAdmin):
    """Profiles of the network; the public part above, the terms below."""

    list_display = ("shown_name", "company", "shown_fields", "shown_languages", "is_published", "is_active")
    list_filter = ("is_active", "is_published")
    list_select_related = ("municipality",)
    search_fields = ("last_name", "first_name", "company", "expertise")
    search_help_text = _("Name, company or field")
    autocomplete_fields = ("user", "municipality")
    inlines = (TermsInline,)

    @admin.display(description=_("specialist"), ordering="last_name")
    def shown_name(self, row: Specialist) -> str:
        """As one writes it."""
        return str(row)

    @admin.display(description=_("fields"))
    def shown_fields(self, row: Specialist) -> str:
        """In words."""
        return ", ".join(row.words_of("expertise"))

    @admin.display(description=_("languages"))
    def shown_languages(self, row: Specialist) -> str:
        """In words."""
        return ", ".join(row.words_of("languages"))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """The terms belong to the specialist's association."""
        for terms in formset.save(commit=False):
            terms.association_id = form.instance.association_id
            terms.save()
        formset.save_m2m()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The end of the agreement becomes a date that reminds the manager."""
        super().save_related(request, form, formsets, change)
        follow_agreement(specialist=form.instance, by=person(request), now=clock.now())
