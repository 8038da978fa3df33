"""Invented entries of the directory."""

import io
import uuid
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from companies import entry
from companies.models import (
    AlertReader,
    BulkFile,
    Campaign,
    CampaignRecipient,
    Capability,
    ChangeProposal,
    DuplicatePair,
    Embed,
    ImportRow,
    ImportRun,
    Organisation,
    OrganisationPicture,
    ProposedPicture,
    SavedSearch,
)
from promo_portal.core import clock
from promo_portal.core.files import written
from promo_portal.jobs.models import Job, path_of
from promo_portal.regions.models import ActivityCode, Association, Municipality


def check_digit(eight: str) -> str:
    """The ninth digit of a UID."""
    from stdnum.ch import uid

    return str(uid.calc_check_digit(eight))


def uid_number(number: int) -> str:
    """A UID with a right check digit: invented, told apart by ``number``; eights whose digit would be 10 are passed over."""
    eight = 90_000_000 + number * 10
    while len(check_digit(f"{eight:08d}")) != 1:
        eight += 1
    return f"{eight:08d}{check_digit(f'{eight:08d}')}"


def organisation(municipality: Municipality, **fields: Any) -> Organisation:
    """An entry in a municipality, of the association in charge there."""
    values = {"name": "Mécatis SA", "association": municipality.association(), "municipality": municipality}
    return Organisation.objects.create(**{**values, **fields})


def activity(code: str = "2652", label: str = "Fabrication de montres") -> ActivityCode:
    section = ActivityCode.objects.get_or_create(code="C", defaults={"level": "section", "label_fr": "Industrie"})[0]
    found, _new = ActivityCode.objects.get_or_create(
        code=code, defaults={"level": "class", "parent": section, "label_fr": label, "label_de": label}
    )
    return found


def capability(slug: str = "turning", label: str = "décolletage") -> Capability:
    values = {"label_fr": label, "label_de": label, "kind": "process"}
    return Capability.objects.get_or_create(slug=slug, defaults=values)[0]


def jpeg(size: tuple[int, int] = (900, 600), **more: Any) -> bytes:
    """A photo as a camera writes it; ``more`` is said to the writer, such as ``exif``."""
    from PIL import Image

    written = io.BytesIO()
    Image.new("RGB", size, (120, 90, 60)).save(written, "JPEG", **more)
    return written.getvalue()


def picture(organisation: Organisation, kind: str = "logo", **words: str) -> OrganisationPicture:
    """A logo or photo that the public sees; the one that is there where there is one."""
    from companies.workflow.pictures import put_picture

    found = OrganisationPicture.objects.filter(organisation=organisation, kind=kind).first()
    upload = SimpleUploadedFile("image.jpg", jpeg())
    return found or put_picture(
        organisation=organisation, kind=kind, upload=upload, words=words, version=None, by=Bringer(), now=clock.now()
    )


def proposed_picture(organisation: Organisation, kind: str = "logo", **words: str) -> ProposedPicture:
    """A logo or photo that a company proposes, ready to be decided on."""
    from companies.workflow.proposed_pictures import hold_picture

    text = entry.picture_text({"picture": "ab12", **words})
    made = proposal(organisation, field=kind, current=entry.text_of(organisation, kind), proposed=text)
    return hold_picture(proposal=made, upload=SimpleUploadedFile("image.jpg", jpeg()), by=Bringer(), now=clock.now())


class Bringer:
    """Somebody whose number does not matter."""

    pk = None

    def __str__(self) -> str:
        return "Olivier Racine"


def embed(association: Association, key: str = "tavannes-ch", **fields: Any) -> Embed:
    """A list that one website may show."""
    values = {"title": "Nos entreprises", "origins": "https://www.tavannes.example"}
    return Embed.objects.create(association=association, key=key, **{**values, **fields})


def bulk_file(kind: str = "csv", language: str = "fr") -> BulkFile:
    """A small open data file, as if made by night."""
    found = BulkFile.objects.filter(format=kind, language=language).first()
    if found is None:
        found = BulkFile(format=kind, language=language, size=3, sha256="0" * 64, entries=1)
        written(found.path, [b"id\n"])
        found.save()
    return found


def saved_search(association: Association, email: str = "lea@lecture.example", **fields: Any) -> SavedSearch:
    """A search that somebody follows since a moment."""
    reader, _new = AlertReader.objects.get_or_create(email=email)
    now = clock.now()
    values = {
        "query": "q=tournage",
        "title": "« tournage »",
        "state": "active",
        "confirmed_at": now,
        "looked_at": now,
        "looked_on": clock.today(),
    }
    return SavedSearch.objects.create(reader=reader, association=association, **{**values, **fields})


def proposal(organisation: Organisation, **fields: Any) -> ChangeProposal:
    """An open proposal for an entry's street."""
    values = {"field": "street", "proposed": "Rue des Prés 5", "source": "company"}
    return ChangeProposal.objects.create(organisation=organisation, **{**values, **fields})


def pair(first: Organisation, second: Organisation) -> DuplicatePair:
    """Two entries that may be one."""
    return DuplicatePair.objects.create(first=first, second=second, likeness=90)


def import_run(known: Organisation, *, rows: int = 2) -> ImportRun:
    """A file whose rows were judged: one is about an entry, the others are refused."""
    run = ImportRun.objects.create(
        association=known.association,
        state="judged",
        file_name="liste.csv",
        stored_as="imports/ab/nothing.csv",
        size=100,
        reading={"has_header": True, "header": ["Nom", "IDE"], "examples": [["Mécatis SA"], []], "rows": rows},
        columns=[["name", 0], ["uid", 1]],
        counts={"create": 0, "propose": 1, "unchanged": 0, "duplicate": 0, "reject": rows - 1},
        actor_name="Olivier Racine",
    )
    change = ["would_change", {"field": "street", "before": "", "after": "Rue du Pont 4"}]
    ImportRow.objects.create(run=run, number=2, verdict="propose", name=known.name, organisation=known, notes=[change])
    refusal = ["no_place", {"place": "Atlantide"}]
    ImportRow.objects.bulk_create(
        ImportRow(run=run, number=3 + n, verdict="reject", name="X SA", notes=[refusal], cells=["X SA", ""])
        for n in range(rows - 1)
    )
    return run


def job(association: Association, **fields: Any) -> Job:
    """A job that waits, with a result of an earlier try."""
    key = uuid.uuid4()
    written(path_of(key), [b"fini"])
    values = {
        "kind": "companies.judge_import",
        "association_id": association.pk,
        "asked_by_name": "Olivier Racine",
        "parameters": {"run": 0},
        "result_key": key,
        "result_name": "liste.csv",
        "result_type": "text/csv",
        "result_size": 4,
    }
    return Job.objects.create(**{**values, **fields})


def campaign(organisation: Organisation, **fields: Any) -> Campaign:
    """A running campaign of the entry's association that cannot reach it by mail."""
    values: dict[str, Any] = {"title": "Votre fiche 2026", "year": 2026, "state": "running", "sent_at": clock.now()}
    made = Campaign.objects.create(association_id=organisation.association_id, **{**values, **fields})
    if made.state != "draft":
        CampaignRecipient.objects.create(
            campaign=made, organisation=organisation, state="unreachable", why="no_address"
        )
    return made
