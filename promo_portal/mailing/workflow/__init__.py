"""All that moves a mail from state to state; tasks, commands and pages are doors to these functions."""

from promo_portal.mailing.workflow.holding import hold_all, hold_kind, hold_mail, release_hold, release_mail
from promo_portal.mailing.workflow.sending import Tally, send_waiting
from promo_portal.mailing.workflow.staff import MoveRefused, cancel_mail, cancel_waiting, dismiss_mail, retry_mail
from promo_portal.mailing.workflow.sweeping import sweep

__all__ = [
    "MoveRefused",
    "Tally",
    "cancel_mail",
    "cancel_waiting",
    "dismiss_mail",
    "hold_all",
    "hold_kind",
    "hold_mail",
    "release_hold",
    "release_mail",
    "retry_mail",
    "send_waiting",
    "sweep",
]
