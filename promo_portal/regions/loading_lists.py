"""The official lists that are not places: activities, legal forms, postal localities, funders and funding keys."""

from datetime import date
from pathlib import Path

from promo_portal.regions.data_files import rows
from promo_portal.regions.models import (
    ActivityCode,
    Association,
    Funder,
    FundingKey,
    FundingKeyShare,
    LegalForm,
    Municipality,
    PostalLocality,
)
from promo_portal.regions.names import search_name

_LEVELS = {2: ActivityCode.Level.DIVISION, 3: ActivityCode.Level.GROUP, 4: ActivityCode.Level.CLASS}
_CHUNK = 2000


def load_lists(folder: Path) -> dict[str, int]:
    """Load them all and return how many rows each table holds now."""
    load_activities(folder)
    load_legal_forms(folder)
    load_localities(folder)
    load_funders(folder)
    load_funding_keys(folder)
    return {
        "activities": ActivityCode.objects.count(),
        "legal forms": LegalForm.objects.count(),
        "postal localities": PostalLocality.objects.count(),
        "funders": Funder.objects.count(),
        "funding keys": FundingKey.objects.count(),
    }


def load_activities(folder: Path) -> None:
    """Write the classification level by level, so that each row finds the one above it."""
    by_level: dict[int, list[dict[str, str]]] = {1: [], 2: [], 3: [], 4: []}
    for row in rows("activities", folder):
        by_level[len(row["code"])].append(row)
    numbers: dict[str, int] = {}
    for length, members in by_level.items():
        ActivityCode.objects.bulk_create(
            [
                ActivityCode(
                    code=row["code"],
                    level=_LEVELS.get(length, ActivityCode.Level.SECTION),
                    parent_id=numbers[row["within"] or row["code"][:-1]] if length > 1 else None,
                    label_fr=row["fr"],
                    label_de=row["de"],
                    label_en=row["en"],
                    search_name=search_name([row["code"], row["fr"], row["de"], row["en"]]),
                )
                for row in members
            ],
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["level", "parent", "label_fr", "label_de", "label_en", "search_name"],
        )
        codes = [row["code"] for row in members]
        numbers |= dict(ActivityCode.objects.filter(code__in=codes).values_list("code", "pk"))


def load_legal_forms(folder: Path) -> None:
    """Write both code systems; what staff entered as the older number stays where the file knows none."""
    entered = dict(LegalForm.objects.exclude(register_code="").values_list("code", "register_code"))
    LegalForm.objects.bulk_create(
        [
            LegalForm(
                code=row["code"],
                register_code=row["register"] or entered.get(row["code"], ""),
                label_fr=row["fr"],
                label_de=row["de"],
                label_en=row["en"],
                short_fr=row["short_fr"],
                short_de=row["short_de"],
            )
            for row in rows("legal_forms", folder)
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["register_code", "label_fr", "label_de", "label_en", "short_fr", "short_de"],
    )


def load_localities(folder: Path) -> None:
    """Write postcodes with their localities and the municipalities they lie in; a link once known is kept."""
    wanted = {(row["postcode"], row["locality"]): row["municipalities"].split() for row in rows("localities", folder)}
    PostalLocality.objects.bulk_create(
        [PostalLocality(postcode=postcode, name=name) for postcode, name in wanted],
        ignore_conflicts=True,
        batch_size=_CHUNK,
    )
    places = dict(Municipality.objects.values_list("bfs", "pk"))
    known = {
        (postcode, name): pk for pk, postcode, name in PostalLocality.objects.values_list("pk", "postcode", "name")
    }
    through = PostalLocality.municipalities.through
    links = set(through.objects.values_list("postallocality_id", "municipality_id"))
    through.objects.bulk_create(
        [
            through(postallocality_id=pair[0], municipality_id=pair[1])
            for key, numbers in wanted.items()
            for bfs in numbers
            if int(bfs) in places and (pair := (known[key], places[int(bfs)])) not in links
        ],
        ignore_conflicts=True,
        batch_size=_CHUNK,
    )


def load_funders(folder: Path) -> None:
    """Write Confederation and canton, and each association as a funder of its own; names stay as staff entered them."""
    own = [
        Funder(
            code=association.code,
            kind=Funder.Kind.ASSOCIATION,
            name_fr=association.name_fr,
            name_de=association.name_de,
            association=association,
        )
        for association in Association.objects.order_by("code")
    ]
    others = [
        Funder(code=row["code"], kind=row["kind"], name_fr=row["fr"], name_de=row["de"])
        for row in rows("funders", folder)
    ]
    Funder.objects.bulk_create([*others, *own], ignore_conflicts=True)


def load_funding_keys(folder: Path) -> None:
    """Write a first key for each association that has none: later ones are agreed and entered by staff."""
    associations = dict(Association.objects.filter(funding_keys=None).values_list("code", "pk"))
    funders = dict(Funder.objects.values_list("code", "pk"))
    for row in rows("funding_keys", folder):
        if row["association"] not in associations:
            continue
        key = FundingKey.objects.create(
            association_id=associations[row["association"]],
            valid_from=date.fromisoformat(row["valid_from"]),
            is_assumed=row["assumed"] == "1",
        )
        parts = {"confederation": "confederation", "canton-be": "canton-be", "own": row["association"]}
        FundingKeyShare.objects.bulk_create(
            FundingKeyShare(key=key, funder_id=funders[code], share=int(row[column]))
            for column, code in parts.items()
            if int(row[column])
        )
