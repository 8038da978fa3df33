"""News for staff."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.admin.steps import Step, StepsAdmin
from clusters.models import Cluster
from promo_portal.accounts.admin_base import rights_of_staff
from promo_portal.core import clock
from promo_portal.core.templatetags.ui import badge
from promo_portal.exchange.models import NewsItem, NewsState
from promo_portal.exchange.workflow import NEWS, publish_news, withdraw_news

BADGES = {NewsState.DRAFT: "waiting", NewsState.PUBLISHED: "good", NewsState.WITHDRAWN: "neutral"}


@admin.register(NewsItem)
class NewsItemAdmin(StepsAdmin):
    """The association's news."""

    list_display = ("title_fr", "shown_state", "published_at", "changed_at")
    list_filter = ("state", "clusters")
    search_fields = ("title_fr", "title_de", "title_en", "lead_fr")
    ordering = ("-changed_at", "-pk")
    table = NEWS
    steps = {
        "publish": Step(
            gettext_lazy("Publish"),
            lambda row, by, now, reason: publish_news(item=row, by=by, now=now),
            gettext_lazy("The news is on the public pages."),
        ),
        "withdraw": Step(
            gettext_lazy("Take off the pages"),
            lambda row, by, now, reason: withdraw_news(item=row, by=by, reason=reason, now=now),
            gettext_lazy("The news is no longer on the public pages."),
        ),
    }
    fieldsets = (
        (None, {"fields": ("title_fr", "lead_fr", "text_fr", "clusters")}),
        (gettext_lazy("German"), {"fields": ("title_de", "lead_de", "text_de")}),
        (gettext_lazy("English"), {"fields": ("title_en", "lead_en", "text_en")}),
    )

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Clusters of one's own association."""
        if db_field.name == "clusters":
            own = rights_of_staff(request).association_id
            kwargs["queryset"] = Cluster.objects.filter(association_id=own) if own else Cluster.objects.all()
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Each saving is a new version."""
        obj.changed_at = clock.now()
        obj.version = obj.version + 1 if change else obj.version
        super().save_model(request, obj, form, change)

    def links(self, row: Any) -> list[dict[str, str]]:
        """The public page."""
        if row is None or row.state != NewsState.PUBLISHED:
            return []
        return [{"label": _("Public page"), "url": reverse("exchange:news_item", args=[row.pk, row.slug])}]

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def shown_state(self, row: NewsItem) -> SafeString:
        """The normal case is quiet."""
        return badge(BADGES[NewsState(row.state)], row.get_state_display(), quiet=row.state == NewsState.PUBLISHED)
