"""Confidential rows for tests about walls: made in the scope of their association, as everywhere."""

from datetime import UTC, date, datetime
from typing import Any

from coaching.models import CaseFile, CaseNote, CoachingRequest, Task
from promo_portal.accounts.models import User
from promo_portal.core.scope import association_scope
from promo_portal.regions.models import Association, Municipality


def case_in(
    association: Association,
    municipality: Municipality,
    founder: User,
    lead: User,
    *,
    number: int = 1,
    title: str = "Atelier",
) -> CaseFile:
    """A file with its request, one internal note, one shared note and one task of the founder."""
    with association_scope(association.pk):
        request = CoachingRequest.objects.create(
            association=association,
            municipality=municipality,
            reference=f"COA-2026-{association.pk:02}{number:02}",
            state="accepted",
            first_name=founder.first_name,
            last_name=founder.last_name,
            email=founder.email,
            idea=f"Idée de {title}",
            consented_at=datetime(2026, 1, 5, 8, tzinfo=UTC),
            submitted_at=datetime(2026, 1, 5, 8, tzinfo=UTC),
            answer_by=date(2026, 1, 20),
        )
        case = CaseFile.objects.create(
            association=association,
            request=request,
            reference=f"DOS-2026-{association.pk:02}{number:02}",
            title=title,
            founder=founder,
            lead=lead,
            next_date=date(2027, 3, 1),
        )
        shared: dict[str, Any] = {"association": association, "case_file": case, "author": lead}
        CaseNote.objects.create(**shared, text=f"Note interne sur {title}")
        CaseNote.objects.create(**shared, text=f"Note partagée sur {title}", is_shared=True)
        Task.objects.create(
            association=association, case_file=case, title=f"Plan de {title}", assignee=founder, due_on=date(2027, 2, 1)
        )
    return case
