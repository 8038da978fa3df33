"""Searches of the directory that readers follow: double opt-in, and a mail when something new fits."""

import secrets
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import MD5, Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from companies.enums import AlertState, Rhythm
from promo_portal.audit.history import tracked
from promo_portal.core.fields import MomentField
from promo_portal.regions.models import Association

LONGEST_QUERY = 2_000
LANGUAGES = [("fr", _("French")), ("de", _("German")), ("en", _("English"))]
WEEK = timedelta(days=7)


def new_key() -> str:
    """A key that cannot be guessed (144 bits)."""
    return secrets.token_urlsafe(18)


class AlertReader(models.Model):
    """Somebody's address, under which all the searches they follow hang; forgotten with the last of them."""

    key = models.CharField(_("key"), max_length=40, unique=True, default=new_key, editable=False)
    email = models.EmailField(_("e-mail"))
    created_at = MomentField(_("since"), editable=False)

    class Meta:
        verbose_name = pgettext_lazy("saved search", "reader")
        verbose_name_plural = pgettext_lazy("saved search", "readers")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(Lower("email"), name="alertreader_once")]

    def __str__(self) -> str:
        return self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Addresses are compared in small letters."""
        self.email = self.email.lower()
        super().save(*args, **kwargs)


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    """Questions about many saved searches."""

    def live(self) -> "SavedSearchQuerySet":
        """Those that are followed, or wait for the press in the mailbox."""
        return self.exclude(state=AlertState.ENDED)

    def due(self, on: date) -> "SavedSearchQuerySet":
        """Those whose reader may hear of something new on a day."""
        daily = Q(rhythm=Rhythm.DAILY, looked_on__lt=on)
        weekly = Q(rhythm=Rhythm.WEEKLY, looked_on__lte=on - WEEK)
        return self.filter(daily | weekly, state=AlertState.ACTIVE)


@tracked(exclude=["key", "looked_at", "looked_on"], private_state=AlertState.WAITING.value)
class SavedSearch(models.Model):
    """A search that somebody follows: its address (the directory's own parameters), its rhythm, and how far we looked.

    It belongs to the association whose municipalities it names, and to none where it names none or several associations'.
    """

    key = models.CharField(_("key"), max_length=40, unique=True, default=new_key, editable=False)
    reader = models.ForeignKey(
        AlertReader,
        on_delete=models.CASCADE,
        related_name="searches",
        verbose_name=pgettext_lazy("saved search", "reader"),
    )
    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, related_name="+", verbose_name=_("association"), null=True, blank=True
    )
    query = models.TextField(pgettext_lazy("saved search", "address"), max_length=LONGEST_QUERY, blank=True)
    title = models.CharField(
        pgettext_lazy("saved search", "search"), max_length=300
    )  # in words, in the reader's language
    rhythm = models.CharField(_("rhythm"), max_length=6, choices=Rhythm, default=Rhythm.DAILY)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES, default="fr")
    state = models.CharField(_("state"), max_length=7, choices=AlertState, default=AlertState.WAITING)
    created_at = MomentField(_("saved"), editable=False)
    confirmed_at = models.DateTimeField(pgettext_lazy("saved search", "confirmed"), null=True, blank=True)
    ended_at = models.DateTimeField(pgettext_lazy("saved search", "ended"), null=True, blank=True)
    looked_at = models.DateTimeField(_("looked until"), null=True, blank=True, editable=False)
    looked_on = models.DateField(_("looked on"), null=True, blank=True, editable=False)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                "reader", MD5("query"), name="savedsearch_once", condition=~Q(state=AlertState.ENDED.value)
            ),
            models.CheckConstraint(
                name="savedsearch_active_was_confirmed",
                condition=~Q(state="active")
                | Q(confirmed_at__isnull=False, looked_at__isnull=False, looked_on__isnull=False),
            ),
            models.CheckConstraint(
                name="savedsearch_ended_has_time",
                condition=Q(state="ended", ended_at__isnull=False) | (~Q(state="ended") & Q(ended_at=None)),
            ),
        ]
        indexes = [
            models.Index(name="savedsearch_due", fields=["looked_on"], condition=Q(state="active")),
            models.Index(name="savedsearch_list", fields=["association", "state", "-created_at"]),
        ]

    def __str__(self) -> str:
        return self.title


class SavedSearchAlert(models.Model):
    """What a reader was told of on a day: one mail per search and day, and no entry twice."""

    search = models.ForeignKey(
        SavedSearch, on_delete=models.CASCADE, related_name="alerts", verbose_name=_("saved search")
    )
    day = models.DateField(_("day"))
    organisations = models.JSONField(_("organisations"), default=list)  # numbers; the mail reads their names
    is_cut = models.BooleanField(_("there were more"), default=False)

    class Meta:
        verbose_name = pgettext_lazy("saved search", "alert")
        verbose_name_plural = pgettext_lazy("saved search", "alerts")
        ordering = ["-day", "-id"]
        constraints = [models.UniqueConstraint(name="savedsearchalert_once", fields=["search", "day"])]

    def __str__(self) -> str:
        return f"{self.search_id} {self.day}"
