"""Migrations: they lead to what the models say, and back to nothing, on the database that the tests run on."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from hackathon.app import create_app
from hackathon.core.db import db
from tests.conftest import settings_for


@pytest.fixture
def fresh(tmp_path: Path, database_url: str) -> Flask:
    """An application on a database without any table."""
    if not database_url:
        return create_app(settings_for(tmp_path))
    pytest.importorskip("psycopg")
    from tests.conftest import _make_postgres_database

    return create_app(settings_for(tmp_path, _make_postgres_database(database_url, "test_migrations")))


def test_up_matches_the_models_and_down_leaves_nothing(fresh: Flask) -> None:
    with fresh.app_context():
        upgrade()
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, db.metadata) == []
        downgrade(revision="base")
        assert inspect(db.engine).get_table_names() == ["alembic_version"]
        upgrade()
        assert "idea" in inspect(db.engine).get_table_names()
        db.session.remove()
        db.engine.dispose()


def test_upgrade_of_an_upgraded_database_changes_nothing(app: Flask) -> None:
    before = set(inspect(db.engine).get_table_names())
    upgrade()
    assert set(inspect(db.engine).get_table_names()) == before


BEFORE = """
INSERT INTO edition (id, slug, name, venue, city, event_date, timezone, team_count, team_size_min, team_size_max)
VALUES (1, 'e', 'E', 'V', 'C', '2026-09-11', 'UTC', 16, 5, 5);
INSERT INTO pool (id, edition_id, key, name_sv, name_en, capacity, position) VALUES (1, 1, 'agency', 'M', 'A', 1, 1);
INSERT INTO sector (id, edition_id, pool_id, key, letter, name_sv, name_en, position) VALUES (1, 1, 1, 'S1', '1', 'S', 'S', 1);
INSERT INTO workshop (id, edition_id, number, title_sv, title_en, summary_sv, summary_en, place, held_on)
VALUES (1, 1, 1, 'T', 'T', 'S', 'S', 'U', '2026-03-01');
INSERT INTO challenge_question (id, edition_id, number, title_sv, title_en, text_sv, text_en, promise_sv, promise_en,
    teams_min, teams_max) VALUES (1, 1, 1, 'F', 'Q', 'B', 'B', '', '', 0, 4);
INSERT INTO finding (id, edition_id, number, kind, text, workshop_id, sector_id) VALUES (1, 1, 1, 'challenge', 'x', 1, 1);
INSERT INTO question_finding (question_id, finding_id) VALUES (1, 1)
"""


def test_what_was_there_before_workshops_were_live_stays_public(fresh: Flask) -> None:
    """Rows that others point to survive the rebuilding of their tables."""
    with fresh.app_context():
        upgrade(revision="20261122_0200")
        for statement in BEFORE.split(";\n"):
            db.session.execute(text(statement))
        db.session.commit()
        upgrade()
        kept = "SELECT w.state, f.state, q.state, q.version FROM workshop w, finding f, challenge_question q, question_finding"
        assert db.session.execute(text(kept)).all() == [("published", "open", "published", 1)]
        db.session.commit()
        downgrade(revision="20261122_0200")
        assert db.session.execute(text("SELECT count(*) FROM question_finding")).scalar() == 1
        db.session.remove()
        db.engine.dispose()
