"""Where the private servers keep their files: one state folder per checkout, sockets in a short folder of their own."""

import hashlib
import os
import pwd
import re
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from promo_portal.embedded.errors import EmbeddedError

CHECKOUT = Path(__file__).resolve().parents[2]
SOCKET_PATH_LIMIT = 104  # bytes of a unix socket's path: 108 on Linux, 104 on macOS
_PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")
BENCH = "bench"  # its servers hold up to a million organisations; the demo's are not troubled
_OURS = ("bin-*", "log", "media", "pg*", "run", "valkey", "mail")


def server_account() -> pwd.struct_passwd | None:
    """Return the account the servers run under when we are root (PostgreSQL refuses root), else None."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("nobody")
    except KeyError:
        msg = "PostgreSQL refuses to run as root and this machine has no account 'nobody'. Run as an ordinary user."
        raise EmbeddedError(msg) from None


@dataclass(frozen=True)
class State:
    """The folders of one set of servers; two checkouts never share one, so their data never mixes."""

    base: Path
    sockets: Path

    @classmethod
    def of_checkout(cls, aside: str = "") -> "State":
        """Return ``$PORTAL_STATE``, or this checkout's folder among the user's state (for root: persistent temp).

        ``aside`` names a further set of servers beside the demo's.
        """
        base = cls._base_of_checkout()
        return cls.at(base.with_name(f"{base.name}-{aside}") if aside else base)

    @classmethod
    def _base_of_checkout(cls) -> Path:
        chosen = os.environ.get("PORTAL_STATE")
        if chosen:
            return Path(chosen).expanduser()
        digest = hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:10]
        name = re.sub(r"[^A-Za-z0-9._-]+", "-", CHECKOUT.name) + "-" + digest
        if os.geteuid() == 0:
            return Path("/var/tmp/portal-root") / name  # noqa: S108 - checked for its owner before use
        home = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
        return Path(home).expanduser() / "portal" / name

    @classmethod
    def at(cls, base: Path) -> "State":
        """Return the state kept in ``base``."""
        base = base.absolute()
        return cls(base=base, sockets=_socket_folder(base))

    @property
    def run(self) -> Path:
        return self.base / "run"

    @property
    def log(self) -> Path:
        return self.base / "log"

    @property
    def mail(self) -> Path:
        return self.base / "mail"

    @property
    def environment_file(self) -> Path:
        return self.run / "env.json"

    def prepare(self) -> None:
        """Create the folders, private to us, and refuse those that somebody else could have laid out."""
        try:
            if self.base.parent.name == "portal-root":
                _own_folder(self.base.parent, 0o755, {0})
            self.base.mkdir(parents=True, exist_ok=True)
            for folder in (self.run, self.log):
                folder.mkdir(exist_ok=True)
        except OSError as error:
            msg = f"The state folder {self.base} cannot be made ({error.strerror}). Choose another with PORTAL_STATE."
            raise EmbeddedError(msg) from error
        account = server_account()
        if account:
            self._check_reachable_by(account)
        owner = account.pw_uid if account else os.geteuid()
        _own_folder(self.sockets, 0o700, {owner, os.geteuid()})
        if account:
            os.chown(self.sockets, account.pw_uid, account.pw_gid)

    def _check_reachable_by(self, account: pwd.struct_passwd) -> None:
        """Stop early where the servers' account cannot enter; we never loosen the rights of a folder not ours."""
        for folder in (self.base, *self.base.parents):
            if not _may_enter(folder, account):
                msg = (
                    f"The servers run as '{account.pw_name}', which may not enter {folder}. "
                    "Choose a state folder outside it with PORTAL_STATE, or run as an ordinary user."
                )
                raise EmbeddedError(msg)

    def delete(self) -> None:
        """Delete what these servers wrote, and nothing else that may lie in the same folder."""
        for pattern in _OURS:
            for path in self.base.glob(pattern):
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        shutil.rmtree(self.sockets, ignore_errors=True)
        if self.base.is_dir() and not any(self.base.iterdir()):
            self.base.rmdir()


def _may_enter(folder: Path, account: pwd.struct_passwd) -> bool:
    info = folder.stat()
    wanted = (
        stat.S_IXUSR
        if info.st_uid == account.pw_uid
        else stat.S_IXGRP
        if info.st_gid == account.pw_gid
        else stat.S_IXOTH
    )
    return bool(info.st_mode & wanted)


def reachable(folder: Path, account: pwd.struct_passwd) -> bool:
    """Tell whether the account can reach a folder through all its parents."""
    return all(_may_enter(part, account) for part in (folder, *folder.parents))


def _own_folder(folder: Path, mode: int, owners: set[int]) -> None:
    """Make a folder in a shared temp folder; another user may have put something there under its name."""
    try:
        folder.mkdir(mode=mode)
    except FileExistsError:
        info = folder.lstat()
        if not stat.S_ISDIR(info.st_mode) or info.st_uid not in owners:
            msg = f"{folder} belongs to somebody else. Remove it, or choose another place with PORTAL_STATE or TMPDIR."
            raise EmbeddedError(msg) from None
    folder.chmod(mode)


def _socket_folder(base: Path) -> Path:
    """Return a short folder for the sockets: their paths are limited, the state folder's is not."""
    name = f"portal-{os.geteuid()}-{hashlib.sha256(str(base).encode()).hexdigest()[:10]}"
    for parent in (Path(tempfile.gettempdir()), Path("/tmp")):  # noqa: S108 - checked for its owner before use
        folder = parent / name
        if len(os.fsencode(folder / ".s.PGSQL.5432.lock")) < SOCKET_PATH_LIMIT and _PLAIN_PATH.fullmatch(str(folder)):
            return folder
    msg = f"No temp folder with a short, plain path for the servers' sockets: {tempfile.gettempdir()}. Set TMPDIR=/tmp."
    raise EmbeddedError(msg)
