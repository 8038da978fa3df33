"""Where texts stand, where their translations stand, and which part file answers for which source file."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent.parent
PARTS = ROOT / "promo_portal" / "locale"
COMPILED = ROOT / ".build" / "locale"
LANGUAGES = ("fr", "de")

SOURCES = ("promo_portal", "companies", "premises", "coaching", "clusters")
TEMPLATES = "templates"
TEMPLATE_SUFFIXES = (".html", ".txt", ".xml")
# A part for messages of Django and other packages whose wording we replace: they are in no source of ours.
REPLACED = "replaced"

# Tools for developers, who read English.
_TOOLS = ("promo_portal/embedded/", "promo_portal/mail_sink.py")
# The first prefix that fits names the slice; what fits none belongs to core.
_PREFIXES = (
    ("promo_portal/portal/admin", "admin"),
    ("templates/admin", "admin"),
    ("templates/account", "accounts"),
    ("templates/allauth", "accounts"),
    ("templates/mfa", "accounts"),
    ("templates/usersessions", "accounts"),
    *((f"templates/{app}/", app) for app in ("companies", "premises", "coaching", "clusters")),
    *((f"{app}/", app) for app in ("companies", "premises", "coaching", "clusters")),
)
_APPS = (
    "accounts", "audit", "demo", "exchange", "files", "jobs", "mailing", "mandates", "portal", "privacy", "regions",
    "reminders", "reporting", "support",
)  # fmt: skip


def slice_of(source: str) -> str:
    """Return the slice (the name of a part file) that owns the texts of a source file."""
    for prefix, name in _PREFIXES:
        if source.startswith(prefix):
            return name
    for app in _APPS:
        if source.startswith((f"promo_portal/{app}/", f"templates/{app}/")):
            return app
    return "core"


def part_files(language: str, parts: Path = PARTS) -> list[Path]:
    """Return the part files of a language, in order of their names."""
    return sorted((parts / language / "LC_MESSAGES" / "parts").glob("*.po"))


def python_files(root: Path = ROOT) -> Iterator[Path]:
    """Return the project's own Python files that may hold texts for people."""
    for folder in SOURCES:
        for path in sorted((root / folder).rglob("*.py")):
            if "migrations" not in path.parts and not path.relative_to(root).as_posix().startswith(_TOOLS):
                yield path


def template_files(root: Path = ROOT) -> Iterator[Path]:
    """Return the project's own templates."""
    for path in sorted((root / TEMPLATES).rglob("*")):
        if path.suffix in TEMPLATE_SUFFIXES and path.is_file():
            yield path
