"""The tokens file keeps what ux.md promises: readable text in light and in dark."""

import pytest
from django.conf import settings

from promo_portal.core.contrast import PAIRS, Pair, ratio, read_tokens


def too_weak(block: dict[str, str], pairs: list[Pair]) -> list[str]:
    """Pairs of one theme that do not reach their least ratio, to one decimal as the table in ux.md."""
    return [
        f"{pair.colour} on {pair.ground}: {found:.2f} < {pair.least}"
        for pair in pairs
        if (found := ratio(block[pair.colour], block[pair.ground])) < pair.least
    ]


def test_every_pair_of_the_light_theme_is_readable() -> None:
    light = read_tokens(settings.BASE_DIR)["light"]

    assert too_weak(light, PAIRS) == []
    assert len(PAIRS) > 35


def test_every_pair_of_the_dark_theme_is_readable() -> None:
    dark = read_tokens(settings.BASE_DIR)["dark"]

    assert too_weak(dark, PAIRS) == []


def test_dark_by_choice_and_dark_by_system_are_the_same() -> None:
    blocks = read_tokens(settings.BASE_DIR)

    assert blocks["dark"] == blocks["dark by system"]
    assert blocks["dark"].keys() == blocks["light"].keys()


def test_the_check_can_fail() -> None:
    grey_on_white = {"ink": "#999999", "page": "#FFFFFF"}

    assert too_weak(grey_on_white, [Pair("ink", "page")]) == ["ink on page: 2.85 < 4.5"]


def test_ratios_agree_with_the_published_table() -> None:
    light = read_tokens(settings.BASE_DIR)["light"]

    assert ratio(light["ink"], light["page"]) == pytest.approx(17.9, abs=0.06)
    assert ratio(light["accent"], light["sunk"]) == pytest.approx(8.3, abs=0.06)
    assert ratio(light["ctl"], light["page"]) == pytest.approx(3.6, abs=0.06)
