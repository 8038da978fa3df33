"""The official lists, from our own compact files into the tables: again and again, keeping what people entered.

Nothing is deleted. Official facts (numbers, names, places) follow the files; what staff decide or enter (which
association is in charge, its address, the end of a municipality) is written once and then left alone.
"""

from collections import defaultdict
from datetime import date
from pathlib import Path

from django.db import transaction

from promo_portal.regions.data_files import DATA, rows
from promo_portal.regions.loading_lists import load_lists
from promo_portal.regions.models import Association, Canton, District, Municipality, Region
from promo_portal.regions.names import plain, search_name

# The federal register of municipalities begins here; the files do not say when older ones were formed.
REGISTER_BEGINS = date(1960, 1, 1)


@transaction.atomic
def load_regions(folder: Path = DATA) -> dict[str, int]:
    """Load all lists and return how many rows each table holds now."""
    _load_cantons(folder)
    _load_associations(folder)
    _load_regions(folder)
    _load_districts(folder)
    _load_municipalities(folder)
    _load_former_municipalities(folder)
    return {
        "cantons": Canton.objects.count(),
        "associations": Association.objects.count(),
        "economic regions": Region.objects.count(),
        "districts": District.objects.count(),
        "municipalities": Municipality.objects.count(),
        **load_lists(folder),
    }


def _load_cantons(folder: Path) -> None:
    Canton.objects.bulk_create(
        [Canton(code=row["code"], name_fr=row["fr"], name_de=row["de"]) for row in rows("cantons", folder)],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name_fr", "name_de"],
    )


def _load_associations(folder: Path) -> None:
    Association.objects.bulk_create(
        [
            Association(code=row["code"], name_fr=row["fr"], name_de=row["de"], is_assumed=row["assumed"] == "1")
            for row in rows("associations", folder)
        ],
        ignore_conflicts=True,
    )


def _load_regions(folder: Path) -> None:
    cantons = dict(Canton.objects.values_list("code", "pk"))
    associations = dict(Association.objects.values_list("code", "pk"))
    Region.objects.bulk_create(
        [
            Region(
                code=row["code"],
                canton_id=cantons[row["canton"]],
                name_fr=row["fr"],
                name_de=row["de"],
                association_id=associations[row["association"]],
                is_assumed=row["assumed"] == "1",
            )
            for row in rows("economic_regions", folder)
        ],
        ignore_conflicts=True,
    )


def _load_districts(folder: Path) -> None:
    cantons = dict(Canton.objects.values_list("code", "pk"))
    regions = dict(Region.objects.values_list("code", "pk"))
    District.objects.bulk_create(
        [
            District(
                bfs=int(row["bfs"]),
                canton_id=cantons[row["canton"]],
                name_fr=row["fr"],
                name_de=row["de"],
                region_id=regions[row["region"]],
                in_perimeter=row["perimeter"] == "1",
            )
            for row in rows("districts", folder)
        ],
        update_conflicts=True,
        unique_fields=["bfs"],
        update_fields=["canton", "name_fr", "name_de"],
    )
    if not District.objects.filter(in_perimeter=True).exists():
        first = [int(row["bfs"]) for row in rows("districts", folder) if row["perimeter"] == "1"]
        District.objects.filter(bfs__in=first).update(in_perimeter=True)


def _load_municipalities(folder: Path) -> None:
    cantons = dict(Canton.objects.values_list("code", "pk"))
    districts = dict(District.objects.values_list("bfs", "pk"))
    names = _other_names(folder)
    localities, own_postcodes = _localities(folder)
    since = {
        row["successor"]: date.fromisoformat(row["successor_since"]) for row in rows("former_municipalities", folder)
    }
    Municipality.objects.bulk_create(
        [
            Municipality(
                bfs=int(row["bfs"]),
                official_name=row["name"],
                name_fr=names[row["bfs"], "fr", "1"][0] if names[row["bfs"], "fr", "1"] else row["name"],
                name_de=names[row["bfs"], "de", "1"][0] if names[row["bfs"], "de", "1"] else row["name"],
                search_name=search_name(
                    [row["name"], *_names_of(names, row["bfs"]), *own_postcodes[row["bfs"]]],
                    [*localities[row["bfs"]], row["bfs"], row["canton"]],
                ),
                canton_id=cantons[row["canton"]],
                district_id=districts[int(row["district"])] if row["district"] else None,
                lon=row["lon"],
                lat=row["lat"],
                valid_from=since.get(row["bfs"], REGISTER_BEGINS),
            )
            for row in rows("municipalities", folder)
        ],
        update_conflicts=True,
        unique_fields=["bfs"],
        update_fields=["official_name", "name_fr", "name_de", "search_name", "canton", "district", "lon", "lat"],
    )


def _load_former_municipalities(folder: Path) -> None:
    """Write what ended: the row stays for the records that name it, and leads to its successor."""
    cantons = dict(Canton.objects.values_list("code", "pk"))
    districts = dict(District.objects.values_list("bfs", "pk"))
    for row in rows("former_municipalities", folder):
        end = {
            "valid_to": date.fromisoformat(row["valid_to"]),
            "successor": Municipality.objects.get(bfs=int(row["successor"])),
        }
        start = {
            "official_name": row["name"],
            "name_fr": row["name"],
            "name_de": row["name"],
            "search_name": search_name([row["name"]], [row["bfs"]]),
            "canton_id": cantons[row["canton"]],
            "district_id": districts[int(row["district"])] if row["district"] else None,
            "valid_from": REGISTER_BEGINS,
        }
        Municipality.objects.update_or_create(bfs=int(row["bfs"]), defaults=end, create_defaults=start | end)


def _other_names(folder: Path) -> dict[tuple[str, str, str], list[str]]:
    names: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for row in rows("other_names", folder):
        names[row["bfs"], row["language"], row["shown"]].append(row["name"])
    return names


def _names_of(names: dict[tuple[str, str, str], list[str]], bfs: str) -> list[str]:
    return [name for shown in ("1", "0") for language in ("fr", "de") for name in names[bfs, language, shown]]


def _localities(folder: Path) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return each municipality's localities and postcodes, and apart from them the postcodes that bear its name."""
    names = {row["bfs"]: plain(row["name"]) for row in rows("municipalities", folder)}
    everything: dict[str, list[str]] = defaultdict(list)
    own: dict[str, list[str]] = defaultdict(list)
    for row in rows("localities", folder):
        for bfs in row["municipalities"].split():
            everything[bfs] += [row["locality"], row["postcode"]]
            if plain(row["locality"]) == names[bfs]:
                own[bfs].append(row["postcode"])
    return everything, own
