"""The whole directory is searched for doubles: found by what they share, asked about once, judged for good."""

import pytest
from django.urls import reverse

from companies.models import DuplicatePair, Organisation
from companies.workflow.doubles import search_doubles
from companies.workflow.merging import keep_both
from promo_portal.accounts.models import User
from promo_portal.core import clock
from promo_portal.jobs.models import Job
from promo_portal.jobs.progress import Cancelled, Progress
from promo_portal.jobs.workflow import run_job
from promo_portal.regions.models import Association, Municipality
from tests.companies import factories
from tests.conftest import SignIn


def found() -> set[tuple[str, str]]:
    rows = DuplicatePair.objects.select_related("first", "second")
    return {tuple(sorted((pair.first.name, pair.second.name))) for pair in rows}  # type: ignore[misc]


def search(association: Association | None = None) -> int:
    of = association.pk if association else None
    return search_doubles(association_id=of, now=clock.now(), progress=Progress()).asked


@pytest.fixture
def directory(tavannes: Municipality, nidau: Municipality) -> None:
    for place, name, fields in (
        (tavannes, "Mécatis SA", {"uid": factories.uid_number(1)}),
        (tavannes, "Mecatiss Sàrl", {}),  # nearly the same name, the same place
        (nidau, "Mécatis", {}),  # the same name elsewhere: says nothing
        (tavannes, "Mécatis AG", {"uid": factories.uid_number(2)}),  # another UID than the first: two legal entities
        (tavannes, "Horlosag SA", {"phone": "+41320000011"}),
        (nidau, "Horlosag Biel AG", {"phone": "+41320000011"}),  # one phone and half a name
        (nidau, "Fiduciaire Roc", {"phone": "+41320000011"}),  # one phone only
        (tavannes, "Atelier du Pont", {"website": "https://www.pont.example/"}),
        (nidau, "Pont Atelier", {"website": "http://pont.example/contact"}),
        (nidau, "Pont Atelier Ancien", {"state": "ceased"}),
    ):
        factories.organisation(place, name=name, **fields)
    head = factories.organisation(tavannes, name="Usine Frêne", uid=factories.uid_number(3))
    factories.organisation(tavannes, name="Usine Frêne", uid=factories.uid_number(3), parent=head, parent_link="branch")


ALL = {
    ("Mecatiss Sàrl", "Mécatis SA"),
    ("Mecatiss Sàrl", "Mécatis AG"),
    ("Horlosag Biel AG", "Horlosag SA"),
    ("Atelier du Pont", "Pont Atelier"),
}


@pytest.mark.usefixtures("directory")
def test_entries_meet_by_what_they_share_and_a_judged_pair_never_comes_back() -> None:
    assert search() == len(ALL)
    assert found() == ALL

    judged = DuplicatePair.objects.order_by("-likeness").first()
    assert judged is not None
    keep_both(pair=judged, by="Olivier Racine", now=clock.now())
    waits = list(DuplicatePair.objects.order_by("pk").values_list("pk", "state", "likeness", "found_at"))
    assert search() == 0
    assert list(DuplicatePair.objects.order_by("pk").values_list("pk", "state", "likeness", "found_at")) == waits


@pytest.mark.usefixtures("directory")
def test_a_search_that_is_stopped_leaves_nothing_and_one_of_an_association_keeps_to_its_entries(
    cep: Association,
) -> None:
    class Stopped(Progress):
        def at(self, done: int, total: int | None = None, message: str | None = None) -> None:
            if done:
                raise Cancelled

    with pytest.raises(Cancelled):
        search_doubles(association_id=None, now=clock.now(), progress=Stopped())
    assert found() == set()

    search(cep)
    assert found() == {pair for pair in ALL if "Mecatiss Sàrl" in pair}


@pytest.mark.django_db(transaction=True)  # progress is written by a second connection
@pytest.mark.usefixtures("directory")
def test_staff_have_everything_searched_once_however_often_they_press(officer: User, sign_in: SignIn) -> None:
    desk, press = sign_in(officer), reverse("admin:companies_duplicatepair_search")

    first, second = desk.post(press), desk.post(press)
    job = Job.objects.get()
    done = run_job(job_id=job.pk)

    page = desk.get(reverse("admin:companies_duplicatepair_changelist")).content.decode()
    assert first["Location"] == second["Location"] == reverse("admin:jobs_job_change", args=[job.pk])
    assert done is not None
    assert (done.state, done.told) == ("done", "Paires qui se ressemblent\u202f: 2. Nouvelles questions\u202f: 2.")
    assert "même commune" in page
    assert Organisation.objects.count() == 12


def test_coaches_read_and_have_nothing_searched(coach: User, sign_in: SignIn) -> None:
    desk = sign_in(coach)

    assert desk.post(reverse("admin:companies_duplicatepair_search")).status_code == 404
    assert not Job.objects.exists()
