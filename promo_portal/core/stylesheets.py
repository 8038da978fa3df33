"""Joins the stylesheets of one purpose each into the one file a page loads: fewer requests, same order everywhere.

Not a build language: the sources in ``static/css/`` are plain CSS. Comments and indentation are dropped on the way, and
the operator's accent colour, when the settings name one, is added at the end.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import js_lib_bootstrap5

REBOOT = Path(js_lib_bootstrap5.__file__).parent / "static/js-lib-bootstrap5/css/bootstrap-reboot.min.css"
BUNDLES = {
    "portal.css": (
        REBOOT,
        "tokens.css",
        "font.css",
        "base.css",
        "layout.css",
        "components.css",
        "results.css",
        "map.css",
        "premises.css",
        "home.css",
        "clusters.css",
        "file.css",
        "print.css",
    ),
    "portal-staff.css": ("tokens.css", "font.css", "components.css", "map.css", "staff.css", "file.css", "print.css"),
}
COMMENT = re.compile(r"/\*(?!!).*?\*/", re.DOTALL)
SOURCE_MAP = re.compile(r"/\*# sourceMappingURL=.*?\*/")


def tidy(css: str) -> str:
    """Drop comments (licence notes stay), indentation and empty lines."""
    css = COMMENT.sub("", SOURCE_MAP.sub("", css))
    return "\n".join(line.strip() for line in css.splitlines() if line.strip())


def accent_rules(accent: Mapping[str, Mapping[str, str]] | None) -> str:
    """The operator's own accent as tokens: {"light": {"accent": "#…", "accent-hi": "#…", …}, "dark": {…}}."""
    if not accent:
        return ""

    def block(values: Mapping[str, str]) -> str:
        return "{" + ";".join(f"--{name}:{value}" for name, value in values.items()) + "}"

    light, dark = block(accent.get("light", {})), block(accent.get("dark", {}))
    return (
        f":root,html[data-theme]{light}\n"
        f"@media (prefers-color-scheme:dark){{html:not([data-theme=light]){dark}}}\n"
        f"html[data-theme=dark]{dark}"
    )


def join(name: str, folder: Path, accent: Any = None) -> str:
    """The text of one bundle."""
    parts = [(folder / part).read_text() if isinstance(part, str) else part.read_text() for part in BUNDLES[name]]
    return "\n".join(tidy(part) for part in [*parts, accent_rules(accent)] if part) + "\n"
