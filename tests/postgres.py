"""A throw-away PostgreSQL for a command: `python -m tests.postgres COMMAND …` runs it with TEST_DATABASE_URL set.

Nothing of it stays: the cluster lives in a temporary folder and listens on loopback only.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

FASTER = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=120")


class PostgresMissing(Exception):
    """No PostgreSQL server is installed; the message says how to get one."""


def find_binaries() -> Path:
    """The folder with initdb and postgres; Debian keeps them out of the PATH."""
    on_path = shutil.which("initdb")
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True) + (
        [Path(on_path).parent] if on_path else []
    )
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise PostgresMissing("PostgreSQL is not installed. Run: sudo apt-get install postgresql")


@contextlib.contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[str]:
    """The address of a fresh server that ends with the block. `durable`: as in production, for tests that kill it."""
    binaries = find_binaries()
    folder = Path(tempfile.mkdtemp(prefix="skills360-pg-"))
    # PostgreSQL refuses to run as root: there the server runs as an ordinary user.
    user = _server_user() if os.geteuid() == 0 else None
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)
    data, port = folder / "data", _free_port()
    try:
        command = [
            str(binaries / "initdb"),
            "-D",
            str(data),
            "-U",
            "skills360",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "-N",
        ]
        _as(user, command, folder)
        settings = [] if durable else [part for setting in FASTER for part in ("-c", setting)]
        server = subprocess.Popen(
            [
                str(binaries / "postgres"),
                "-D",
                str(data),
                "-p",
                str(port),
                "-h",
                "127.0.0.1",
                "-k",
                str(folder),
                *settings,
            ],
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=(folder / "log").open("wb"),
        )
        try:
            url = f"postgresql://skills360@127.0.0.1:{port}/postgres"
            _wait(url, server)
            yield url
        finally:
            server.terminate()
            server.wait(20)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _server_user() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise PostgresMissing("PostgreSQL does not run as root, and there is no user postgres or nobody.")


def _as(user: pwd.struct_passwd | None, command: list[str], folder: Path) -> None:
    subprocess.run(
        command,
        check=True,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        user=user.pw_uid if user else None,
        group=user.pw_gid if user else None,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(url, connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def main() -> int:
    try:
        with running_postgres() as url:
            return subprocess.run(sys.argv[1:], env=os.environ | {"TEST_DATABASE_URL": url}, check=False).returncode
    except PostgresMissing as missing:
        print(missing, file=sys.stderr)  # noqa: T201 - this is a command.
        return 1


if __name__ == "__main__":
    sys.exit(main())
