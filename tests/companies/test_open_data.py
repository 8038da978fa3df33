"""Open data: all published entries as files, made by night, replaced in one step, handed out with what caches need."""

import csv
import gc
import io
import json
import weakref
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from companies.exports import bulk, rows
from companies.models import BulkFile, Contact, Organisation
from promo_portal.accounts.models import User
from promo_portal.core import clock
from promo_portal.jobs.models import Job
from promo_portal.jobs.progress import Progress
from promo_portal.regions.models import LegalForm, Municipality
from tests.companies import factories
from tests.conftest import SignIn

SECRETS = ("payé en retard", "interne@mecatis.example", "Muriel")


@pytest.fixture
def mecatis(tavannes: Municipality) -> Organisation:
    entry = factories.organisation(
        tavannes,
        name="Mécatis; =Usinage SA",
        legal_form=LegalForm.objects.create(code="0106", label_fr="société anonyme", label_de="Aktiengesellschaft"),
        lon=7.2,
        lat=47.2,
        phone="+41324819999",
        internal_note="payé en retard",
        internal_email="interne@mecatis.example",
    )
    Contact.objects.create(organisation=entry, first_name="Muriel", last_name="Rais", is_public=True)
    factories.organisation(tavannes, name="Cachée SA", state="hidden")
    return entry


def built() -> None:
    bulk.build(Job(), Progress())


def fetched(client: Client, kind: str, **headers: str) -> Any:
    answer = client.get(reverse("companies:bulk_file", args=[kind]), headers=headers)
    return answer, b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_the_whole_directory_comes_as_three_files_with_public_fields_and_nobodys_name(
    mecatis: Organisation, client: Client
) -> None:
    built()

    table = list(csv.DictReader(io.StringIO(fetched(client, "csv")[1].decode("utf-8-sig")), delimiter=";"))
    items = json.loads(fetched(client, "json")[1])
    features = json.loads(fetched(client, "geojson")[1])
    with override("de"):
        german = json.loads(fetched(client, "json")[1])

    assert [row["name"] for row in table] == ["Mécatis; =Usinage SA"]
    assert tuple(table[0]) == tuple(items["items"][0]) == bulk.COLUMNS
    assert items["terms"] == bulk.TERMS
    assert [found["items"][0]["legal_form"] for found in (items, german)] == ["société anonyme", "Aktiengesellschaft"]
    assert features["features"][0]["geometry"] == {"type": "Point", "coordinates": [7.2, 47.2]}
    assert features["features"][0]["properties"]["name"] == mecatis.name
    for kind in bulk.FORMATS:
        text = fetched(client, kind)[1].decode()
        assert not [secret for secret in SECRETS if secret in text]


def test_files_are_handed_out_with_what_caches_need_and_the_page_names_size_and_date(
    mecatis: Organisation, client: Client
) -> None:
    page = reverse("companies:open_data")
    assert "nuit prochaine" in client.get(page).content.decode()
    assert client.get(reverse("companies:bulk_file", args=["csv"])).status_code == 404
    assert client.get(reverse("companies:bulk_file", args=["exe"])).status_code == 404
    built()

    answer, content = fetched(client, "csv")
    again, _nothing = fetched(client, "csv", if_none_match=answer["ETag"])
    later, _nothing = fetched(client, "csv", if_modified_since=answer["Last-Modified"])

    assert (answer.status_code, again.status_code, later.status_code) == (200, 304, 304)
    assert int(answer["Content-Length"]) == len(content) == BulkFile.objects.get(format="csv", language="fr").size
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_the_old_files_stay_until_the_new_ones_are_whole(
    mecatis: Organisation, client: Client, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    built()
    before = {str(file): (file.key, file.sha256) for file in BulkFile.objects.all()}
    paths = [file.path for file in BulkFile.objects.all()]

    with monkeypatch.context() as broken:
        broken.setattr(bulk, "as_feature", lambda row, columns: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            built()
    assert {str(file): (file.key, file.sha256) for file in BulkFile.objects.all()} == before
    assert fetched(client, "geojson")[0].status_code == 200

    with django_capture_on_commit_callbacks(execute=True):
        built()
    assert BulkFile.objects.count() == 9
    assert not [path for path in paths if default_storage.exists(path)]


def test_the_night_asks_once_and_staff_whenever_they_want(
    mecatis: Organisation, officer: User, coach: User, sign_in: SignIn
) -> None:
    night = datetime(2026, 11, 3, 2, 30, tzinfo=clock.ZURICH)
    for language, kind in product(bulk.LANGUAGES, bulk.FORMATS):
        factories.bulk_file(kind, language)
    with clock.standing_still(night):
        asked = [bulk.nightly_build(now=night + timedelta(minutes=15 * step)) for step in (-4, 0, 1)]
    assert asked == [False, True, False]
    url = reverse("admin:companies_organisation_open_data")

    assert sign_in(coach).post(url).status_code == 404
    assert sign_in(officer).get(url).status_code == 405
    pressed = [sign_in(officer).post(url)["Location"] for _press in range(2)]

    assert pressed[0] == pressed[1]
    assert Job.objects.filter(kind=bulk.OPEN_DATA, association_id=mecatis.association_id).count() == 1


def test_where_a_language_is_missing_the_files_are_made_at_once_and_tried_again_after_an_hour(
    mecatis: Organisation, client: Client
) -> None:
    for kind in bulk.FORMATS:
        factories.bulk_file(kind, "fr")
    noon = datetime(2026, 11, 3, 1, 0, tzinfo=clock.ZURICH)

    with clock.standing_still(noon):
        asked = [bulk.nightly_build(now=noon + timedelta(minutes=step)) for step in (0, 15, 61)]
        built()
    with clock.standing_still(noon + timedelta(minutes=70)):
        settled = bulk.nightly_build(now=noon + timedelta(minutes=70))

    assert (asked, settled) == ([True, False, True], False)
    assert BulkFile.objects.values("language").distinct().count() == 3
    with override("de"):
        assert client.get(reverse("companies:bulk_file", args=["csv"])).status_code == 200


def test_of_many_entries_only_a_few_are_held_at_once(
    tavannes: Municipality, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What makes the memory the same at a million (measured: 157 MB from 8,000 entries on)."""
    monkeypatch.setattr(rows, "BATCH", 50)
    Organisation.objects.bulk_create(factories_of(tavannes, number) for number in range(400))
    alive: weakref.WeakSet[Organisation] = weakref.WeakSet()
    held: list[int] = []

    def watched(*args: Any, **kwargs: Any) -> Iterator[rows.Exported]:
        for row in rows.exported(*args, **kwargs):
            alive.add(row.organisation)
            if len(alive) % 50 == 0:
                gc.collect()  # rows and what belongs to them name each other
                held.append(len(alive))
            yield row

    monkeypatch.setattr(bulk, "exported", watched)
    count = bulk.write_all(tmp_path, made_at=clock.now(), progress=Progress())

    assert count == 400
    assert 0 < max(held) <= 102


def factories_of(place: Municipality, number: int) -> Organisation:
    return Organisation(
        name=f"Atelier {number}", name_key=f"atelier {number}", name_core=f"atelier {number}", municipality=place,
        purpose_fr="Tournage de précision. " * 20, listed_on=clock.today(), created_at=clock.now(),
    )  # fmt: skip
