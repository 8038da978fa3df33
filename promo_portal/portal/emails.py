"""Mails of the pages that join apps."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from promo_portal.audit.models import BreakGlass
from promo_portal.core.formats.words import hour_prose
from promo_portal.mailing.kinds import MailKind, Message, register_mail_kind
from promo_portal.mailing.models import MailClass, OutgoingMail
from promo_portal.mailing.rendering import absolute, message
from promo_portal.regions.models import Association


def break_glass(mail: OutgoingMail) -> Message:
    """Tell a manager that an administrator has opened their association's files, why, and until when."""
    assert mail.subject_id is not None
    session = BreakGlass.objects.get(pk=mail.subject_id)
    association = Association.objects.get(pk=session.association_id)
    return message(
        "portal/email/break_glass",
        subject=_("%(association)s: files opened by an administrator") % {"association": association.code.upper()},
        context={
            "session": session,
            "association": association,
            "until": hour_prose(session.expires_at),
            "button_url": absolute(reverse("admin:audit_accesslog_changelist")),
            "button_label": _("See who opened what"),
        },
    )


register_mail_kind(
    MailKind(
        name="portal.break_glass",
        label=gettext_lazy("notice of opened files"),
        mail_class=MailClass.TRANSACTIONAL,
        render=break_glass,
    )
)
