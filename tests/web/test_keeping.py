"""Kept markup: the same for everybody who is handed the same, and never a part of anybody's session."""

from __future__ import annotations

import contextvars
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import nodes
from markupsafe import Markup

from config import ROOT
from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.web.keeping import Keeper
from tests.factories import make_edition, make_member, sign_in
from tests.ideas.factories import add_comment, make_idea, participant

TEMPLATES = ROOT / "templates"
OF_ONE_REQUEST = {"request", "session", "g", "config", "viewer", "current_user", "csrf_token", "get_flashed_messages"}
IDEA = "/events/skills360/ideas/1"


class Macros:
    """All macros of the templates, each with what it asks for, also by the macros that it calls."""

    def __init__(self, app: Flask) -> None:
        self._parsed = {
            str(path.relative_to(TEMPLATES)): app.jinja_env.parse(path.read_text(encoding="utf-8"))
            for path in TEMPLATES.rglob("*.html")
        }

    def kept(self) -> list[tuple[str, str]]:
        """(file, macro) of everything that a template hands to `kept`."""
        return [
            self._resolve(file, call.args[0])
            for file, tree in self._parsed.items()
            for call in tree.find_all(nodes.Call)
            if isinstance(call.node, nodes.Name) and call.node.name == "kept"
        ]

    def asks_for(self, file: str, macro: str) -> set[str]:
        found: set[str] = set()
        seen, waiting = set(), [(file, macro)]
        while waiting:
            place = waiting.pop()
            if place in seen:
                continue
            seen.add(place)
            node = next(node for node in self._parsed[place[0]].find_all(nodes.Macro) if node.name == place[1])
            own = {argument.name for argument in node.args}
            found |= {name.name for name in node.find_all(nodes.Name) if name.ctx == "load"} - own
            for used in [*node.find_all(nodes.Name), *node.find_all(nodes.Getattr)]:
                target = self._resolve(place[0], used)
                if target[1]:
                    waiting.append(target)
        return found

    def _resolve(self, file: str, used: nodes.Expr) -> tuple[str, str]:
        """Where a macro stands that is called by this name; ("", "") where it is no macro."""
        tree = self._parsed[file]
        if isinstance(used, nodes.Getattr) and isinstance(used.node, nodes.Name):
            for one in tree.find_all(nodes.Import):
                if one.target == used.node.name and isinstance(one.template, nodes.Const):
                    return one.template.value, used.attr
        if isinstance(used, nodes.Name):
            for some in tree.find_all(nodes.FromImport):
                for name in some.names:
                    source, alias = (name, name) if isinstance(name, str) else name
                    if alias == used.name and isinstance(some.template, nodes.Const):
                        return some.template.value, source
            if any(macro.name == used.name for macro in tree.find_all(nodes.Macro)):
                return file, used.name
        return "", ""


def test_kept_macros_know_no_viewer_and_no_session(app: Flask) -> None:
    macros = Macros(app)
    kept = macros.kept()
    assert len(kept) > 5
    assert all(macro for _file, macro in kept)
    assert {place: asked for place in kept if (asked := macros.asks_for(*place) & OF_ONE_REQUEST)} == {}


def test_the_check_sees_through_macros_that_call_others(app: Flask) -> None:
    assert "csrf_token" in Macros(app).asks_for("components/shell.html", "account_menu")


def test_templates_import_without_context() -> None:
    """With it, a macro would see the viewer of whoever came first."""
    assert [path for path in TEMPLATES.rglob("*.html") if re.search(r"import[^%]*with context", path.read_text())] == []


@pytest.fixture
def macro(app: Flask) -> Any:
    """A macro that shows its argument, a text and an address."""
    source = "{% macro say(it) %}{{ it }} {{ _('Idéer') }} {{ url_for('portal.index') }}{% endmacro %}"
    return app.jinja_env.from_string(source).module.say  # type: ignore[attr-defined]


def kept(app: Flask, keeper: Keeper, macro: Any, it: Any, *, language: str = "sv", root: str = "") -> Markup:
    """`kept(macro, it)` in a request of its own."""

    def ask() -> Markup:
        environ = {"HTTP_COOKIE": f"language={language}", "SCRIPT_NAME": root}
        with app.test_request_context("/", environ_overrides=environ):
            return keeper.kept(macro, it)

    return contextvars.Context().run(ask)


def test_markup_is_kept_for_the_same_and_made_for_another(app: Flask, macro: Any) -> None:
    keeper = Keeper()
    first = kept(app, keeper, macro, "a")
    assert first == "a Idéer /"
    assert kept(app, keeper, macro, "a") is first
    assert kept(app, keeper, macro, "b") == "b Idéer /"
    assert kept(app, keeper, macro, "a", language="en") == "a Ideas /"
    assert kept(app, keeper, macro, "a", root="/below") == "a Idéer /below/"
    assert kept(app, keeper, macro, "a") is first


def test_markup_and_text_that_look_alike_are_not_the_same(app: Flask, macro: Any) -> None:
    keeper = Keeper()
    assert kept(app, keeper, macro, Markup("<b>")).startswith("<b> ")
    assert kept(app, keeper, macro, "<b>").startswith("&lt;b&gt; ")
    assert kept(app, keeper, macro, True).startswith("True ")
    assert kept(app, keeper, macro, 1).startswith("1 ")


def test_a_full_keeper_begins_anew(app: Flask, macro: Any) -> None:
    keeper = Keeper(most_characters=30)
    first = kept(app, keeper, macro, "a" * 10)
    assert kept(app, keeper, macro, "a" * 10) is first
    kept(app, keeper, macro, "b" * 10)
    assert kept(app, keeper, macro, "a" * 10) == first
    assert kept(app, keeper, macro, "a" * 10) is not first


def test_pages_follow_every_change_at_once(client: FlaskClient) -> None:
    edition = make_edition()
    idea = make_idea(edition, participant(edition), number=1, title="Före")
    board = "/events/skills360/ideas/board"
    assert all("Före" in client.get(path).text for path in (IDEA, board))
    idea.title = "Efter"
    db.session.commit()
    assert all("Efter" in (page := client.get(path).text) and "Före" not in page for path in (IDEA, board))
    comment = add_comment(idea, participant(edition))
    assert comment.text in client.get(IDEA).text


def test_what_one_role_sees_is_not_kept_for_others(app: Flask, client: FlaskClient) -> None:
    edition = make_edition()
    author = participant(edition)
    make_idea(edition, author, number=1)
    hidden = make_idea(edition, author, number=2, title="Gömd idé")
    hidden.hidden_at, hidden.hidden_reason = hidden.changed_at, "Skäl"
    db.session.commit()
    pages = [IDEA, "/events/skills360/ideas/board", "/events/skills360/ideas"]
    organiser = sign_in(app.test_client(), make_member(Role.ORGANISER, edition))
    assert any("Gömd idé" in organiser.get(path).text for path in pages)
    mine = sign_in(app.test_client(), author)
    assert all(mine.get(path).status_code == 200 for path in pages)
    seen = [client.get(path).text for path in pages]
    assert not any("Gömd idé" in page or "data-move-url" in page or "/ideas/1/edit" in page for page in seen)
    assert not any(author.name in page and "Inloggad som" in page for page in seen)
