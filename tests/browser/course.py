"""What a coaching file holds once its course has begun: meetings, milestones, documents, the ledger."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from coaching.check_links import token_for
from coaching.engagement_links import token_for as token_of_engagement
from coaching.enums import CheckState
from coaching.models import (
    Annex,
    AnnexLine,
    CaseDocument,
    CaseFile,
    Engagement,
    Meeting,
    Milestone,
    OutcomeCheck,
    PlanLine,
    Specialist,
    SpecialistTerms,
    TimeEntry,
)
from coaching.workflow.checks import Answer, answer_check, ask_check
from coaching.workflow.engagements import accept_engagement, consent_to_engagement, propose_engagement
from promo_portal.core import clock
from promo_portal.regions.models import Association, Municipality
from promo_portal.regions.workflow import funder_of
from tests.coaching import rows

LONG_TITLE = "Mehrjahresfinanzplanungsgrundlagen" * 3


class Course:
    """Mixed into the scene; uses its files."""

    association: Association
    case: CaseFile
    case_long: CaseFile
    case_closed: CaseFile
    people: dict[str, Any]
    working: Callable[..., AbstractContextManager[None]]

    @cached_property
    def case_under_way(self) -> CaseFile:
        """The ordinary file with one of everything."""
        return self._begun(self.case)

    @cached_property
    def case_full(self) -> CaseFile:
        """The file with the long names: a document whose title has no space, versions, what was late, many lines."""
        found = self._begun(self.case_long)
        with self.working(self.association):
            for _number in range(12):
                rows.more_of(found)
            rows.network_of(found)
            PlanLine.objects.filter(case_file=found).update(label=LONG_TITLE[:80], amounts=[99_999_999_99] * 36)
            CaseDocument.objects.filter(case_file=found).update(title=LONG_TITLE[:100])
            late = clock.today() - timedelta(days=3)
            Milestone.objects.filter(case_file=found).update(due_on=late)
            Meeting.objects.filter(case_file=found).update(text="Rückfragemöglichkeitenübersicht" * 40)
        return found

    def _begun(self, case: CaseFile) -> CaseFile:
        with self.working(self.association):
            rows.more_of(case)
        return case

    @cached_property
    def checks(self) -> list[OutcomeCheck]:
        """Of a closed file: one answered with long words, one asked."""
        with self.working(self.association):
            for months in (6, 12):
                OutcomeCheck.objects.get_or_create(
                    association=self.association,
                    case_file=self.case_closed,
                    months=months,
                    defaults={"due_on": clock.today() - timedelta(days=50), "jobs_planned": 3},
                )
            found = list(OutcomeCheck.objects.filter(case_file=self.case_closed).select_related("case_file__founder"))
            first, second = sorted(found, key=lambda check: check.months)[:2]
            if first.state == CheckState.PLANNED:
                answer_check(check=first, answer=Answer(True, 12, LONG_TITLE * 4), by="founder", now=clock.now())
                ask_check(check=second, by="clock", now=clock.now())
        return [first, second]

    @property
    def check_answered(self) -> OutcomeCheck:
        return self.checks[0]

    @property
    def check_asked(self) -> OutcomeCheck:
        return self.checks[1]

    def check_link(self, which: str, *, days: int = 30) -> str:
        """The founder's link to the three questions."""
        with self.working(self.association):
            return token_for(getattr(self, which), days=days)

    @cached_property
    def network(self) -> dict[str, Engagement]:
        """One engagement that waits for its founder, one under way, both of the specialist of the cast."""
        with self.working(self.association):
            person, _made = Specialist.objects.get_or_create(
                association=self.association,
                user=self.people["specialist"],
                defaults={
                    "first_name": "Anne", "last_name": "Huguenin", "expertise": ["patents"], "languages": ["fr", "de"],
                    "about_fr": LONG_TITLE * 3, "public_rate": 210, "offers_free_hour": True, "is_published": True,
                    "agreed_public_on": clock.today(),
                },
            )  # fmt: skip
            SpecialistTerms.objects.get_or_create(association=self.association, specialist=person)
            found = {}
            for name, case in (("proposed", self.case_long), ("active", self.case_under_way)):
                found[name] = Engagement.objects.filter(
                    case_file=case, specialist=person
                ).first() or propose_engagement(
                    case=case, specialist=person, field="patents", mandate=LONG_TITLE, by=case.lead, now=clock.now()
                )
            if found["active"].state == "proposed":
                documents = list(CaseDocument.objects.filter(case_file=self.case_under_way)[:2])
                consent_to_engagement(
                    engagement=found["active"], words="Oui", documents=documents, shares_plan=True,
                    by=self.case.founder, now=clock.now(),
                )  # fmt: skip
                found["active"] = accept_engagement(
                    engagement=found["active"], by=self.people["specialist"], now=clock.now()
                )
        return found

    @property
    def proposed(self) -> Engagement:
        return self.network["proposed"]

    @property
    def active(self) -> Engagement:
        return self.network["active"]

    @property
    def engagement_number(self) -> int:
        return self.active.pk

    def engagement_link(self, which: str, *, days: int = 30) -> str:
        """The founder's link to an engagement."""
        with self.working(self.association):
            return token_of_engagement(self.network[which], days=days)

    def part(self, model: Any, case: CaseFile) -> int:
        """The number of a file's first document, milestone …"""
        with self.working(self.association):
            return model.objects.filter(case_file=case).order_by("pk").values_list("pk", flat=True)[0]

    @cached_property
    def annex_draft(self) -> Annex:
        """What the canton would be charged."""
        return self._annex(self.case_under_way)

    @cached_property
    def annex_issued(self) -> Annex:
        """An annex that has left, with many lines and one of an earlier quarter; its papers are being made."""
        case = self.case_full
        with self.working(self.association):
            draft = self._annex(case)
            made = Annex.objects.create(
                association=self.association, funder=funder_of(self._somewhere()), period_from=date(2026, 7, 1),
                period_to=date(2026, 9, 30), state="issued", number="A-2099-001", issued_on=date(2026, 10, 5),
                issued_by=case.lead, prepared_by=case.lead, amount=120, minutes=60,
            )  # fmt: skip
            AnnexLine.objects.bulk_create(
                AnnexLine(association=self.association, annex=made, share=rows.worked(case)) for _number in range(12)
            )
        assert draft.pk != made.pk
        return made

    def _annex(self, case: CaseFile) -> Annex:
        """The draft that comes with every file under way."""
        with self.working(self.association):
            return Annex.objects.filter(association=self.association, state="draft").earliest("pk")

    def _somewhere(self) -> Municipality:
        return Municipality.objects.order_by("pk")[0]

    @property
    def document(self) -> int:
        return self.part(CaseDocument, self.case_under_way)

    @property
    def milestone(self) -> int:
        return self.part(Milestone, self.case_under_way)

    @property
    def ledger_line(self) -> int:
        return self.part(TimeEntry, self.case_under_way)

    @property
    def plan_line(self) -> int:
        return self.part(PlanLine, self.case_under_way)

    line_kind = "investment"
