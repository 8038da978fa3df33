"""Makes what is not kept in git: the cut font and the joined stylesheets, under ``.build/static/``."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from promo_portal.core import fonts, stylesheets
from promo_portal.core.context import current_branding

FONT = "fonts/inter-400-700.woff2"


class Command(BaseCommand):
    """Quick when nothing changed: the font has a stamp, stylesheets are joined again only when they differ."""

    help = __doc__
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Build both; touches no database."""
        target = Path(settings.BUILD_DIR) / "static"
        self._font(target / FONT, Path(settings.BUILD_DIR) / "font.stamp")
        for name in stylesheets.BUNDLES:
            text = stylesheets.join(name, Path(settings.BASE_DIR) / "static" / "css", current_branding().accent)
            file = target / "css" / name
            if not file.exists() or file.read_text() != text:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
                self.stdout.write(f"{name}: {len(text)} bytes")

    def _font(self, file: Path, stamp: Path) -> None:
        wanted = fonts.stamp()
        if file.exists() and stamp.exists() and stamp.read_text() == wanted:
            return
        size = fonts.cut(file)
        stamp.write_text(wanted)
        self.stdout.write(f"{file.name}: {size} bytes")
