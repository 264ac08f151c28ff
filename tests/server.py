"""A real server for tests that need one: the same command as in production, on a port and in a folder of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST_START_SECONDS = 90


@dataclass
class RunningServer:
    """A server that answers at `url`; `process` is its supervisor."""

    url: str
    folder: Path
    process: subprocess.Popen[bytes]
    seconds_to_start: float

    def tree(self) -> list[int]:
        """The process ids of the supervisor and all its descendants."""
        return process_tree(self.process.pid)

    def cpu_seconds(self) -> float:
        """CPU time that the whole tree has used."""
        return sum(_cpu_seconds(pid) for pid in self.tree())

    def log(self) -> str:
        return (self.folder / "server.log").read_text(encoding="utf-8", errors="replace")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def running_server(folder: Path, *, stage: str = "winner", **environ: str) -> Iterator[RunningServer]:
    """`flask serve --demo` with its files in `folder`; ended by SIGINT, as Ctrl-C does."""
    port = int(environ.get("PORT") or free_port())
    env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "SECRET_KEY", "BASE_URL")}
    env |= {"PORT": str(port), "INSTANCE_PATH": str(folder), "DEMO_STAGE": stage} | environ
    folder.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [str(Path(sys.executable).with_name("flask")), "serve", "--demo"], cwd=ROOT, env=env, stdout=log, stderr=log
        )
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until_ready(url, process, folder)
            yield RunningServer(url, folder, process, time.monotonic() - began)
        finally:
            stop(process)


def wait_until_ready(url: str, process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + LONGEST_START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)
    raise RuntimeError(
        "the server did not start:\n" + (folder / "server.log").read_text(encoding="utf-8", errors="replace")
    )


def stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)


def process_tree(root: int) -> list[int]:
    """A process and all its descendants that are alive."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError, ValueError):
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                if fields[0] != "Z":
                    parents[int(entry.name)] = int(fields[1])
    found = [root] if root in parents else []
    for pid in found:
        found.extend(child for child, parent in parents.items() if parent == pid)
    return found


def _cpu_seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
