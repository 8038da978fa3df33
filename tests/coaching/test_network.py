"""The network at work: public profiles, the founder's agreement by a link, what a specialist sees and when it ends."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from coaching.emails.network import KINDS
from coaching.engagement_links import token_for
from coaching.enums import EngagementState
from coaching.models import (
    CaseDocument,
    CaseFile,
    Engagement,
    FinancialPlan,
    SharedDocument,
    Specialist,
    SpecialistTerms,
)
from coaching.workflow import engagements as flow
from coaching.workflow.agreements import follow_forgotten_agreements
from coaching.workflow.files import close_case
from coaching.workflow.tables import ENGAGEMENT, ENGAGEMENT_ACTIONS
from promo_portal.accounts.models import Membership, User
from promo_portal.audit.models import AccessLog, Transition
from promo_portal.core import links
from promo_portal.core.scope import Scope, association_scope, scope
from promo_portal.core.transitions import TransitionRefused
from promo_portal.mailing.kinds import mail_kind
from promo_portal.mailing.models import OutgoingMail
from promo_portal.regions.models import Association
from promo_portal.reminders.kinds import deadline_kind
from promo_portal.reminders.models import Deadline, Reminder
from tests.coaching import rows
from tests.coaching.factories import MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
SignIn = Callable[[User], Client]


@pytest.fixture
def anne(cep: Association, specialist: User) -> Specialist:
    """Of the network, with an account; shown to everybody."""
    found = Specialist.objects.create(
        association=cep, user=specialist, first_name="Anne", last_name="Huguenin", company="Brevets de l’Arc",
        expertise=["patents", "law"], languages=["fr", "de"], about_fr="Recherche d’antériorité.",
        public_rate=Decimal("210.00"), is_published=True, agreed_public_on=MONDAY.date(),
    )  # fmt: skip
    with association_scope(cep.pk):
        SpecialistTerms.objects.create(
            association=cep, specialist=found, hourly_rate=Decimal("190.00"), remarks="Secret"
        )
    return found


@pytest.fixture
def document(case: CaseFile) -> CaseDocument:
    return rows.stored_document(case)


@pytest.fixture
def plan(case: CaseFile) -> FinancialPlan:
    """Nothing but a name of sales, and a comment that is nobody else's business."""
    with association_scope(case.association_id):
        return rows.plan_with_lines(case)


@pytest.fixture
def proposed(case: CaseFile, anne: Specialist, document: CaseDocument, coach: User) -> Engagement:
    rows.stored_document(case)  # one more, which nobody shares
    with association_scope(case.association_id):
        return flow.propose_engagement(
            case=case, specialist=anne, field="patents", mandate="Antériorité d’un outil", by=coach, now=MONDAY
        )


def again(engagement: Engagement) -> Engagement:
    with association_scope(engagement.association_id):
        return Engagement.objects.get(pk=engagement.pk)


def link(engagement: Engagement, **more: Any) -> str:
    return reverse("coaching:engagement", args=[token_for(engagement, **more)])


# -- everybody ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "brevets et marques"), ("de", "Patente"), ("en", "patents and brands")]
)
def test_the_public_reads_what_a_specialist_agreed_to_show_in_three_languages(
    anne: Specialist, visitor: Client, language: str, words: str
) -> None:
    hidden = Specialist.objects.create(
        association=anne.association, last_name="Cachée", expertise=["law"], languages=["fr"], is_published=True
    )
    with translation.override(language):
        urls = reverse("coaching:specialists"), reverse("coaching:specialist", args=[anne.pk])
        other = reverse("coaching:specialist", args=[hidden.pk])
    listed, shown = (visitor.get(url).content.decode() for url in urls)

    for page in (listed, shown):
        assert words.lower() in page.lower()
        assert "210.00" in page
        assert "190" not in page
        assert "Secret" not in page
        assert "Cachée" not in page
    assert visitor.get(other).status_code == 404
    assert "Huguenin" not in visitor.get(urls[0], {"field": "export"}).content.decode()
    assert "Huguenin" in visitor.get(urls[0], {"field": "law", "language": "de", "q": "arc"}).content.decode()
    assert visitor.get(urls[0], {"field": "nonsense"}).status_code == 200


