"""Long work: seen while it runs, stopped on request, told in words when it fails, its result kept privately."""

from datetime import timedelta
from threading import Thread

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client

from promo_portal.accounts.models import User
from promo_portal.core import clock
from promo_portal.core.transitions import TransitionRefused, next_state
from promo_portal.jobs import workflow
from promo_portal.jobs.models import Job, JobState
from promo_portal.jobs.progress import LiveProgress
from promo_portal.mailing.models import AddressSuppression
from promo_portal.regions.models import Association
from tests.conftest import SignIn

LIST = "/admin/jobs/job/"


def asked(kind: str = "engine.counted", *, by: User | None = None, of: Association | None = None, **parameters) -> Job:
    return workflow.queue_job(
        kind=kind, by=by, now=clock.now(), association_id=of and of.pk, parameters={"steps": 5, **parameters}
    )


def test_every_pair_of_state_and_action_is_allowed_or_refused() -> None:
    done = []
    for state in JobState.values:
        for action in workflow.ACTIONS:
            if (state, action) in workflow.JOB:
                done.append(next_state(workflow.JOB, state, action))
            else:
                with pytest.raises(TransitionRefused):
                    next_state(workflow.JOB, state, action)

    assert len(done) == len(workflow.JOB) == 9


@pytest.mark.django_db(transaction=True)
def test_work_ends_with_its_result_and_is_not_done_twice() -> None:
    job = asked()

    ended, again = workflow.run_job(job_id=job.pk), workflow.run_job(job_id=job.pk)

    assert ended is not None
    assert (ended.state, ended.done, ended.total, again) == ("done", 5, 5, None)
    assert default_storage.open(ended.result_path).read() == b"fini \n"
    assert AddressSuppression.objects.count() == 5


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("parameters", "said"),
    [({"fails_at": 3}, "Row 3 is wrong."), ({"breaks_at": 3}, workflow.UNEXPECTED)],
)
def test_work_that_fails_says_so_in_a_sentence_and_leaves_nothing(parameters: dict[str, int], said: str) -> None:
    job = asked(**parameters)

    ended = workflow.run_job(job_id=job.pk)

    assert ended is not None
    assert (ended.state, ended.message % ended.message_values, ended.result_key) == ("failed", said, None)
    assert not AddressSuppression.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_while_the_transaction_is_open_and_a_wish_to_stop_undoes_it() -> None:
    job = asked(steps=200, pause=0.05)

    def work() -> None:
        workflow.run_job(job_id=job.pk)
        connection.close()

    worker = Thread(target=work)
    worker.start()
    for _ in range(2000):
        job.refresh_from_db()
        if job.done:
            break
        worker.join(0.01)
    seen = (job.state, 0 < job.done < 200, job.total)
    workflow.cancel_job(job=job, now=clock.now())
    worker.join(20)

    job.refresh_from_db()
    assert seen == ("running", True, 200)
    assert (job.state, job.message, job.lease_token) == ("cancelled", workflow.CANCELLED_BY_HAND, None)
    assert not AddressSuppression.objects.exists()


def test_what_waits_is_cancelled_at_once(db: None) -> None:
    job = asked()

    workflow.cancel_job(job=job, now=clock.now())

    job.refresh_from_db()
    assert job.state == "cancelled"
    assert workflow.run_job(job_id=job.pk) is None
    with pytest.raises(TransitionRefused):
        workflow.cancel_job(job=job, now=clock.now())


@pytest.mark.django_db(transaction=True)
def test_progress_is_written_a_few_times_a_second_at_most() -> None:
    job = workflow.claim(job_id=asked().pk)
    assert job is not None
    written = []

    with LiveProgress(job, lease_seconds=60) as progress:
        keep = progress.write
        progress.write = lambda: written.append(keep())  # type: ignore[method-assign]
        for number in range(10_000):
            progress.at(number, 10_000)

    assert 1 <= len(written) <= 5


