#!/usr/bin/env python3
"""Fetch the face's third-party files from the npm registry, and check that they are still what was fetched.

``scripts/vendor_assets.py`` packs the exact versions below with ``npm pack``, takes the few files that the pages use, joins what
belongs together (Designsystemet's components in their cascade layer, Tabler's icons in one sprite) and writes
``hackathon/static/vendor/manifest.json``. ``scripts/vendor_assets.py --check`` needs no network: it recomputes every SHA-256.
A development tool; the running product never calls it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STATIC = Path(__file__).resolve().parent.parent / "hackathon" / "static"
VENDOR = STATIC / "vendor"

# Only components whose behaviour or markup we use; our own components.css gives the looks. No theme: tokens.css bridges it.
DESIGNSYSTEMET_PARTS = ("button", "dialog", "error-summary", "pagination", "spinner", "validation-message")

ICONS = """
accessible activity adjustments alert-circle alert-triangle archive armchair arrow-back-up arrow-down arrow-left arrow-right
arrow-up arrow-up-right arrows-exchange award ban bell bolt bookmark briefcase building building-bank building-community bulb
calendar-event calendar-plus calendar-time category certificate chart-bar chart-dots check checklist chevron-down chevron-left
chevron-right chevron-up circle circle-check circle-dashed circle-x clipboard-check clipboard-list clock clock-pause cloud-off
code coin confetti copy device-mobile dots download edit external-link eye eye-off file-text filter flag gavel git-merge grip-vertical
hand-stop heart heart-handshake heartbeat help-circle history home hourglass id-badge-2 info-circle key language layout-kanban
leaf link list list-check list-details loader-2 lock lock-open login logout mail map map-pin menu-2 message-circle messages microphone
minus moon note pencil player-play player-stop plant-2 plus presentation printer puzzle qrcode quote refresh report route
rocket scale school search send settings shield-check shield-lock sitemap sparkles speakerphone stairs-up star sun table target
target-arrow thumb-up ticket tools-kitchen-2 trash trending-up trophy upload user user-check user-plus users users-group
vector-bezier versions world x
""".split()  # noqa: SIM905 (a list of words is easier to keep in order)


@dataclass(frozen=True)
class Package:
    """One npm package, and which of its files go where (targets are relative to ``hackathon/static``)."""

    name: str
    version: str
    licence: str
    copies: tuple[tuple[str, str], ...] = ()

    @property
    def folder(self) -> str:
        """The package's folder below ``vendor``, without the npm scope."""
        return "vendor/" + self.name.rpartition("/")[2]


DESIGNSYSTEMET = Package("@digdir/designsystemet-css", "1.22.0", "MIT")
TABLER = Package("@tabler/icons", "3.51.0", "MIT")
COPIED = (
    Package("htmx.org", "4.0.1", "0BSD", (("dist/htmx.min.js", "vendor/htmx.org/htmx.min.js"),)),
    Package("sortablejs", "1.15.7", "MIT", (("Sortable.min.js", "vendor/sortablejs/Sortable.min.js"),)),
    Package(
        "@fontsource-variable/familjen-grotesk",
        "5.3.0",
        "OFL-1.1",
        (("files/familjen-grotesk-latin-wght-normal.woff2", "vendor/familjen-grotesk/familjen-grotesk.woff2"),),
    ),
    Package(
        "@fontsource-variable/source-sans-3",
        "5.3.0",
        "OFL-1.1",
        (("files/source-sans-3-latin-wght-normal.woff2", "vendor/source-sans-3/source-sans-3.woff2"),),
    ),
)


@dataclass(frozen=True)
class Fetched:
    """An unpacked package: its files, and the SHA-256 of the archive that they came in."""

    root: Path
    archive_sha256: str


def sha256(data: bytes) -> str:
    """Hexadecimal SHA-256."""
    return hashlib.sha256(data).hexdigest()


def fetch(package: Package, workdir: Path) -> Fetched:
    """Pack one exact version with npm and unpack it below ``workdir``."""
    packed = subprocess.run(
        ["npm", "pack", "--silent", f"{package.name}@{package.version}"],
        cwd=workdir, check=True, capture_output=True, text=True,
    )  # fmt: skip
    archive = workdir / packed.stdout.strip().splitlines()[-1]
    root = workdir / archive.stem
    with tarfile.open(archive) as tar:
        tar.extractall(root, filter="data")
    return Fetched(root / "package", sha256(archive.read_bytes()))