def test_a_specialist_edits_their_own_profile_and_hides_it_at_once(
    anne: Specialist, specialist: User, coach: User, visitor: Client, sign_in: SignIn
) -> None:
    own, url = sign_in(specialist), reverse("coaching:profile")
    good = {"company": "Arc", "expertise": ["export"], "languages": ["en"], "public_rate": "180", "about_fr": "Foires."}

    assert own.get(url).status_code == 200
    assert own.post(url, {**good, "expertise": []}).status_code == 422
    assert own.post(url, {**good, "public_rate": "-1"}).status_code == 422
    assert own.post(url, {**good, "is_published": "on"}).status_code == 302
    anne.refresh_from_db()
    assert (anne.expertise, anne.public_rate, anne.last_name) == (["export"], Decimal(180), "Huguenin")
    assert own.post(url, good).status_code == 302
    assert visitor.get(reverse("coaching:specialist", args=[anne.pk])).status_code == 404
    anne.refresh_from_db()
    assert anne.agreed_public_on is None
    assert sign_in(coach).get(url).status_code == 404
    assert visitor.get(url).status_code == 302
    anne.is_active = False
    anne.save()
    assert own.get(url).status_code == 404


# -- from the proposal to the satisfaction -----------------------------------------------------------------------------


@pytest.mark.usefixtures("plan")
def test_from_the_proposal_to_the_founders_satisfaction(
    case: CaseFile, anne: Specialist, document: CaseDocument, coach: User, specialist: User,
    visitor: Client, sign_in: SignIn,
) -> None:  # fmt: skip
    other = rows.stored_document(case)
    desk, own = sign_in(coach), sign_in(specialist)
    tab = reverse("admin:coaching_casefile_engagements", args=[case.pk])
    wanted = {"specialist": anne.pk, "field": "patents", "mandate": "Antériorité", "hours": "3"}
    assert desk.post(tab, {**wanted, "mandate": ""}).status_code == 422
    assert desk.post(tab, {**wanted, "hours": "0"}).status_code == 422
    assert desk.post(tab, wanted).status_code == 302
    again_proposed = desk.post(tab, wanted)
    assert again_proposed.status_code == 422
    assert "déjà engagé" in again_proposed.content.decode()
    with association_scope(case.association_id):
        engagement = Engagement.objects.get()
    work, url = reverse("coaching:work", args=[engagement.pk]), link(engagement)
    open_document = reverse("coaching:work_document", args=[engagement.pk, document.pk])
    open_plan = reverse("coaching:work_plan", args=[engagement.pk])

    assert {own.get(path).status_code for path in (work, open_plan)} == {404}  # nothing before the founder's agreement
    assert "J’accepte que Anne Huguenin" in visitor.get(url).content.decode()
    assert again(engagement).state == EngagementState.PROPOSED
    agreed = {"act": "consent", "documents": [document.pk], "shares_plan": "on"}
    for _twice in range(2):
        assert visitor.post(url, agreed).status_code == 302
    assert again(engagement).consent_text.startswith("J’accepte que Anne Huguenin")
    before = own.get(work).content.decode()
    assert "Antériorité" in before
    assert "Chappuis" not in before
    assert {own.get(path).status_code for path in (open_document, open_plan)} == {404}
    assert own.post(work, {"act": "accept"}).status_code == 302
    during = own.get(work).content.decode()
    assert "Chappuis" in during
    assert document.title in during
    assert own.get(open_document).status_code == 200
    assert own.get(reverse("coaching:work_document", args=[engagement.pk, other.pk])).status_code == 404
    assert AccessLog.objects.filter(act="download", actor_id=specialist.pk).count() == 1
    assert open_plan in during
    assert own.get(open_plan).status_code == 200
    assert own.post(work, {"act": "report", "report": "", "hours": "2"}).status_code == 422
    assert own.post(work, {"act": "report", "report": "Rien de semblable.", "hours": "2.5"}).status_code == 302
    assert "Rien de semblable." in visitor.get(url).content.decode()
    assert visitor.post(url, {"act": "rate"}).status_code == 422
    for _twice in range(2):
        assert visitor.post(url, {"act": "rate", "satisfaction": "5", "words": "Parfait"}).status_code == 302
    step = reverse("admin:coaching_casefile_engagement_step", args=[case.pk, engagement.pk])
    assert desk.post(step, {"act": "end"}).status_code == 302

    ended = again(engagement)
    assert (ended.state, ended.satisfaction, ended.hours_reported) == ("ended", 5, Decimal("2.50"))
    assert {own.get(path).status_code for path in (work, open_document, open_plan)} == {404}
    done = (
        Transition.unscoped.filter(subject_kind="coaching.engagement").order_by("pk").values_list("action", flat=True)
    )
    assert list(done) == ["propose", "consent", "accept", "report", "rate", "end"]
    assert not Deadline.objects.filter(kind="coaching.engagement", state="open").exists()
    assert "5 sur 5" in desk.get(tab).content.decode()


