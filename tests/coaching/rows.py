"""One row of everything that a coaching file and a commission have, for tests about walls, lists and sweeps."""

import hashlib
import uuid
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from coaching.models import (
    AgendaItem,
    Annex,
    AnnexLine,
    CaseDocument,
    CaseFile,
    CaseMessage,
    CommissionSession,
    CostRate,
    Engagement,
    FinancialPlan,
    FundingShare,
    Meeting,
    Milestone,
    Opinion,
    OutcomeCheck,
    PlanComment,
    PlanLine,
    PlanVersion,
    ReadinessScore,
    Recusal,
    SessionMember,
    SharedDocument,
    Specialist,
    SpecialistTerms,
    TimeEntry,
    TimeEntryShare,
)
from coaching.plan import content_of, entered_of
from promo_portal.accounts.models import User
from promo_portal.core.scope import association_scope
from promo_portal.files.models import StoredFile
from promo_portal.jobs.models import Job
from promo_portal.regions.models import Funder

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)


def canton() -> Funder:
    """A funder that pays for everything."""
    return Funder.objects.get_or_create(
        code="canton-be", defaults={"kind": Funder.Kind.CANTON, "name_fr": "Canton de Berne", "name_de": "Kanton Bern"}
    )[0]


def stored(association_id: int, *, name: str = "plan.pdf", state: str = "clean", **more: Any) -> StoredFile:
    """A file with its bytes."""
    content = f"%PDF-1.7 {name}".encode()
    judged = {} if state == "pending" else {"scanner": "clamd", "scanned_at": AT}
    row = StoredFile.objects.create(
        association_id=association_id,
        name=name,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content_type="application/pdf",
        state=state,
        **judged,
        **more,
    )
    default_storage.save(row.path, ContentFile(content))
    return row


def stored_document(case: CaseFile) -> CaseDocument:
    """A document that the founder has brought."""
    with association_scope(case.association_id):
        brought = stored(case.association_id)
        return CaseDocument.objects.create(
            association_id=case.association_id,
            case_file=case,
            title=f"Preuve de {case.title}",
            added_by=case.founder,
            file=brought,
            series=brought.series,
        )


def parts_of(case: CaseFile, *, number: int = 1) -> dict[str, Any]:
    """A meeting, a milestone, a document … of a file, by the admin's name of the model."""
    with association_scope(case.association_id):
        return {**_course(case, number), **_network(case, number), **commission(case, number)}


def more_of(case: CaseFile) -> None:
    """One more meeting, document and line of the ledger."""
    with association_scope(case.association_id):
        _course(case, 1)


def network_of(case: CaseFile) -> None:
    """A specialist proposed for the file."""
    with association_scope(case.association_id):
        _network(case, 1)


def _course(case: CaseFile, number: int) -> dict[str, Any]:
    of: dict[str, Any] = {"association_id": case.association_id, "case_file": case}
    kinds, months = ["business_plan", "financial_plan", "marketing_plan", "launch"], [0, 3, 6, 12]
    meeting = Meeting.objects.create(
        **of, held_on=date(2026, 11, 2), topics=["plan"], text=f"Entretien sur {case.title}", coach=case.lead
    )
    document = CaseDocument.objects.create(
        **of,
        title=f"Plan de {case.title}",
        added_by=case.founder,
        file=(brought := stored(case.association_id)),
        series=brought.series,
    )
    rows: dict[str, Any] = {"meeting": meeting, "casedocument": document}
    if not Milestone.objects.filter(case_file=case).exists():
        rows["milestone"] = Milestone.objects.create(**of, kind=kinds[number % 4], due_on=date(2027, 1, 15))
        rows["readinessscore"] = ReadinessScore.objects.create(
            **of, month=months[number % 4], plan=1, finance=2, market=3, protection=4, team=5, scored_by=case.lead
        )
        rows["outcomecheck"] = OutcomeCheck.objects.create(**of, months=6, due_on=date(2027, 6, 1))
        _talk(case, of)
        rows["fundingshare"] = FundingShare.objects.create(**of, funder=canton(), share=10_000)
    entry = worked(case, meeting).entry
    annex, _made = Annex.objects.get_or_create(
        association_id=case.association_id,
        funder=canton(),
        period_from=date(2026, 10, 1),
        defaults={
            "period_to": date(2026, 12, 31),
            "prepared_by": case.lead,
            "paper": stored(case.association_id),
            "table": stored(case.association_id),
        },
    )
    for share in TimeEntryShare.objects.filter(entry=entry, annex_line=None):
        AnnexLine.objects.create(association_id=case.association_id, annex=annex, share=share)
    return {**rows, "timeentry": entry, "annex": annex}


