"""The map: small enough to send, drawn without script, true to the day, and kept by browsers."""

import gzip
import json
import re
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.template import Context, Template
from django.test import Client

from promo_portal.regions.loading import load_regions
from promo_portal.regions.maps.drawing import Circle, Dot, RegionMap, canton_districts
from promo_portal.regions.maps.encoding import decode_line, encode_line, shared_arcs
from promo_portal.regions.maps.geojson import outlines_geojson
from promo_portal.regions.maps.ground import ground
from promo_portal.regions.maps.outlines import FILE, outlines
from promo_portal.regions.models import Municipality

PERIMETER = (241, 242)


def test_a_line_survives_its_encoding() -> None:
    line = ((0, 0), (31, -32), (100_000, 473_237), (99_999, 473_236), (-5, 7))

    assert decode_line(encode_line(line)) == line


def test_neighbours_share_their_border_once() -> None:
    west = [(0, 0), (2, 0), (2, 2), (0, 2), (0, 0)]
    east = [(2, 0), (4, 0), (4, 2), (2, 2), (2, 0)]
    island = [(9, 9), (8, 9), (8, 8), (9, 9)]

    arcs, rings = shared_arcs({"1": [west], "2": [east], "3": [island]})

    assert len(arcs) == 4
    assert {abs(n if n >= 0 else -1 - n) for n in rings["1"][0]} & {n if n >= 0 else -1 - n for n in rings["2"][0]}
    assert len(rings["3"][0]) == 1


def test_outlines_keep_within_their_budget() -> None:
    canton, region = (len(outlines_geojson(area, ())) for area in (canton_districts(), PERIMETER))
    drawing = ground(PERIMETER)

    assert len(gzip.compress(FILE.read_bytes())) < 30_000
    assert canton < 40_000
    assert region < 12_000
    assert len(gzip.compress((drawing.land + drawing.borders + drawing.lakes).encode())) < 4_000


def test_every_municipality_of_the_canton_has_an_outline_and_the_lakes_are_known() -> None:
    known = outlines()

    assert (len(known.places), len(known.of_districts(PERIMETER))) == (334, 58)
    assert set(known.lakes) == {"biel", "brienz", "thun"}
    assert all(line[0] == line[-1] for rings in known.places.values() for line in map(known.line, rings))


def test_municipalities_that_merged_have_one_outline_and_no_border_between_them() -> None:
    apart, merged = ground(PERIMETER), ground(PERIMETER, ((703, 9999), (707, 9999)))

    assert len(merged.places) == len(apart.places) - 1
    assert merged.land == apart.land
    assert len(merged.borders) < len(apart.borders)
    assert merged.outline([9999]).count("M") == 1


def _draw(**given: object) -> str:
    drawn = RegionMap(title="Carte", districts=PERIMETER, **given)  # type: ignore[arg-type]
    return Template("{% load maps %}{% region_map map %}").render(Context({"map": drawn}))


@pytest.mark.django_db
def test_without_script_the_map_shows_land_circles_dots_names_and_a_table() -> None:
    circles = [
        Circle(7.27, 47.15, 100, "Biel/Bienne, 100 entreprises", "?municipality=371", "Biel/Bienne"),
        Circle(7.1, 47.22, 25, "Tramelan, 25 entreprises", "?municipality=446", "Tramelan"),
    ]
    page = _draw(circles=circles, dots=[Dot(7.0, 47.15, "Halle", letter="L")], chosen=[446], table_title="Par commune")

    radii = [int(r) for r in re.findall(r'class="map-circle" [^>]*r="(\d+)"', page)]
    assert radii[:2] == [40, 20]  # a fourth of the number, a fourth of the area
    assert page.count("map-name") <= 8
    assert "map-chosen" in page
    assert '<a href="?municipality=446">Tramelan</a>' in page
    assert "OFS, GEOSTAT" in page
    assert 'tabindex="-1"' in page.split("</svg>", maxsplit=1)[0]
    assert "style=" not in page
    assert len(gzip.compress(page.encode())) < 8_000


@pytest.mark.django_db
@pytest.mark.parametrize("count", [0, 1, 60])
def test_a_map_of_none_one_or_many_circles_is_drawn(count: int) -> None:
    circles = [Circle(6.9 + at / 100, 47.1, at + 1, f"Lieu {at}") for at in range(count)]

    page = _draw(circles=circles, interactive=False)

    assert page.count('class="map-circle"') == count
    assert "data-map" not in page
    assert "map.js" not in page


@pytest.mark.django_db
def test_the_outlines_are_kept_by_browsers_and_asked_for_again_by_their_tag(client: Client) -> None:
    load_regions()

    answer = client.get("/map/outlines/241-242.geojson", headers={"accept-encoding": "gzip"})
    again = client.get("/map/outlines/241-242.geojson", headers={"if-none-match": answer["ETag"]})
    plain = client.get("/map/outlines/241-242.geojson")

    kinds = [feature["properties"]["kind"] for feature in json.loads(plain.content)["features"]]
    assert (kinds.count("municipality"), kinds.count("lake"), kinds.count("outline")) == (58, 3, 1)
    assert (answer["Content-Encoding"], again.status_code) == ("gzip", 304)
    assert "max-age=3600" in answer["Cache-Control"]
    assert gzip.decompress(answer.content) == plain.content


@pytest.mark.django_db
@pytest.mark.parametrize("area", ["0", "abc", "999-998", "24100000000000000000", "-", "a" * 3000])
def test_outlines_of_nowhere_are_not_found(client: Client, area: str) -> None:
    assert client.get(f"/map/outlines/{area}.geojson").status_code == 404


@pytest.mark.django_db
def test_a_merger_changes_the_map_on_its_day(client: Client) -> None:
    load_regions()
    today = date(2026, 11, 26)
    place = Municipality.objects.get(bfs=703)
    Municipality.objects.filter(bfs__in=[703, 707]).update(
        valid_to=today - timedelta(days=1), successor=Municipality.objects.get(bfs=713)
    )

    ids = [one.get("id") for one in json.loads(client.get("/map/outlines/241.geojson").content)["features"]]

    assert place.bfs not in ids
    assert 713 in ids


def test_the_file_of_outlines_is_made_from_a_geojson_file(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    from promo_portal.regions.management.commands import make_outlines

    square = [[[7.0, 47.0], [7.1, 47.0], [7.1, 47.1], [7.0, 47.0]]]
    feature = {
        "properties": {"bfs": 1, "district_bfs": "241"},
        "geometry": {"type": "Polygon", "coordinates": square},
    }
    source = tmp_path / "places.geojson"
    source.write_text(json.dumps({"features": [feature]}))
    monkeypatch.setattr(make_outlines, "FILE", tmp_path / "outlines.json")
    monkeypatch.setattr(make_outlines, "INNER_LAKES", {})
    monkeypatch.setattr(make_outlines, "SHARED_LAKES", {})

    call_command("make_outlines", source, stdout=StringIO())

    made = json.loads((tmp_path / "outlines.json").read_text())
    assert made["municipalities"] == {"241": {"1": ["0"]}}
    assert "OFS/BFS, GEOSTAT" in made["source"]


@pytest.mark.django_db
def test_the_chief_town_is_named_even_where_it_is_crowded_and_no_place_outside_is() -> None:
    crowd = [Circle(7.271 + x / 100, 47.1515 + y / 100, 5, "") for x in range(-6, 7) for y in range(-6, 7)]

    names = re.findall(r'class="map-name"[^>]*>([^<]+)<', _draw(circles=crowd))

    assert names[0] == "Bienne"
    assert "Lyss" not in names