def test_an_agreement_taken_back_closes_the_page_that_is_open(
    proposed: Engagement, document: CaseDocument, plan: FinancialPlan, specialist: User, visitor: Client,
    sign_in: SignIn,
) -> None:  # fmt: skip
    own, work = sign_in(specialist), reverse("coaching:work", args=[proposed.pk])
    open_document = reverse("coaching:work_document", args=[proposed.pk, document.pk])
    visitor.post(link(proposed), {"act": "consent", "documents": [document.pk]})
    own.post(work, {"act": "accept"})
    open_plan = reverse("coaching:work_plan", args=[proposed.pk])
    assert [own.get(path).status_code for path in (work, open_document, open_plan)] == [200, 200, 404]  # not ticked
    with association_scope(proposed.association_id):
        Engagement.objects.update(shares_plan=True)
    read = own.get(open_plan).content.decode()
    assert "120’000" in read
    assert not [word for word in ("Prudent ?", "Départ", 'href="/fr/coaching/dossier/') if word in read]
    assert own.post(open_plan).status_code == 405
    opened = AccessLog.objects.filter(subject_kind="coaching.financialplan", actor_id=specialist.pk)
    assert [row.subject_id for row in opened] == [plan.pk]

    visitor.post(link(proposed), {"act": "revoke", "reason": "J’ai changé d’avis"})

    assert [own.get(path).status_code for path in (work, open_document, open_plan)] == [404, 404, 404]
    assert own.post(work, {"act": "report", "report": "Trop tard", "hours": "1"}).status_code == 404
    assert again(proposed).state == EngagementState.REVOKED
    mails = OutgoingMail.objects.filter(kind="coaching.engagement_ended").values_list("to_user", flat=True)
    assert specialist.pk in mails
    assert not Deadline.objects.filter(kind="coaching.engagement", state="open").exists()


def test_links_of_founders_open_only_their_own_engagement_and_only_by_the_button(
    proposed: Engagement, visitor: Client
) -> None:
    bent = links.sign("coaching.engagement", f"{proposed.association_id + 1}.{proposed.pk}", days=9)
    other = links.sign("coaching.afterwards", f"{proposed.association_id}.{proposed.pk}", days=9)
    for token in (bent, other, "x"):
        assert visitor.post(reverse("coaching:engagement", args=[token]), {"act": "consent"}).status_code == 404
    assert visitor.get(link(proposed, days=-1)).status_code == 410
    assert visitor.post(link(proposed, days=-1), {"act": "consent"}).status_code == 200  # a fresh link is mailed
    assert visitor.post(link(proposed), {"act": "accept"}).status_code == 302
    assert again(proposed).state == EngagementState.PROPOSED
    assert visitor.post(link(proposed), {"act": "decline", "reason": "Une concurrente"}).status_code == 302
    assert again(proposed).end_reason == "Une concurrente"