def plan_with_lines(case: CaseFile) -> FinancialPlan:
    """A plan with a line of each kind, a comment, a kept version."""
    of: dict[str, Any] = {"association_id": case.association_id, "case_file": case}
    plan = FinancialPlan.objects.create(**of, first_month=date(2027, 1, 1), begun_by=case.founder)
    line = PlanLine.objects.create(
        **of, plan=plan, kind="sales", label=f"Ventes de {case.title}"[:80], amounts=[1_000_000] * 36
    )
    for kind, amounts, more in (
        ("cost", [650_000] * 36, {}),
        ("investment", [2_500_000, *[0] * 35], {"span_months": 60}),
        ("loan", [2_000_000, *[0] * 35], {"span_months": 36, "percent": Decimal("4.50")}),
    ):
        PlanLine.objects.create(**of, plan=plan, kind=kind, label=kind, amounts=amounts, **more)
    PlanComment.objects.create(**of, line=line, author=case.lead, text=f"Prudent ? {case.title}")
    content = content_of(entered_of(plan, [line]))
    PlanVersion.objects.create(**of, plan=plan, number=1, name="Départ", content=content, kept_by=case.founder)
    return plan


def worked(case: CaseFile, meeting: Meeting | None = None) -> TimeEntryShare:
    """An hour that no annex has charged yet, all of it the canton's."""
    of: dict[str, Any] = {"association_id": case.association_id, "case_file": case}
    entry = TimeEntry.objects.create(
        **of,
        meeting=meeting,
        person=case.lead,
        worked_on=date(2026, 11, 2),
        kind="contact" if meeting else "follow_up",
        minutes=60,
        amount=Decimal("120.00"),
        entered_by=case.lead,
    )
    return TimeEntryShare.objects.create(
        association_id=case.association_id, entry=entry, funder=canton(), amount=Decimal("120.00")
    )


def _talk(case: CaseFile, of: dict[str, Any]) -> None:
    """A plan, a message."""
    plan_with_lines(case)
    CaseMessage.objects.create(**of, author=case.founder, text=f"Bonjour, {case.title}")


def _network(case: CaseFile, number: int) -> dict[str, Any]:
    of: dict[str, Any] = {"association_id": case.association_id}
    specialist = Specialist.objects.create(
        **of, first_name="Anne", last_name=f"Huguenin {case.title}"[:80], expertise=["patents"], languages=["fr", "de"]
    )
    SpecialistTerms.objects.create(**of, specialist=specialist, hourly_rate=Decimal("180.00"))
    engagement = Engagement.objects.create(
        **of, case_file=case, specialist=specialist, field="patents", mandate="Brevet", proposed_by=case.lead
    )
    document = CaseDocument.objects.filter(case_file=case).earliest("pk")
    SharedDocument.objects.create(**of, engagement=engagement, document=document)
    rate, _made = CostRate.objects.get_or_create(
        **of, valid_from=date(2026, 1, min(number, 28)), defaults={"per_hour": Decimal("120.00")}
    )
    return {"specialist": specialist, "engagement": engagement, "costrate": rate}


def engaged(engagement: Engagement, person: User | None) -> None:
    """The engagement under way, of a specialist who is shown to everybody and may have an account."""
    shown = {"user": person, "is_published": True, "agreed_public_on": AT.date()}
    Specialist.objects.filter(pk=engagement.specialist_id).update(**shown)
    with association_scope(engagement.association_id):
        Engagement.objects.filter(pk=engagement.pk).update(
            state="active", consent_text="Oui", consented_at=AT, accepted_at=AT, shares_plan=True
        )


def commission(case: CaseFile, number: int) -> dict[str, Any]:
    of: dict[str, Any] = {"association_id": case.association_id}
    session, _made = CommissionSession.objects.get_or_create(
        **of, held_on=date(2026, 12, min(number, 28)), defaults={"held_at": time(14), "place": f"Salle {case.pk}"}
    )
    SessionMember.objects.get_or_create(**of, session=session, member=case.lead)
    item = AgendaItem.objects.create(
        **of, session=session, request=case.request, position=1, title=case.title, lead=case.lead
    )
    Opinion.objects.create(**of, item=item, member=case.lead, advice="favourable")
    Recusal.objects.create(**of, item=item, member=case.founder, source="declared", reason="Cousine")
    return {"commissionsession": session, "agendaitem": item}


def session_for(
    session: CommissionSession, person: User, *, is_over: bool = False, is_circular: bool = False
) -> dict[str, int]:
    """What addresses of a session need, for somebody who was called to it: its item, and a pack of theirs."""
    at = datetime(2026, 12, 1, 14, tzinfo=UTC)
    of: dict[str, Any] = {"association_id": session.association_id}
    SessionMember.objects.get_or_create(**of, session=session, member=person)
    state: dict[str, Any] = {"state": "closed", "opened_at": at, "closed_at": at} if is_over else {"state": "convened"}
    kind = "circular" if is_circular else "meeting"
    CommissionSession.objects.filter(pk=session.pk).update(**state, kind=kind)
    job = Job.objects.create(
        **of, kind="coaching.commission_pack", asked_by_id=person.pk, parameters={"session": session.pk}, state="done",
        finished_at=at, result_key=uuid.uuid4(), result_name="commission.pdf", result_type="application/pdf",
        result_size=4,
    )  # fmt: skip
    default_storage.save(job.result_path, ContentFile(b"%PDF"))
    item = AgendaItem.objects.filter(session=session).earliest("pk")
    return {"pk": session.pk, "item_pk": item.pk, "job_pk": job.pk}
