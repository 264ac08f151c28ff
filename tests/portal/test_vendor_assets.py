"""The third-party files are those of the manifest, byte for byte, and the check notices when they are not."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "hackathon" / "static"


@pytest.fixture(scope="module")
def vendor_assets() -> ModuleType:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("vendor_assets", ROOT / "scripts" / "vendor_assets.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["vendor_assets"] = module  # dataclasses look their module up by name
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the vendored files that a test may spoil."""
    shutil.copytree(STATIC / "vendor", tmp_path / "vendor")
    shutil.copy(STATIC / "icons.svg", tmp_path / "icons.svg")
    return tmp_path


def test_vendored_files_match_the_manifest(vendor_assets: ModuleType) -> None:
    assert vendor_assets.problems() == []


def test_changed_file_is_noticed(vendor_assets: ModuleType, copy: Path) -> None:
    with (copy / "icons.svg").open("a") as sprite:
        sprite.write(" ")
    assert vendor_assets.problems(copy) == ["icons.svg was changed"]


def test_missing_and_unknown_files_are_noticed(vendor_assets: ModuleType, copy: Path) -> None:
    (copy / "vendor" / "htmx.org" / "htmx.min.js").rename(copy / "vendor" / "stranger.js")
    assert vendor_assets.problems(copy) == [
        "vendor/htmx.org/htmx.min.js is missing",
        "vendor/stranger.js is not in the manifest",
    ]


def test_manifest_names_version_and_licence_of_each_package() -> None:
    packages = json.loads((STATIC / "vendor" / "manifest.json").read_text(encoding="utf-8"))["packages"]
    assert {package["name"] for package in packages} >= {
        "@digdir/designsystemet-css",
        "htmx.org",
        "sortablejs",
        "@tabler/icons",
    }
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", package["version"]) and package["licence"] for package in packages)


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    known = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
    named: set[str] = set()
    for template in (ROOT / "templates").rglob("*.html"):
        named |= set(re.findall(r"""\bicon\(["']([a-z0-9-]+)["']""", template.read_text(encoding="utf-8")))
    assert named <= known


def test_styles_name_no_other_host_and_no_missing_file() -> None:
    for sheet in (STATIC / "css").glob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert "http:" not in text, sheet.name
        assert "https:" not in text, sheet.name
        for address in re.findall(r"url\(([^)\"']+)\)", text):
            assert (sheet.parent / address).is_file(), f"{sheet.name}: {address}"