@pytest.mark.usefixtures("plan")
def test_the_right_people_see_the_tab_and_the_work(
    proposed: Engagement, case: CaseFile, manager: User, foreign_coach: User, founder: User,
    specialist: User, cep: Association, sign_in: SignIn,
) -> None:  # fmt: skip
    from tests import factories as people

    colleague = people.member("specialist", cep, first_name="Yves", last_name="Tschumi")
    tab = reverse("admin:coaching_casefile_engagements", args=[case.pk])
    step = reverse("admin:coaching_casefile_engagement_step", args=[case.pk, proposed.pk])
    with association_scope(cep.pk):
        flow.consent_to_engagement(engagement=proposed, words="Oui", shares_plan=True, by=case.founder, now=MONDAY)

    assert sign_in(manager).get(tab).status_code == 200
    assert sign_in(foreign_coach).get(tab).status_code == 404
    assert sign_in(foreign_coach).post(step, {"act": "cancel"}).status_code == 404
    work = reverse("coaching:work", args=[proposed.pk])
    assert [sign_in(user).get(work).status_code for user in (specialist, colleague, founder, manager)] == [
        200, 404, 404, 404,
    ]  # fmt: skip
    assert "Antériorité" in sign_in(specialist).get(reverse("portal:space")).content.decode()
    with association_scope(cep.pk):
        flow.accept_engagement(engagement=again(proposed), by=specialist, now=MONDAY)
    shown = reverse("coaching:work_plan", args=[proposed.pk])
    assert [sign_in(user).get(shown).status_code for user in (specialist, colleague, founder, manager)] == [
        200, 404, 404, 404,
    ]  # fmt: skip
    Membership.objects.filter(user=specialist).update(valid_from="2024-01-01", valid_to="2025-01-01")
    assert {sign_in(specialist).get(path).status_code for path in (work, shown)} == {404}


def test_a_coach_types_in_the_report_of_somebody_who_phones(
    proposed: Engagement, case: CaseFile, coach: User, sign_in: SignIn
) -> None:
    browser = sign_in(coach)
    enter = reverse("admin:coaching_casefile_engagement_report", args=[case.pk, proposed.pk])
    told = {"report": "Rien d’antérieur ne s’y oppose.", "hours": "2,5"}

    too_early = browser.post(enter, told)
    with association_scope(case.association_id):
        flow.consent_to_engagement(engagement=proposed, words="Oui", by=case.founder, now=MONDAY)
        flow.accept_engagement(engagement=again(proposed), by=coach, now=MONDAY)
    assert enter in browser.get(reverse("admin:coaching_casefile_engagements", args=[case.pk])).content.decode()
    empty = browser.post(enter, {"report": "", "hours": "2,5"})
    taken = browser.post(enter, told)

    assert [answer.status_code for answer in (too_early, empty, taken)] == [422, 422, 302]
    found = again(proposed)
    assert (found.state, found.report, found.hours_reported) == ("reported", told["report"], Decimal("2.5"))
    assert OutgoingMail.objects.filter(kind="coaching.engagement_reported", to_user=case.founder).count() == 1


def test_closing_the_file_ends_every_engagement_and_an_ended_agreement_none_begins(
    proposed: Engagement, case: CaseFile, anne: Specialist, coach: User
) -> None:
    with association_scope(case.association_id):
        close_case(case=case, reason="Fini", by=coach, now=MONDAY)
        assert again(proposed).state == EngagementState.CANCELLED
        SpecialistTerms.objects.update(agreement_until=MONDAY.date() - timedelta(days=1))
        CaseFile.objects.filter(pk=case.pk).update(state="paused", closed_at=None)
        with pytest.raises(ValidationError):
            flow.propose_engagement(case=case, specialist=anne, field="law", mandate="Bail", by=coach, now=MONDAY)