def designsystemet_css(root: Path) -> tuple[list[str], str]:
    """The chosen components inside the layer ``ds``, which base.css places between our reset and our own rules."""
    sources = [f"dist/src/{part}.css" for part in DESIGNSYSTEMET_PARTS]
    rules = "\n".join((root / source).read_text(encoding="utf-8").strip() for source in sources)
    head = f"/* {DESIGNSYSTEMET.name} {DESIGNSYSTEMET.version}, {DESIGNSYSTEMET.licence}. Made by scripts/vendor_assets.py. */"
    return sources, f"{head}\n@layer ds{{\n{rules}\n}}\n"


def icon_symbol(name: str, svg: str) -> str:
    """One Tabler outline icon as a sprite symbol, a little thinner than the original to sit well beside the text."""
    shapes = re.findall(r"<(?:path|circle|rect|line|polyline)\b[^>]*/>", svg)
    drawn = "".join(re.sub(r"\s+", " ", shape) for shape in shapes if 'stroke="none"' not in shape)
    return (
        f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" '
        f'stroke-linecap="round" stroke-linejoin="round">{drawn.replace(" />", "/>")}</symbol>'
    )


def icon_sprite(root: Path) -> tuple[list[str], str]:
    """All icons of ``ICONS`` in one file."""
    sources = [f"icons/outline/{name}.svg" for name in ICONS]
    symbols = [
        icon_symbol(name, (root / source).read_text(encoding="utf-8"))
        for name, source in zip(ICONS, sources, strict=True)
    ]
    note = f"<!-- {TABLER.name} {TABLER.version}, {TABLER.licence}. Made by scripts/vendor_assets.py. -->"
    return sources, "\n".join([note, '<svg xmlns="http://www.w3.org/2000/svg">', *symbols, "</svg>", ""])


def written(target: str, sources: list[str], data: bytes) -> dict[str, Any]:
    """Write one file below ``static`` and return its entry for the manifest."""
    path = STATIC / target
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return {"path": target, "sources": sources, "sha256": sha256(data)}


def vendor(package: Package, workdir: Path) -> dict[str, Any]:
    """Fetch one package, write what we use of it with its licence, and return its entry for the manifest."""
    fetched = fetch(package, workdir)
    files = [written(target, [source], (fetched.root / source).read_bytes()) for source, target in package.copies]
    if package is DESIGNSYSTEMET:
        sources, text = designsystemet_css(fetched.root)
        files.append(written(f"{package.folder}/designsystemet.css", sources, text.encode()))
    if package is TABLER:
        sources, text = icon_sprite(fetched.root)
        files.append(written("icons.svg", sources, text.encode()))
    files.append(written(f"{package.folder}/LICENSE", ["LICENSE"], (fetched.root / "LICENSE").read_bytes()))
    return {
        "name": package.name,
        "version": package.version,
        "licence": package.licence,
        "archive_sha256": fetched.archive_sha256,
        "files": files,
    }


def update() -> None:
    """Fetch everything anew and write the manifest."""
    with tempfile.TemporaryDirectory() as folder:
        packages = [vendor(package, Path(folder)) for package in (DESIGNSYSTEMET, TABLER, *COPIED)]
    (VENDOR / "manifest.json").write_text(json.dumps({"packages": packages}, indent=2) + "\n", encoding="utf-8")


def problems(static: Path = STATIC) -> list[str]:
    """What differs between the manifest and the files: changed, missing, or lying in ``vendor`` without an entry."""
    manifest = json.loads((static / "vendor" / "manifest.json").read_text(encoding="utf-8"))
    expected = {entry["path"]: entry["sha256"] for package in manifest["packages"] for entry in package["files"]}
    found = []
    for path, digest in expected.items():
        file = static / path
        if not file.is_file():
            found.append(f"{path} is missing")
        elif sha256(file.read_bytes()) != digest:
            found.append(f"{path} was changed")
    present = {file.relative_to(static).as_posix() for file in (static / "vendor").rglob("*") if file.is_file()}
    found += [f"{path} is not in the manifest" for path in sorted(present - expected.keys() - {"vendor/manifest.json"})]
    return found


def main() -> int:
    """Run the command line; 1 when the check finds a difference."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare the files with the manifest, without network")
    if not parser.parse_args().check:
        update()
    found = problems()
    for problem in found:
        print(problem, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
