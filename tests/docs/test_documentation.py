"""What can be set or called is documented; a new setting or command without a word about it fails here."""

from __future__ import annotations

import re
from dataclasses import fields

import click
import pytest
from flask import Flask

from config import ROOT, Settings

INTERNAL = {"demo", "testing"}
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [field.name.upper() for field in fields(Settings) if field.name not in INTERNAL])
def test_setting_is_documented(name: str) -> None:
    assert f"`{name}`" in OPERATIONS


def commands(app: Flask) -> list[str]:
    found = []
    for name, command in app.cli.commands.items():
        inner = command.commands if isinstance(command, click.Group) else {}
        found += [f"flask {name} {sub}" for sub in inner] or [f"flask {name}"]
    return found


def test_command_is_documented_and_has_an_example(app: Flask) -> None:
    own = [command for command in commands(app) if not command.startswith("flask db ")]
    assert len(own) >= 7
    assert [command for command in own if command not in OPERATIONS] == []
    for command in own:
        words = command.split()[1:]
        found: click.Command | None = app.cli
        for word in words:
            assert isinstance(found, click.Group)
            found = found.commands[word]
        assert found is not None
        assert "Example:" in (found.help or ""), command


@pytest.mark.parametrize("path", [*sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("docs/*.md")), "README.md"])
def test_files_that_a_document_names_are_there(path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    named = re.findall(r"`((?:hackathon|docs|tests|templates|scripts)/[\w/.-]+\.\w+)`", text)
    assert [name for name in named if not (ROOT / name).exists()] == []
