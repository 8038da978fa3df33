"""What founder and coach write to each other, and the calendar that a founder subscribes to."""

import secrets

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coaching.models.parts import PartOfCase
from promo_portal.accounts.models import User
from promo_portal.audit.history import tracked
from promo_portal.core.fields import MomentField
from promo_portal.core.scope import ScopedManager


@tracked(confidential=True)
class CaseMessage(PartOfCase):
    """One message of the file's thread; read once somebody of the other side has had it before their eyes."""

    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("author"))
    text = models.TextField(_("text"), max_length=4000)
    written_at = MomentField(_("written"))
    read_at = models.DateTimeField(pgettext_lazy("message", "read"), null=True, blank=True)

    objects = ScopedManager["CaseMessage"](own="case_file__founder_id")
    unscoped = models.Manager()

    class Meta(PartOfCase.Meta):
        verbose_name = pgettext_lazy("of a file", "message")
        verbose_name_plural = pgettext_lazy("of a file", "messages")
        ordering = ["-written_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="casemessage_has_text",
                condition=~Q(text=""),
                violation_error_message=_("Write a message."),
            )
        ]
        indexes = [models.Index(name="casemessage_of_case", fields=["case_file", "-written_at"])]

    def __str__(self) -> str:
        return f"{self.case_file_id}, {self.pk}"


def new_calendar_key() -> str:
    """A key that cannot be guessed (192 bits), for the address of a calendar."""
    return secrets.token_urlsafe(24)


@tracked(exclude=["key"])
class CalendarFeed(models.Model):
    """The secret address under which a founder's calendar program fetches their dates; withdrawn, it answers nothing."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="calendar_feeds", verbose_name=_("person"))
    key = models.CharField(_("key"), max_length=40, unique=True, default=new_calendar_key, editable=False)
    made_at = MomentField(_("made at"))
    withdrawn_at = models.DateTimeField(pgettext_lazy("calendar", "withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        ordering = ["user", "-made_at"]
        constraints = [
            models.UniqueConstraint(
                name="calendarfeed_one_at_a_time", fields=["user"], condition=Q(withdrawn_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}, {self.pk}"
