"""Migrations: they lead to what the models say, and back to nothing, on the database that the tests run on."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

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
