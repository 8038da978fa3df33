"""F1 to F5 in short: what is taken, what is held back, what leaves and how it is called."""

import io
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.test import Client, RequestFactory

from promo_portal.accounts.models import User
from promo_portal.core.scope import association_scope
from promo_portal.core.transitions import TransitionRefused, next_state
from promo_portal.files.content import Refused, judge
from promo_portal.files.handing import hand_out
from promo_portal.files.models import FileState, StoredFile, WaitingScan
from promo_portal.files.names import clean_name
from promo_portal.files.verdicts import listeners
from promo_portal.files.workflow import FILE, FILE_ACTIONS, scan_waiting, store
from promo_portal.regions.models import Association
from tests.files import corpus
from tests.files.scanner import scanner

NOW = datetime(2026, 11, 23, 13, 41, tzinfo=UTC)


def verdict(name: str, content: bytes) -> str:
    """Empty for a file that is taken, else the words of the refusal."""
    try:
        judge(clean_name(name), io.BytesIO(content), len(content))
    except Refused as refusal:
        return refusal.message
    return ""


def test_honest_documents_are_taken_and_everything_that_lies_or_acts_is_refused_in_words() -> None:
    assert {name: verdict(name, content) for name, content in corpus.GOOD.items()} == dict.fromkeys(corpus.GOOD, "")
    taken = [name for name, content in corpus.BAD.items() if not verdict(name, content)]
    assert taken == []
    assert len(corpus.BAD) >= 40


def test_bombs_are_refused_before_they_are_unpacked(settings: Any) -> None:
    began = time.process_time()
    for name in ("bombe.docx", "beaucoup.docx", "pixels.png"):
        assert verdict(name, corpus.BAD[name])
    settings.FILES_MAX_BYTES = 100
    assert "100" in verdict("plan.pdf", corpus.PDF * 10)
    assert time.process_time() - began < 2


def test_names_become_harmless_and_stay_recognisable() -> None:
    assert {given: clean_name(given) for given in corpus.NAMES} == corpus.NAMES


@pytest.mark.parametrize("state", FileState.values)
def test_every_step_of_every_state_is_in_the_table_or_refused(state: str) -> None:
    allowed = {action: state_after for (before, action), state_after in FILE.items() if before == state}
    for action in FILE_ACTIONS:
        if action in allowed:
            assert next_state(FILE, state, action) == allowed[action]
        else:
            with pytest.raises(TransitionRefused):
                next_state(FILE, state, action)


def upload(name: str = "plan.pdf", content: bytes = corpus.PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "text/html")  # what a browser claims counts for nothing


@pytest.mark.django_db
def test_a_file_is_held_back_until_the_scanner_has_called_it_clean(
    cep: Association, coach: User, settings: Any
) -> None:
    told: list[tuple[str, str]] = []
    listeners.register("test", lambda row: told.append((row.name, row.state)))
    try:
        with scanner() as served, association_scope(cep.pk):
            settings.CLAMD_URL = "tcp://127.0.0.1:1"
            clean = store(upload=upload(), association_id=cep.pk, by=coach, now=NOW)
            sick = store(upload=upload("eicar.txt", b"x " + corpus.EICAR), association_id=cep.pk, by=coach, now=NOW)
            assert (clean.state, clean.may_leave) == ("pending", False)
            assert hand_out(RequestFactory().get("/"), clean).status_code == 409

            assert scan_waiting(now=NOW) == 0  # the scanner is away: nothing is released
            assert [row.attempts for row in WaitingScan.objects.all()] == [1, 1]
            settings.CLAMD_URL = served.address
            assert scan_waiting(now=NOW) == 0  # not before the pause is over
            assert scan_waiting(now=NOW + timedelta(minutes=3)) == 2
            assert scan_waiting(now=NOW + timedelta(minutes=3)) == 0

            rows = {row.name: (row.state, row.scanner, row.finding) for row in StoredFile.objects.all()}
            assert rows["plan.pdf"] == ("clean", "clamd", "")
            assert rows["eicar.txt"] == ("infected", "clamd", "Eicar-Test-Signature")
            sick.refresh_from_db()
            assert hand_out(RequestFactory().get("/"), sick).status_code == 409
            assert sorted(told) == [("eicar.txt", "infected"), ("plan.pdf", "clean")]
    finally:
        listeners._entries.pop("test")


@pytest.mark.django_db
@pytest.mark.parametrize("answer", ["INSTREAM size limit exceeded. ERROR", "nonsense"])
def test_an_unclear_verdict_releases_nothing(cep: Association, coach: User, settings: Any, answer: str) -> None:
    with scanner(answer) as served, association_scope(cep.pk):
        settings.CLAMD_URL = served.address
        row = store(upload=upload(), association_id=cep.pk, by=coach, now=NOW)
        assert scan_waiting(now=NOW) == 0
        row.refresh_from_db()
        assert (row.state, served.seen) == ("pending", 1)


@pytest.mark.django_db
def test_what_leaves_is_what_was_scanned_under_a_well_formed_name_and_never_runs(
    cep: Association, coach: User, settings: Any
) -> None:
    with association_scope(cep.pk):
        for given, shown in corpus.NAMES.items():
            row = store(upload=upload("x.pdf"), association_id=cep.pk, by=coach, now=NOW)
            row.name = clean_name(given)
            answer = hand_out(RequestFactory().get("/"), row)
            assert row.name == shown
            header = answer["Content-Disposition"]
            assert header.startswith("attachment"), header
            assert not set(header) & {"\r", "\n", "\0"}
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert answer["Content-Security-Policy"].startswith("sandbox")
            assert answer["Cache-Control"] == "private, no-store"
            assert b"".join(answer.streaming_content) == corpus.PDF  # type: ignore[attr-defined]
            assert row.path.rpartition("/")[2] == row.key.hex
        assert (row.state, row.scanner, row.was_scanned) == ("clean", "none", False)
        assert row.content_type == "application/pdf"

        settings.FILES_INTERNAL_LOCATION = "/private/"
        by_server = hand_out(RequestFactory().get("/"), row)
        assert (by_server["X-Accel-Redirect"], by_server.content) == (f"/private/{row.path}", b"")  # type: ignore[attr-defined]

        default_storage.delete(row.path)
        default_storage.save(row.path, io.BytesIO(b"%PDF- something else"))
        with pytest.raises(Http404):
            hand_out(RequestFactory().get("/"), row)
        row.refresh_from_db()
        assert (row.state, row.scanner) == ("refused", "hash")


@pytest.mark.django_db
def test_later_versions_follow_in_their_series(cep: Association, coach: User) -> None:
    with association_scope(cep.pk):
        first = store(upload=upload(), association_id=cep.pk, by=coach, now=NOW)
        second = store(upload=upload(), association_id=cep.pk, by=coach, now=NOW, series=first.series)
    assert (first.version, second.version, first.series == second.series) == (1, 2, True)


@pytest.mark.django_db
def test_no_address_leads_into_the_folder_of_files_and_a_huge_body_is_not_even_read(visitor_client: Client) -> None:
    for path in ("/private/files/ab/abc", "/media/files/ab/abc", "/files/ab/abc", "/static/../files/ab/abc"):
        answer = visitor_client.get(path)
        assert answer.status_code in {302, 404}
        assert "plan" not in answer.headers.get("Location", "")
    began = time.process_time()
    answer = visitor_client.post("/fr/coaching/reprendre/", {"email": "x"}, CONTENT_LENGTH="60000000")
    assert answer.status_code == 413
    assert time.process_time() - began < 2


@pytest.fixture
def visitor_client(db: None) -> Client:
    return Client()
