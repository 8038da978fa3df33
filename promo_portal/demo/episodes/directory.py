"""The directory is kept: entries are confirmed, corrected by proposals, entered, hidden, and found to be doubles."""

from datetime import datetime, timedelta
from functools import partial

from companies import doubles
from companies.enums import ConfirmationWay, ProposalSource
from companies.models import ChangeProposal, Contact, Embed, Organisation
from companies.workflow.alerts import confirm_search, save_search
from companies.workflow.entries import (
    confirm_organisation,
    create_organisation,
    hide_organisation,
)
from companies.workflow.merging import keep_both, merge_organisations, suspect
from companies.workflow.proposals import accept_proposal, propose_changes, refuse_proposal
from promo_portal.core import clock
from promo_portal.demo.episodes.story import Moments, Stage
from promo_portal.jobs.workflow import queue_job
from promo_portal.regions.models import Municipality

WAYS = (ConfirmationWay.LINK, ConfirmationWay.LINK, ConfirmationWay.PHONE, ConfirmationWay.STAFF)
CONFIRMATIONS = 60
# The firms of the cast's contacts, with who answers there.
OF_THE_CAST = (
    ("Valtour Décolletage SA", 713, "2710", "Tavannes", "Ivo", "Gerber", "ivo.gerber@valtour.example", ("2553",)),
    ("Medlac AG", 371, "2502", "Biel/Bienne", "Marc", "Grosjean", "marc.grosjean@medlac.example", ("3250",)),
)
# What readers follow: address of the search, rhythm, language.
FOLLOWED = (
    ("q=d%C3%A9colletage&municipality=713", "daily", "fr"),
    ("municipality=371&municipality=743", "weekly", "de"),
    ("municipality=713&municipality=700", "weekly", "fr"),
    ("q=software", "weekly", "en"),
    ("municipality=713&kind=company", "daily", "fr"),
)
PROPOSED = (
    ("phone", "+41320000147"), ("website", "https://nouveau-site.example/"), ("size_class", "10-49"),
    ("street", "Rue des Artisans 7"), ("email", "contact@nouvelle-adresse.example"),
    ("purpose_fr", "Nous usinons aussi le titane depuis cette année."), ("locality", "Malleray"),
)  # fmt: skip


def told(stage: Stage) -> Moments:
    """Three years of a directory, most of it lately."""
    yield stage.at(700), partial(_firms_of_the_cast, stage)
    for number in range(CONFIRMATIONS):
        yield stage.at(340 - number * 5), partial(_confirm, stage, number)
    for number in range(24):
        yield stage.at(70 - number * 3), partial(_propose, stage, number)
        if number % 3 == 0:
            yield stage.at(69 - number * 3), partial(_decide, stage, number)
    yield stage.at(120), partial(_double, stage)
    yield stage.at(1), partial(_search_doubles, stage)
    yield stage.at(30), partial(_hide, stage)
    yield stage.at(28), _embed
    for number, followed in enumerate(FOLLOWED):
        yield stage.at(26 - number * 4), partial(_follow, stage, number, *followed)


def _follow(stage: Stage, number: int, query: str, rhythm: str, language: str, now: datetime) -> None:
    """Somebody follows a search of the directory; the last one has not pressed the button in their mailbox yet."""
    _person, address = stage.guest("de" if language == "de" else "fr")
    search = save_search(email=address, query=query, rhythm=rhythm, language=language, now=now)
    if search and number < len(FOLLOWED) - 1:
        confirm_search(search=search, now=now)


def _embed(now: datetime) -> None:
    """A municipality of each language shows its companies on its own website."""
    for key, bfs, title, language in (
        ("tavannes", 713, "Les entreprises de Tavannes", "fr"),
        ("nidau", 743, "Unternehmen in Nidau", "de"),
    ):
        Embed.objects.create(
            key=key, association=Municipality.objects.get(bfs=bfs).association(), title=title, language=language,
            query=f"municipality={bfs}", origins=f"https://www.{key}.example", created_at=now,
        )  # fmt: skip


