"""What became of a record's reminders, for its own page."""

from django.db import models

from promo_portal.reminders.models import Reminder


def reminders_of(subject: models.Model) -> models.QuerySet[Reminder]:
    """Planned, sent, failed and superseded reminders of a record, newest first, with their mails."""
    return (
        Reminder.objects.filter(deadline__subject_kind=subject._meta.label_lower, deadline__subject_id=subject.pk)
        .select_related("deadline", "user", "mail")
        .order_by("-due_at", "-pk")
    )
