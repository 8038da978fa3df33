"""Lists for other websites: staff say which entries, and which websites may frame them."""

from typing import Any, ClassVar
from urllib.parse import urlsplit

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape, format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from companies.facets import read
from companies.models import Embed
from companies.permissions import INTERNALS, reaches_all
from promo_portal.accounts.admin_base import PortalModelAdmin, rights_of_staff
from promo_portal.core.list_query import ListQuery
from promo_portal.mailing.rendering import absolute


class EmbedForm(forms.ModelForm):
    """The entries are chosen in the public directory, whose address says everything."""

    class Meta:
        model = Embed
        fields = ("title", "key", "query", "origins", "language", "is_active")
        help_texts: ClassVar[Any] = {
            "key": gettext_lazy("In the address; stays as it is."),
            "query": gettext_lazy(
                "Choose filters in the public directory and paste the page's address here. Empty: all entries."
            ),
            "origins": gettext_lazy(
                "One per line, such as https://www.tavannes.ch. No other website can show the list."
            ),
        }

    def clean_query(self) -> str:
        """The parameters of a directory address, checked as the directory reads them."""
        text = self.cleaned_data["query"].strip()
        query = ListQuery(QueryDict(urlsplit(text).query if "?" in text else text.removeprefix("?")))
        read(query)
        if query.hints:
            raise ValidationError([ValidationError(hint) for hint in query.hints])
        if text and not query.pairs():
            raise ValidationError(_("There is no filter in this address."))
        return query.url().partition("?")[2]


@admin.register(Embed)
class EmbedAdmin(PortalModelAdmin):
    """An association's lists; administrators keep all."""

    matrix_object = INTERNALS
    form = EmbedForm
    list_display = ("title", "key", "sites", "language", "is_active")
    list_filter = ("is_active", "language")
    search_fields = ("title", "key", "origins")
    search_help_text = gettext_lazy("Title or website")
    ordering = ("title", "pk")
    readonly_fields: ClassVar[Any] = ["snippet"]
    prepopulated_fields: ClassVar[Any] = {"key": ["title"]}
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ["title", "key", "query", "language", "is_active"]}),
        (gettext_lazy("Where it is shown"), {"fields": ["origins", "snippet"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rights = rights_of_staff(request)
        rows = super().get_queryset(request)
        return rows if reaches_all(rights) else rows.filter(association_id=rights.association_id or 0)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The address stays: it stands in other people's pages."""
        given = super().get_readonly_fields(request, obj)
        return [*given, "key"] if obj else given

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Only while it is new."""
        return {} if obj or not self.has_add_permission(request) else self.prepopulated_fields

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The association comes from the person signed in, never from the form."""
        if not change:
            obj.association_id = rights_of_staff(request).association_id
        super().save_model(request, obj, form, change)

    @admin.display(description=gettext_lazy("websites that may show it"))
    def sites(self, obj: Any) -> str:
        """The names, without the scheme."""
        return ", ".join(origin.removeprefix("https://") for origin in obj.allowed)

    @admin.display(description=gettext_lazy("for the website"))
    def snippet(self, obj: Any) -> str:
        """What the website's editor pastes."""
        if obj is None or not obj.pk:
            return "–"
        with translation.override(obj.language):
            url = absolute(reverse("companies:embedded", args=[obj.key]))
        line = f'<iframe src="{url}" title="{escape(obj.title)}" width="100%" height="800" loading="lazy"></iframe>'
        return format_html('<code class="snippet">{}</code>', line)