def lost(job: Job, **fields: int) -> None:
    workflow.claim(job_id=job.pk)
    Job.objects.filter(pk=job.pk).update(lease_until=clock.real_now() - timedelta(seconds=1), **fields)


def test_work_of_a_dead_worker_begins_anew_where_that_is_safe_and_ends_in_words_where_not(db: None) -> None:
    safe, once, tired = asked(), asked("engine.once"), asked()
    lost(safe)
    lost(once)
    lost(tired, attempts=workflow.MOST_TRIES)

    found = workflow.recover_lost()

    told = {job.pk: (job.state, job.message) for job in Job.objects.all()}
    assert found == 3
    assert told[safe.pk] == ("queued", "")
    assert told[once.pk] == ("failed", workflow.DIED)
    assert told[tired.pk] == ("failed", workflow.DIED_AGAIN)


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_lost_its_lease_changes_nothing_more() -> None:
    job = workflow.claim(job_id=asked().pk)
    assert job is not None
    lost_copy = Job.objects.get(pk=job.pk)
    Job.objects.filter(pk=job.pk).update(lease_until=clock.real_now() - timedelta(seconds=1))
    workflow.recover_lost()

    assert workflow._end(lost_copy, workflow.Outcome("finish")) is None
    job.refresh_from_db()
    assert job.state == "queued"


@pytest.mark.django_db(transaction=True)
def test_results_are_forgotten_in_time_and_the_line_stays() -> None:
    ended = workflow.run_job(job_id=asked().pk)
    assert ended is not None
    path = ended.result_path

    early = workflow.forget_results(now=clock.now() + timedelta(days=29))
    late = workflow.forget_results(now=clock.now() + timedelta(days=31))

    ended.refresh_from_db()
    assert (early, late, ended.state, ended.result_key) == (0, 1, "done", None)
    assert not default_storage.exists(path)


@pytest.mark.django_db(transaction=True)
def test_a_timer_without_broker_does_all_that_waits() -> None:
    asked()

    assert workflow.run_waiting() == 1
    assert Job.objects.get().state == "done"


@pytest.fixture
def desk(officer: User, sign_in: SignIn) -> Client:
    return sign_in(officer)


def test_staff_see_the_work_of_their_association_and_stop_it(
    desk: Client, officer: User, cep: Association, seeland: Association
) -> None:
    mine, foreign = asked(by=officer, of=cep), asked(of=seeland)

    listed = desk.get(LIST).content.decode()
    page = desk.get(f"{LIST}{mine.pk}/change/").content.decode()
    bar = desk.get(f"{LIST}{mine.pk}/progress/")
    stopped = desk.post(f"{LIST}{mine.pk}/cancel/")
    after = desk.get(f"{LIST}{mine.pk}/progress/")

    assert f"{LIST}{mine.pk}/change/" in listed
    assert f"{LIST}{foreign.pk}/change/" not in listed
    assert f'hx-get="{LIST}{mine.pk}/progress/"' in page
    assert '<a href="">' in page
    assert (bar.status_code, "HX-Refresh" in bar, after["HX-Refresh"]) == (200, False, "true")
    assert stopped.status_code == 302
    assert Job.objects.get(pk=mine.pk).state == "cancelled"
    for page_of in ("change/", "progress/", "result/"):
        assert desk.get(f"{LIST}{foreign.pk}/{page_of}").status_code == 404
    assert desk.post(f"{LIST}{foreign.pk}/cancel/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_result_goes_to_who_asked_for_it_and_to_nobody_else(
    officer: User, manager: User, cep: Association, sign_in: SignIn
) -> None:
    job = asked(by=officer, of=cep)
    workflow.run_job(job_id=job.pk)

    own, other = (sign_in(user).get(f"{LIST}{job.pk}/result/") for user in (officer, manager))

    assert (own.status_code, b"".join(own.streaming_content)) == (200, b"fini \n")  # type: ignore[attr-defined]
    assert "attachment" in own["Content-Disposition"]
    assert "sandbox" in own["Content-Security-Policy"]
    assert other.status_code == 404
