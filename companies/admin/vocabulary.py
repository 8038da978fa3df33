"""The controlled vocabulary: staff add words, and search knows them at once."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from companies.models import Capability, CapabilitySynonym
from promo_portal.accounts.admin_base import PortalModelAdmin, PortalTabularInline


class SynonymInline(PortalTabularInline):
    """Other words for the same thing, in each language."""

    model = CapabilitySynonym
    extra = 1

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A word that misleads goes; nothing else hangs on it."""
        return self._may(request, "write")


@admin.register(Capability)
class CapabilityAdmin(PortalModelAdmin):
    """Capabilities in three languages; one that is not used any more is put out of use, never deleted."""

    list_display = ["label_fr", "label_de", "label_en", "kind", "words", "is_active"]
    list_filter = ["kind", "is_active"]
    search_fields = ["label_fr", "label_de", "label_en", "slug", "synonyms__text"]
    search_help_text = _("A label or another word, in any language")
    ordering = ["label_fr", "pk"]
    inlines = [SynonymInline]
    prepopulated_fields = {"slug": ["label_en"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(word_count=Count("synonyms"))

    @admin.display(description=_("other words"), ordering="word_count")
    def words(self, obj: Any) -> int:
        """How many other words lead to it."""
        return int(obj.word_count)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Only while it is new: addresses with the short name stay."""
        return {} if obj or not self.has_add_permission(request) else self.prepopulated_fields
