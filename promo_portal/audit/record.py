"""Writing to the record: one line per transition and per confidential read."""

from typing import Any

from promo_portal.audit.models import AccessLog, Transition
from promo_portal.core import clock


def _name(actor: Any) -> tuple[int | None, str]:
    """A person's number and name, or the name of a job given as text."""
    if actor is None or isinstance(actor, str):
        return None, actor or ""
    return actor.pk, str(actor)


def record_transition(
    *,
    subject: Any,
    action: str,
    from_state: str,
    to_state: str,
    by: Any,
    reason: str = "",
    at: Any = None,
    association_id: int | None = None,
) -> Transition:
    """Write who moved ``subject`` (a saved row) from which state to which, and why."""
    actor_id, actor_name = _name(by)
    return Transition.unscoped.create(
        subject_kind=subject._meta.label_lower,
        subject_id=subject.pk,
        association_id=association_id if association_id is not None else getattr(subject, "association_id", None),
        action=action,
        from_state=from_state,
        to_state=to_state,
        reason=reason,
        actor_id=actor_id,
        actor_name=actor_name,
        at=at or clock.now(),
    )


def record_access(*, subject: Any, act: str, by: Any, role: str = "", break_glass_id: int | None = None) -> AccessLog:
    """Write that a confidential row was opened, downloaded or exported."""
    actor_id, actor_name = _name(by)
    return AccessLog.objects.create(
        subject_kind=subject._meta.label_lower,
        subject_id=subject.pk,
        association_id=getattr(subject, "association_id", None),
        act=act,
        role=role,
        break_glass_id=break_glass_id,
        actor_id=actor_id,
        actor_name=actor_name,
        at=clock.now(),
    )
