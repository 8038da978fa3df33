"""News: written once, shown on the portal, on the pages of clusters and in the bulletin."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clusters.languages import in_language
from clusters.models import Cluster
from promo_portal.audit.history import tracked
from promo_portal.core.fields import MomentField
from promo_portal.regions.models import Association
from promo_portal.regions.names import plain


class NewsState(models.TextChoices):
    """Whether the public reads a piece of news; one published for a later moment waits for it."""

    DRAFT = "draft", pgettext_lazy("news", "draft")
    PUBLISHED = "published", pgettext_lazy("news", "published")
    WITHDRAWN = "withdrawn", pgettext_lazy("news", "withdrawn")


class NewsItemQuerySet(models.QuerySet["NewsItem"]):
    """Questions about many pieces of news."""

    def published(self, now: datetime) -> "NewsItemQuerySet":
        """What the public reads at an instant, the latest first."""
        return self.filter(state=NewsState.PUBLISHED, published_at__lte=now).order_by("-published_at", "-id")


@tracked(exclude=["version"])
class NewsItem(models.Model):
    """A piece of news in up to three languages. The lead stands in lists; readers without their language see French."""

    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, related_name="news_items", verbose_name=_("association")
    )
    clusters = models.ManyToManyField(Cluster, related_name="news_items", verbose_name=_("clusters"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=NewsState, default=NewsState.DRAFT)
    title_fr = models.CharField(_("title (French)"), max_length=120)
    title_de = models.CharField(_("title (German)"), max_length=120, blank=True)
    title_en = models.CharField(_("title (English)"), max_length=120, blank=True)
    lead_fr = models.CharField(_("first sentences (French)"), max_length=300)
    lead_de = models.CharField(_("first sentences (German)"), max_length=300, blank=True)
    lead_en = models.CharField(_("first sentences (English)"), max_length=300, blank=True)
    text_fr = models.TextField(_("text (French)"), max_length=8000, blank=True)
    text_de = models.TextField(_("text (German)"), max_length=8000, blank=True)
    text_en = models.TextField(_("text (English)"), max_length=8000, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    changed_at = MomentField(_("changed"), editable=False)
    is_demonstration = models.BooleanField(_("invented, for demonstration"), default=False, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = NewsItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("piece of news")
        verbose_name_plural = _("news")
        ordering = ["-published_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="newsitem_published_has_time",
                condition=~Q(state="published") | Q(published_at__isnull=False),
                violation_error_message=_("What is published has a time of publication."),
            )
        ]
        indexes = [models.Index(name="newsitem_latest", fields=["state", "-published_at"])]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return in_language(self, "title")

    @property
    def lead(self) -> str:
        """The first sentences in the reader's language."""
        return in_language(self, "lead")

    @property
    def text(self) -> str:
        """The text in the reader's language."""
        return in_language(self, "text")

    @property
    def slug(self) -> str:
        """The readable part of its address; the number before it decides."""
        return slugify(plain(self.title_fr))[:60] or "actualite"
