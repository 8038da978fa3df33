"""The vocabulary of capabilities, from our own file into the tables: again and again, keeping what staff changed."""

import csv
from pathlib import Path

from django.db import transaction

from companies.models import Capability, CapabilitySynonym

DATA = Path(__file__).resolve().parent / "data" / "capabilities.csv"
LANGUAGES = ("fr", "de", "en")


@transaction.atomic
def load_capabilities(place: Path = DATA) -> tuple[int, int]:
    """Add capabilities that are not there yet, with their other words; returns how many are new, and how many there are.

    A capability that exists is staff's: labels, words and whether it is in use are left alone.
    """
    with place.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader((line for line in file if not line.startswith("#")), delimiter=";"))
    known = set(Capability.objects.values_list("slug", flat=True))
    fresh = [row for row in rows if row["slug"] not in known]
    made = Capability.objects.bulk_create(
        Capability(slug=row["slug"], kind=row["kind"], label_fr=row["fr"], label_de=row["de"], label_en=row["en"])
        for row in fresh
    )
    CapabilitySynonym.objects.bulk_create(
        CapabilitySynonym(capability=capability, language=language, text=word)
        for capability, row in zip(made, fresh, strict=True)
        for language in LANGUAGES
        for word in dict.fromkeys(filter(None, row[f"words_{language}"].split("|")))
    )
    return len(made), len(known) + len(made)