def test_the_manager_hears_of_an_agreement_that_ends_until_it_is_renewed_or_the_specialist_leaves(
    proposed: Engagement, anne: Specialist, cep: Association, manager: User, coach: User, sign_in: SignIn
) -> None:
    with association_scope(cep.pk):
        terms = SpecialistTerms.objects.get()
    page = {
        "last_name": "Huguenin", "first_name": "Anne", "expertise": ["patents"], "languages": ["fr"], "is_active": "on",
        "terms-TOTAL_FORMS": "1", "terms-INITIAL_FORMS": "1", "terms-0-id": terms.pk, "terms-0-specialist": anne.pk,
        "terms-0-at_once": "2",
    }  # fmt: skip
    browser, change = sign_in(manager), reverse("admin:coaching_specialist_change", args=[anne.pk])

    def end(day: str, **more: str) -> Deadline | None:
        assert browser.post(change, {**page, "terms-0-agreement_until": day, **more}).status_code == 302
        return Deadline.objects.filter(kind="coaching.agreement", state="open").first()

    first = end("22.01.2027")
    kind = deadline_kind("coaching.agreement")
    assert kind
    assert first
    planned = Reminder.objects.filter(deadline=first).order_by("due_at").values_list("step", "user_id", "due_at__date")
    assert list(planned) == [("-30d", manager.pk, date(2026, 12, 23)), ("0d", manager.pk, date(2027, 1, 22))]
    with association_scope(cep.pk):
        assert [kind.is_entitled(first, user) for user in (manager, coach)] == [True, False]
        assert kind.is_open(first)
        for language, words in {"fr": "1 mandat", "de": "1 Auftrag", "en": "1 engagement"}.items():
            with translation.override(language):
                before, last = (kind.render(OutgoingMail(to_user=manager), first, step) for step in kind.steps)
            assert words in before.text
            assert "22.01.2027" in last.text
            assert before.subject != last.subject
    moved = end("31.12.2027")
    assert moved
    assert (moved.pk, moved.local_date) == (first.pk, date(2027, 12, 31))
    assert end("31.12.2027", is_active="") is None
    assert end("31.12.2026")
    assert end("") is None
    assert end("01.01.2026") is None


def test_agreements_from_before_such_days_were_followed_get_theirs_once(
    anne: Specialist, cep: Association, manager: User
) -> None:
    with association_scope(cep.pk):
        SpecialistTerms.objects.update(agreement_until=date(2027, 1, 22))  # as rows of an earlier version stand there
        for name, is_active, end in (
            ("Dernier jour", True, MONDAY.date()), ("Parti", False, date(2027, 1, 22)),
            ("Échu", True, date(2025, 12, 31)), ("Sans fin", True, None),
        ):  # fmt: skip
            found = Specialist.objects.create(association=cep, last_name=name, first_name="Luc", is_active=is_active)
            SpecialistTerms.objects.create(association=cep, specialist=found, agreement_until=end)
    assert not Deadline.objects.filter(kind="coaching.agreement").exists()

    assert [follow_forgotten_agreements(now=MONDAY) for _ in range(3)] == [2, 0, 0]

    days = Deadline.objects.filter(kind="coaching.agreement", state="open").order_by("local_date")
    assert list(days.values_list("local_date", flat=True)) == [MONDAY.date(), date(2027, 1, 22)]
    steps = Reminder.objects.filter(deadline=days.last()).order_by("due_at").values_list("step", "user_id")
    assert list(steps) == [("-30d", manager.pk), ("0d", manager.pk)]
    assert Transition.unscoped.filter(subject_kind="reminders.deadline", action="set").count() == 2


# -- mails, dates, states ----------------------------------------------------------------------------------------------


