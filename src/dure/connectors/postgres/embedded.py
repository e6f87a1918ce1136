"""A private PostgreSQL for the demo, development and tests: on the loopback only, behind a password of its own.

DATABASE_URL wins where it is set; production sets it. The demo keeps its data with fsync on; tests
turn it off, and throw away what an unclean stop left behind. Works as root and as a plain user.
"""

import atexit
import contextlib
import fcntl
import hashlib
import os
import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from dure.connectors.postgres.binaries import as_server_user, find_binaries, give_to_server_user, major_version, reachable
from dure.connectors.postgres.full import full_disk
from dure.formats.errors import BadInput

USER = DATABASE = "dure"
BUILTIN_LOCALE_SINCE = 17
_THROW_AWAY = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
_held: dict[Path, int] = {}


def database_url(directory: Path, *, keep: bool = True) -> str:
    """DATABASE_URL where it is set; else the address of the private server, started if need be."""
    return os.environ.get("DATABASE_URL") or ensure_running(directory, keep=keep)


def ensure_running(directory: Path, *, keep: bool = True) -> str:
    """Start the private server of that directory unless it runs, and return its address.

    `keep=False` is for tests: no fsync, and the server stops with the last process that used it. Raises `BadInput` where the
    directory holds the data of another PostgreSQL than this machine has.
    """
    home = _home(directory)
    with _locked(home):
        binaries = find_binaries(home)
        data = home / f"data-{major_version(binaries, home)}"
        if not _runs(binaries, data, home):
            if not keep and (data / "postmaster.pid").exists():
                shutil.rmtree(data, ignore_errors=True)
            if not (data / "PG_VERSION").exists():
                _refuse_another_major(home, data)
                _initialise(binaries, data, home)
            _start(binaries, data, home, keep=keep)
        url = _url(data)
    if not keep and home not in _held:
        _stop_with_the_last_user(home)
    return url


def stop(directory: Path) -> None:
    """Stop the private server of that directory, if it runs."""
    home = _home(directory)
    with _locked(home):
        _stop(home)


def remove(directory: Path) -> bool:
    """Stop the private server of that directory, if it runs, and delete all that it kept, also where only that is left.

    Returns whether it ran.
    """
    home = left_behind(directory) or _home(directory)
    with _locked(home):
        ran = _running(home)
        _stop(home)
    for folder in {home, Path(directory).absolute()}:
        shutil.rmtree(folder, ignore_errors=not folder.exists())
    return ran


def left_behind(directory: Path) -> Path | None:
    """The folder below /var/tmp with the data of a directory that was deleted: its path says which."""
    directory = Path(directory).absolute()
    data = _outside(directory)
    mine = data.is_dir() and not data.is_symlink() and data.stat().st_uid == os.geteuid()
    return data if mine and not directory.exists() else None


def is_running(directory: Path) -> bool:
    """Does the private server of that directory run, of whatever major version?"""
    return _running(_home(directory))


def _running(home: Path) -> bool:
    binaries = find_binaries(home)
    return any(_runs(binaries, data, home) for data in home.glob("data-*"))


def has_data(directory: Path) -> bool:
    """Has the private server of that directory been made, of whatever major version?"""
    return any(place(directory).glob("data-*/PG_VERSION"))


def place(directory: Path) -> Path:
    """Where its data lie: in the directory, which is there; as root, if the server's user cannot enter it, below /var/tmp."""
    directory = Path(directory).absolute()
    if reachable(directory, directory):
        return directory
    return _outside(directory)


def _outside(directory: Path) -> Path:
    return Path("/var/tmp") / f"dure-{hashlib.sha256(str(directory).encode()).hexdigest()[:16]}"  # noqa: S108 - owner is checked


def _home(directory: Path) -> Path:
    """The place of the data, made where it is not there."""
    directory = Path(directory).absolute()
    directory.mkdir(parents=True, exist_ok=True)
    home = place(directory)
    if home == directory:
        return home
    home.mkdir(mode=0o711, exist_ok=True)
    if home.is_symlink() or home.stat().st_uid != os.geteuid():
        raise BadInput(f"{home} belongs to someone else.", todo="Remove it, or set DATABASE_URL.")
    return home


@contextlib.contextmanager
def _locked(home: Path) -> Iterator[None]:
    """One process at a time starts or stops the server."""
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _refuse_another_major(home: Path, data: Path) -> None:
    """A new empty server beside the old one would look as if everything were lost."""
    others = sorted(each.parent.name.partition("-")[2] for each in home.glob("data-*/PG_VERSION"))
    if others:
        wanted = data.name.partition("-")[2]
        raise BadInput(
            f"holds the data of PostgreSQL {others[-1]}, and this machine runs PostgreSQL {wanted}.",
            where=str(home),
            todo=f"Set DURE_POSTGRES_BIN to the programs of PostgreSQL {others[-1]} and run `dure backup FILE`; "
            "then set it back and run `dure restore FILE` with a new DURE_HOME.",
        )


