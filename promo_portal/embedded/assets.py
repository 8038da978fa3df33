"""Built files (translations, typeface, stylesheets, collected static files): made anew when their sources change."""

import fcntl
import os
import subprocess
import sys

from promo_portal.embedded.errors import EmbeddedError
from promo_portal.embedded.places import CHECKOUT
from promo_portal.embedded.sharing import DEVELOPMENT_SETTINGS
from promo_portal.embedded.stamps import Stamp, asset_sources, collected_sources

MADE = (("build_assets",), ("compile_catalogues",))
COLLECTED = (("collectstatic", "--no-input", "--verbosity", "0"),)


def assets_are_fresh() -> bool:
    """Tell whether all built files fit their sources."""
    return _made().fresh and _collected().fresh


def _made() -> Stamp:
    return Stamp(CHECKOUT / ".build/made.stamp", asset_sources())


def _collected() -> Stamp:
    return Stamp(CHECKOUT / ".build/collected.stamp", collected_sources())


def build_assets(*, collect: bool = True) -> None:
    """Make the built files unless they are up to date; raises EmbeddedError with what the failing command said."""
    folder = CHECKOUT / ".build"
    folder.mkdir(exist_ok=True)
    # The file server warns where it is missing, and tests take warnings as errors.
    (folder / "collected").mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the demo and the tests may want them at the same time
        _renew(_made(), MADE)
        if collect:
            _renew(_collected(), COLLECTED)


def _renew(stamp: Stamp, commands: tuple[tuple[str, ...], ...]) -> None:
    if stamp.fresh:
        return
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": DEVELOPMENT_SETTINGS[0]}
    for command in commands:
        run = [sys.executable, "manage.py", *command]
        done = subprocess.run(run, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            msg = f"`manage.py {command[0]}` ended with {done.returncode}:\n{(done.stderr or done.stdout)[-3000:]}"
            raise EmbeddedError(msg)
    stamp.renew()
