"""What pages load stays small, comes from this site only, and holds every symbol that templates ask for."""

import re
from pathlib import Path

import brotli
import pytest
from django.conf import settings

from promo_portal.core import fonts, stylesheets

CSS = Path(settings.BASE_DIR) / "static" / "css"
BUDGET = 25_000  # ux.md 7.2: own CSS, transferred


@pytest.mark.parametrize("name", sorted(stylesheets.BUNDLES))
def test_a_page_loads_less_css_than_its_budget(name: str) -> None:
    packed = brotli.compress(stylesheets.join(name, CSS).encode())

    assert 2_000 < len(packed) <= BUDGET


@pytest.mark.parametrize("name", sorted(stylesheets.BUNDLES))
def test_stylesheets_ask_for_nothing_the_policy_refuses(name: str) -> None:
    css = stylesheets.join(name, CSS)

    assert re.findall(r"url\(([^)]*)\)", css) == ['"../fonts/inter-400-700.woff2"']
    assert "@import" not in css


def test_the_cut_font_fits_its_budget_and_is_the_same_each_time(tmp_path: Path) -> None:
    first, second = tmp_path / "first.woff2", tmp_path / "second.woff2"

    size = fonts.cut(first)
    fonts.cut(second)

    assert size <= fonts.LIMIT
    assert first.read_bytes() == second.read_bytes()


def test_the_operator_s_accent_is_added_after_the_tokens() -> None:
    accent = {"light": {"accent": "#005A46"}, "dark": {"accent": "#7FD3A4"}}

    css = stylesheets.join("portal.css", CSS, accent)

    assert css.rindex("--accent:#005A46") > css.index("--accent: #1D3FA5")
    assert "html[data-theme=dark]{--accent:#7FD3A4}" in css


def test_every_symbol_a_template_shows_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([a-z-]+)"', (CSS.parent / "img" / "icons.svg").read_text()))
    templates = Path(settings.BASE_DIR) / "templates"
    asked = {
        name for file in templates.rglob("*.html") for name in re.findall(r'\{% icon "([a-z-]+)"', file.read_text())
    }

    assert len(asked) > 15
    assert asked - sprite == set()