def _firms_of_the_cast(stage: Stage, now: datetime) -> None:
    for name, bfs, postcode, locality, first, last, email, activities in OF_THE_CAST:
        place = Municipality.objects.get(bfs=bfs)
        firm = create_organisation(
            values={
                "name": name, "municipality": place, "postcode": postcode, "locality": locality, "phone": "+41320000050",
                "street": "Rue de l’Industrie 5", "email": f"info@{email.split('@')[1]}", "is_demonstration": True,
                "website": f"https://{email.split('@')[1]}/", "size_class": "10-49", "founded_year": 1987,
                "lon": place.lon, "lat": place.lat, "internal_email": email,
                "purpose_fr": "Pièces de précision en petites et moyennes séries.",
                "purpose_de": "Präzisionsteile in kleinen und mittleren Serien.",
            },
            activities=activities, by=stage.officer(place.association()), now=now,
        )  # fmt: skip
        Contact.objects.create(organisation=firm, first_name=first, last_name=last, email=email, is_main=True)
        confirm_organisation(organisation=firm, by=f"{first} {last}", now=now, way=ConfirmationWay.LINK)


def _some(stage: Stage, number: int) -> Organisation:
    """The same entry for the same number, first of one association, then of the other."""
    rows = stage.organisations("cep" if number % 3 else "bienne-seeland")
    return rows[number * 7 % len(rows)]


def _confirm(stage: Stage, number: int, now: datetime) -> None:
    entry, way = _some(stage, number), WAYS[number % len(WAYS)]
    today = now.astimezone(clock.ZURICH).date()
    if entry.listed_on > today:
        Organisation.objects.filter(pk=entry.pk).update(listed_on=today - timedelta(days=20))
    by = "link" if way == ConfirmationWay.LINK else stage.officer(entry.association)
    confirm_organisation(organisation=entry, by=by, now=now, way=way)


def _propose(stage: Stage, number: int, now: datetime) -> None:
    field, text = PROPOSED[number % len(PROPOSED)]
    source = ProposalSource.COMPANY if number % 4 else ProposalSource.PUBLIC
    propose_changes(organisation=_some(stage, number + 100), values={field: text}, source=source, now=now)


def _decide(stage: Stage, number: int, now: datetime) -> None:
    entry = _some(stage, number + 100)
    found = ChangeProposal.objects.filter(organisation=entry, state="open").order_by("pk").first()
    if found is None:
        return
    by = stage.officer(entry.association)
    if number % 2:
        refuse_proposal(proposal=found, reason="La valeur actuelle est juste, vérifié par téléphone.", by=by, now=now)
    else:
        accept_proposal(proposal=found, by=by, now=now)


def _double(stage: Stage, now: datetime) -> None:
    """Doubles were suspected: one pair was merged, one kept as two, the others wait for somebody to look."""
    cep, seeland = stage.organisations("cep"), stage.organisations("bienne-seeland")
    for entry, likeness in ((cep[11], 97), (cep[12], 97), (cep[25], 91), (seeland[6], 94)):
        copy = _copy(stage, entry, now)
        suspect(one=entry, other=copy, likeness=likeness, now=now)
        if entry == cep[11]:
            merge_organisations(merged=copy, into=entry, by=stage.officer(entry.association), now=now)
    pair = suspect(one=cep[20], other=cep[21], likeness=72, now=now)
    keep_both(pair=pair, by=stage.officer(cep[20].association), now=now)


def _search_doubles(stage: Stage, now: datetime) -> None:
    """The office has the whole directory searched; the worker does it as soon as it runs."""
    place = stage.associations["cep"]
    queue_job(kind=doubles.SEARCH, by=stage.officer(place), now=now, association_id=place.pk)


def _copy(stage: Stage, entry: Organisation, now: datetime) -> Organisation:
    return create_organisation(
        values={
            "name": f"{entry.name} ", "municipality": entry.municipality, "postcode": entry.postcode,
            "locality": entry.locality, "is_demonstration": True, "phone": entry.phone,
        },
        by=stage.officer(entry.association), now=now,
    )  # fmt: skip


def _hide(stage: Stage, now: datetime) -> None:
    entry = stage.organisations("cep")[17]
    reason = "Déménagement annoncé, nouvelle adresse pas encore connue."
    hide_organisation(organisation=entry, reason=reason, by=stage.officer(entry.association), now=now)
