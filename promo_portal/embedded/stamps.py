"""Knowing cheaply that a slow step need not run again: a stamp holds the fingerprint of what the step was made from."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from promo_portal.embedded.places import CHECKOUT

_APPS = ("promo_portal", "companies", "premises", "coaching", "clusters")


def fingerprint(files: Iterable[Path]) -> str:
    """Return a digest over names and contents."""
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(str(file.relative_to(CHECKOUT)).encode() + b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _lock_file() -> list[Path]:
    return [path for path in [CHECKOUT / "requirements.txt"] if path.exists()]


def _files(*places: str) -> list[Path]:
    paths = [CHECKOUT / place for place in places]
    found = [file for path in paths for file in ([path] if path.is_file() else path.rglob("*"))]
    return [file for file in found if file.is_file() and file.suffix != ".pyc"]


def migration_sources() -> list[Path]:
    """Return what decides whether the database is up to date: migrations (the packages' by the lock), grants, lists."""
    migrations = [file for app in _APPS for file in (CHECKOUT / app).rglob("migrations/*.py")]
    return [*migrations, *_files("promo_portal/core/grants.py", "promo_portal/regions/data"), *_lock_file()]


def asset_sources() -> list[Path]:
    """Return what translations, typeface and stylesheets are made from: sources, the code that builds, the packages."""
    return [*_files("promo_portal/locale", "promo_portal/core", "promo_portal/settings", "static"), *_lock_file()]


def collected_sources() -> list[Path]:
    """Return what the collected static files are made from."""
    return [*_files("static", ".build/static", "promo_portal/core/storage.py"), *_lock_file()]


class Stamp:
    """A file that says for which fingerprint a step has been done."""

    def __init__(self, file: Path, sources: Iterable[Path], place: str = "") -> None:
        self.file = file
        self._fingerprint = fingerprint(sources) + hashlib.sha256(place.encode()).hexdigest()

    @property
    def fresh(self) -> bool:
        return self.file.exists() and self.file.read_text() == self._fingerprint

    def renew(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(self._fingerprint)


def command_exists(name: str) -> bool:
    """Tell whether one of our apps has the management command."""
    return any(next((CHECKOUT / app).glob(f"**/management/commands/{name}.py"), None) for app in _APPS)