def _initialise(binaries: Path, data: Path, home: Path) -> None:
    password = secrets.token_urlsafe(24)
    _write_secret(_password_file(data), password)
    for_initdb = home / "password-for-initdb"
    _write_secret(for_initdb, password)
    give_to_server_user(for_initdb)
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(mode=0o700)
    give_to_server_user(data)
    major = major_version(binaries, home)
    locale = ["--locale=C.UTF-8" if os.uname().sysname == "Linux" else "--locale=C"]
    if major >= BUILTIN_LOCALE_SINCE:
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    account = ["-U", USER, "-A", "scram-sha-256", f"--pwfile={for_initdb}"]
    _run(
        [binaries / "initdb", "-D", data, *account, "-E", "UTF8", *locale, "--data-checksums", "--no-sync", "--no-instructions"],
        home,
    )
    for_initdb.unlink()


def _start(binaries: Path, data: Path, home: Path, *, keep: bool) -> None:
    log = home / "log"
    log.touch()
    give_to_server_user(log)
    port = _free_port(home / "port")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c log_min_messages=error"
    options += "" if keep else f" {_THROW_AWAY}"
    _run([binaries / "pg_ctl", "-s", "-w", "-t", "60", "-D", data, "-l", log, "-o", options, "start"], home)


def _free_port(kept: Path) -> int:
    """The port of the last start where it is still free, so that whoever knows the address finds the server again."""
    last = int(kept.read_text()) if kept.exists() else 0
    for wanted in (last, 0):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", wanted))
            port = int(probe.getsockname()[1])
            kept.write_text(f"{port}\n")
            return port
    raise BadInput("no port of this machine is free.", where="127.0.0.1", todo="End programs that listen on many ports.")


def _url(data: Path) -> str:
    """The address of the running server; makes our database on the first visit. Raises `BadInput` where it has just ended."""
    import psycopg

    try:
        return _opened(data)
    except (psycopg.OperationalError, FileNotFoundError) as error:
        if full := full_disk(error):
            raise full from error
        why = " ".join(str(error).split())[:300]
        todo = f"Run the command again in a few seconds; if it is still so, read {data.parent / 'log'}."
        raise BadInput(f"the private PostgreSQL does not answer ({why}).", where=str(data.parent), todo=todo) from error


def _opened(data: Path) -> str:
    import psycopg

    port = _port(data)
    password = _password_file(data).read_text().strip()
    address = f"postgresql://{USER}:{quote(password)}@127.0.0.1:{port}"
    with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE}")
            for other in ("postgres", "template1"):  # log-ins of the application have no business there
                connection.execute(f"REVOKE CONNECT ON DATABASE {other} FROM PUBLIC")
    return f"{address}/{DATABASE}"


def _password_file(data: Path) -> Path:
    return data.with_name(data.name.replace("data", "password"))


def _port(data: Path) -> int:
    """The fourth line of the server's own note."""
    return int((data / "postmaster.pid").read_text().splitlines()[3])


def _runs(binaries: Path, data: Path, home: Path) -> bool:
    if not (data / "postmaster.pid").exists():
        return False
    command = [str(binaries / "pg_ctl"), "-D", str(data), "status"]
    return subprocess.run(command, stdout=subprocess.DEVNULL, check=False, **as_server_user(home)).returncode == 0


def _stop(home: Path) -> None:
    binaries = find_binaries(home)
    for data in home.glob("data-*"):
        if _runs(binaries, data, home):
            _run([binaries / "pg_ctl", "-s", "-m", "fast", "-D", data, "stop"], home)


def _stop_with_the_last_user(home: Path) -> None:
    """Hold a shared lock until the end; the process that can then make it exclusive was the last, and stops the server."""
    handle = os.open(home / "users", os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(handle, fcntl.LOCK_SH)
    _held[home] = handle

    def leave() -> None:
        with _locked(home), contextlib.suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _stop(home)

    atexit.register(leave)


def _run(command: list[Path | str], home: Path) -> None:
    done = subprocess.run(
        [str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False,
        stdin=subprocess.DEVNULL, **as_server_user(home),
    )  # fmt: skip
    if done.returncode:
        name = Path(command[0]).name
        if full := full_disk(f"{done.stderr}\n{_last_lines(home / 'log')}", home):
            raise full
        raise BadInput(f"{name} ended with {done.returncode}: {done.stderr.strip()[-400:]}", where=str(home), todo="See its log.")


def _last_lines(log: Path) -> str:
    """What the server said last: `pg_ctl` knows no more than that it did not start."""
    with contextlib.suppress(OSError), log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 2000))
        return "\n".join(file.read().decode(errors="replace").splitlines()[-5:])
    return ""


def _write_secret(path: Path, text: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text + "\n")