def test_every_mail_and_reminder_of_an_engagement_reads_whole_in_three_languages(
    proposed: Engagement, case: CaseFile, specialist: User, coach: User
) -> None:
    deadline = Deadline.objects.get(kind="coaching.engagement")
    kind = deadline_kind("coaching.engagement")
    assert kind is not None
    first = Reminder.objects.filter(deadline=deadline, step="-2d", state="planned").get()
    assert first.user_id == case.founder_id
    with association_scope(case.association_id):
        flow.consent_to_engagement(engagement=proposed, words="Oui", by=case.founder, now=MONDAY)
        waiting = Reminder.objects.filter(deadline=deadline, step="-2d", state="planned").values_list("user", flat=True)
        assert set(waiting) == {specialist.pk}
        flow.accept_engagement(engagement=proposed, by=specialist, now=MONDAY)
    for name in KINDS:
        for person in (case.founder, specialist, coach):
            for language, hello in {"fr": "Bonjour", "de": "Guten Tag", "en": "Hello"}.items():
                mail = OutgoingMail(
                    kind=name.name, to_user=person, language=language, subject_id=proposed.pk,
                    association_id=case.association_id,
                )  # fmt: skip
                with (
                    transaction.atomic(),
                    scope(Scope(frozenset({case.association_id}))),
                    translation.override(language),
                ):
                    message = mail_kind(name.name).render(mail)
                    kind.render(mail, Deadline.objects.get(pk=deadline.pk), "+3d")
                assert "%(" not in message.text + message.subject
                assert "Secret" not in message.text
                assert hello in message.text or "proposed" not in name.name
                if person == specialist and name.name.endswith("asked"):
                    assert "Chappuis" not in message.text


def _ready(state: str, engagement: Engagement) -> None:
    told = {"consented_at": MONDAY, "consent_text": "Oui"} if state not in {"proposed", "declined"} else {}
    told |= {"report": "Vu", "reported_at": MONDAY} if state == "reported" else {}
    Engagement.objects.filter(pk=engagement.pk).update(state=state, **told)


@pytest.mark.parametrize("state", EngagementState.values)
def test_each_action_on_an_engagement_leads_where_the_table_says_or_is_refused(
    state: str, proposed: Engagement, case: CaseFile, coach: User
) -> None:
    of: dict[str, Any] = {"engagement": proposed, "now": MONDAY}
    steps: dict[str, Callable[[], Any]] = {
        "consent": lambda: flow.consent_to_engagement(words="Oui", by=case.founder, **of),
        "accept": lambda: flow.accept_engagement(by=coach, **of),
        "report": lambda: flow.report_engagement(report="Vu", by=coach, **of),
        "end": lambda: flow.end_engagement(by=coach, **of),
        "revoke": lambda: flow.revoke_consent(by=case.founder, **of),
        "cancel": lambda: flow.cancel_engagement(reason="Réglé", by=coach, **of),
        "rate": lambda: flow.rate_engagement(satisfaction=4, by=case.founder, **of),
        "decline": lambda: flow.decline_engagement(by=coach, **of),
        "refuse": lambda: flow.decline_engagement(by=coach, **of),
    }
    with association_scope(case.association_id):
        for action in ENGAGEMENT_ACTIONS:
            _ready(state, proposed)
            # One door for the founder's and for the specialist's no.
            no = ENGAGEMENT.get((state, "decline")) or ENGAGEMENT.get((state, "refuse"))
            expected = no if action in {"decline", "refuse"} else ENGAGEMENT.get((state, action))
            with transaction.atomic():
                if expected:
                    steps[action]()
                else:
                    with pytest.raises(TransitionRefused):
                        steps[action]()
                assert again(proposed).state == (expected or state), (state, action)
            Engagement.objects.filter(pk=proposed.pk).update(satisfaction=None, satisfaction_text="")
            SharedDocument.objects.all().delete()
