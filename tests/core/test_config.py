"""Settings: nothing has to be set, and what cannot be used is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import SettingsError, load_settings


def test_nothing_has_to_be_set(tmp_path: Path) -> None:
    settings = load_settings({}, instance_path=tmp_path)
    assert settings.is_sqlite
    assert (settings.port, settings.bind, settings.demo_stage) == (8000, "127.0.0.1", "winner")
    assert settings.base_url == "http://127.0.0.1:8000"


def test_secret_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    first, second = (load_settings({}, instance_path=tmp_path).secret_key for _ in range(2))
    assert first == second
    assert len(first) >= 32
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    settings = load_settings(
        {"DATABASE_URL": "postgresql://u:geheim@h/d", "MAIL_URL": "smtp://u:geheim@h"}, instance_path=tmp_path
    )
    assert "geheim" not in repr(settings)
    assert settings.secret_key not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "80000"), ("PORT", "eight"), ("PORT", "-1"), ("WEB_THREADS", "0"), ("SECRET_KEY", "short"),
        ("DATABASE_URL", "mysql://h/d"), ("DEMO_STAGE", "party"), ("BASE_URL", "ftp://x"), ("TRUSTED_PROXIES", "²"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        load_settings({name: value}, instance_path=tmp_path)


def test_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="INSTANCE_PATH"):
        load_settings({}, instance_path=tmp_path / "file" / "below")


def test_https_makes_cookies_secure(tmp_path: Path) -> None:
    flask = load_settings({"BASE_URL": "https://skills360.example"}, instance_path=tmp_path).flask_config()
    assert flask["SESSION_COOKIE_SECURE"] is True
    assert str(flask["SESSION_COOKIE_NAME"]).startswith("__Host-")


def test_postgres_address_names_the_driver_that_was_tried(tmp_path: Path) -> None:
    settings = load_settings({"DATABASE_URL": "postgres://u@h/d"}, instance_path=tmp_path)
    assert settings.database_url == "postgresql+psycopg://u@h/d"
