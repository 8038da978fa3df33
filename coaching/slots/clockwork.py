"""What coaching has to do as time goes by, also where no worker runs."""

from datetime import timedelta

from promo_portal.core import clock


def ask_due_checks() -> int:
    """Founders whose day has come are asked, also where no worker runs."""
    from coaching.workflow.checks import ask_due_checks as ask

    return ask(now=clock.now())


def forget_due() -> int:
    """Once a day, from three o'clock in Zurich on, names whose time is over are removed, also where no worker runs."""
    from coaching.workflow.forgetting import forget_due as forget
    from promo_portal.reminders import heartbeat

    local = clock.now().astimezone(clock.ZURICH) - timedelta(hours=3)
    return forget(now=clock.now()) if heartbeat.first_today("coaching.retention", local) else 0


def follow_agreements() -> int:
    """Once a day, also where no worker runs, agreements without the day of their end get it."""
    from coaching.workflow.agreements import follow_forgotten_agreements
    from promo_portal.reminders import heartbeat

    local = clock.now().astimezone(clock.ZURICH) - timedelta(hours=3)
    return follow_forgotten_agreements(now=clock.now()) if heartbeat.first_today("coaching.agreements", local) else 0
