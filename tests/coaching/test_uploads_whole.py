"""F3 to F5 whole, through the founder's and the coach's own pages: every file of the collection."""

import re
import resource
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from coaching.models import CaseDocument, CaseFile
from promo_portal.accounts.models import User
from promo_portal.core.scope import association_scope
from promo_portal.files.models import StoredFile
from tests.conftest import SignIn
from tests.files import corpus

pytestmark = [pytest.mark.django_db, pytest.mark.endurance]
QUICK = 2  # seconds of processor
MORE_MEMORY = 150 * 1024  # kilobytes


def brought(client: Client, address: str, name: str, content: bytes) -> int:
    with transaction.atomic():
        file = SimpleUploadedFile(re.sub(r"[\r\n\0]", "", name) or "x", content)
        status = client.post(address, {"file": file, "kind": "other", "title": "Mon plan"}).status_code
        transaction.set_rollback(True)
    return status


@pytest.fixture
def doors(case: CaseFile, coach: User, sign_in: SignIn) -> dict[str, tuple[Client, str]]:
    """Whose browser, and where they bring files."""
    return {
        "founder": (sign_in(case.founder), reverse("coaching:documents", args=[case.pk])),
        "coach": (sign_in(coach), reverse("admin:coaching_casefile_documents", args=[case.pk])),
    }


@pytest.mark.parametrize("who", ["founder", "coach"])
def test_every_honest_file_is_taken_and_every_other_refused_at_once(
    who: str, doors: dict[str, tuple[Client, str]], case: CaseFile
) -> None:
    client, address = doors[who]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    assert {name: brought(client, address, name, content) for name, content in corpus.GOOD.items()} == dict.fromkeys(
        corpus.GOOD, 302
    )
    slow = []
    for name, content in corpus.BAD.items():
        began = time.process_time()
        assert brought(client, address, name, content) == 422, name
        if time.process_time() - began > QUICK:
            slow.append(name)

    assert slow == []
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MORE_MEMORY
    with association_scope(case.association_id):
        assert not CaseDocument.objects.exists()
        assert not StoredFile.objects.exists()


def test_control_a_file_taken_is_kept(doors: dict[str, tuple[Client, str]], case: CaseFile) -> None:
    client, address = doors["founder"]

    client.post(address, {"file": SimpleUploadedFile("plan.pdf", corpus.PDF), "kind": "other", "title": "Mon plan"})

    with association_scope(case.association_id):
        assert CaseDocument.objects.count() == 1
