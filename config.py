"""Settings of Skills360, read from the environment in one place.

Nothing has to be set for `make run`: secrets are made in INSTANCE_PATH at the first start.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent
STAGES = ("registration", "ideas", "teams", "judging", "winner", "followup")
SHORTEST_SECRET = 32


class SettingsError(Exception):
    """A setting that the platform cannot start with; the message names it and says how to mend it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between one installation and another."""

    secret_key: str = field(repr=False)
    """SECRET_KEY: signs sessions and forms; at least 32 characters. Made and kept in INSTANCE_PATH/secret_key if not set."""
    data_key: str = field(repr=False)
    """DATA_KEY: seals what the database must not show, at least 32 characters. Made and kept in INSTANCE_PATH/data_key if not set."""
    instance_path: Path
    """INSTANCE_PATH: the folder of its files (database, queue, secrets); `instance/` beside this file if not set."""
    database_url: str = field(repr=False)
    """DATABASE_URL: `sqlite:////folder/skills360.db` or `postgresql://user:password@host/name`; SQLite in INSTANCE_PATH if not set."""
    base_url: str
    """BASE_URL: the address that people use, for links in mail; http://127.0.0.1:PORT if not set. https makes cookies Secure."""
    bind: str = "127.0.0.1"
    """BIND: the address that the server listens on."""
    port: int = 8000
    """PORT: the port that the server listens on."""
    web_processes: int = 1
    """WEB_PROCESSES: how many processes answer requests."""
    web_threads: int = 8
    """WEB_THREADS: how many requests one process answers at a time."""
    job_workers: int = 1
    """JOB_WORKERS: how many jobs run at a time beside the web server; 0 where workers run elsewhere (`flask jobs work`)."""
    mail_url: str = field(default="", repr=False)
    """MAIL_URL: `smtp://user:password@host:port`; if not set, mail stays in the outbox, and a demo shows it on a page."""
    mail_sender: str = "Skills360 <no-reply@localhost>"
    """MAIL_SENDER: the From line of mail."""
    oidc_issuer: str = ""
    """OIDC_ISSUER: the address of an OpenID Connect provider that people can sign in with; none if not set."""
    oidc_client_id: str = ""
    """OIDC_CLIENT_ID: the name under which the provider knows this installation."""
    oidc_client_secret: str = field(default="", repr=False)
    """OIDC_CLIENT_SECRET: the secret that the provider gave it."""
    oidc_name: str = ""
    """OIDC_NAME: what the provider is called on the sign-in page; its host name if not set."""
    trusted_proxies: int = 0
    """TRUSTED_PROXIES: how many proxies in front set X-Forwarded-For and -Proto; 0 believes none."""
    demo_stage: str = "winner"
    """DEMO_STAGE: how far the demo edition has come: registration, ideas, teams, judging, winner or followup."""
    demo: bool = False
    """Set by `flask serve --demo` alone: this server shows the demo edition, its sign-ins and its caught mail."""
    testing: bool = False
    """Set by tests alone."""

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def queue_path(self) -> Path:
        """The file of the job queue; with PostgreSQL the queue lives in the database instead."""
        return self.instance_path / "queue.db"

    def flask_config(self) -> dict[str, object]:
        """The same settings under the names that Flask and its extensions read."""
        secure = self.base_url.startswith("https://")
        return {
            "SETTINGS": self,
            "SECRET_KEY": self.secret_key,
            "TESTING": self.testing,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "SESSION_COOKIE_NAME": "__Host-skills360" if secure else "skills360",
            "SESSION_COOKIE_SECURE": secure,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_REFRESH_EACH_REQUEST": False,  # A sign-in ends on its day, however often somebody looks.
            "MAX_CONTENT_LENGTH": 1_048_576,
            "MAX_FORM_MEMORY_SIZE": 262_144,
            "MAX_FORM_PARTS": 500,
            "WTF_CSRF_TIME_LIMIT": None,
            "BABEL_DEFAULT_LOCALE": "sv",
            "BABEL_DEFAULT_TIMEZONE": "Europe/Stockholm",
            "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "hackathon" / "translations"),
        }


def load_settings(environ: Mapping[str, str] = os.environ, **overrides: object) -> Settings:
    """Settings from `environ`; `overrides` win, under the field's name.

    Raises SettingsError, naming the setting, where a value cannot be used.
    """
    instance_path = Path(
        str(overrides.pop("instance_path", environ.get("INSTANCE_PATH") or ROOT / "instance"))
    ).resolve()
    try:
        instance_path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"INSTANCE_PATH: {instance_path} cannot be made or written ({error.strerror}).") from error
    port = _whole_number(environ, "PORT", 8000, 1, 65535)
    values: dict[str, object] = {
        "instance_path": instance_path,
        "secret_key": environ.get("SECRET_KEY") or _kept_secret(instance_path / "secret_key"),
        "data_key": environ.get("DATA_KEY") or _kept_secret(instance_path / "data_key"),
        "oidc_issuer": environ.get("OIDC_ISSUER", "").rstrip("/"),
        "oidc_client_id": environ.get("OIDC_CLIENT_ID", ""),
        "oidc_client_secret": environ.get("OIDC_CLIENT_SECRET", ""),
        "oidc_name": environ.get("OIDC_NAME", ""),
        "database_url": _database_url(environ.get("DATABASE_URL") or f"sqlite:///{instance_path / 'skills360.db'}"),
        "port": port,
        "base_url": (environ.get("BASE_URL") or f"http://127.0.0.1:{port}").rstrip("/"),
        "bind": environ.get("BIND") or "127.0.0.1",
        "web_processes": _whole_number(environ, "WEB_PROCESSES", 1, 1, 64),
        "web_threads": _whole_number(environ, "WEB_THREADS", 8, 1, 256),
        "job_workers": _whole_number(environ, "JOB_WORKERS", 1, 0, 64),
        "mail_url": environ.get("MAIL_URL", ""),
        "mail_sender": environ.get("MAIL_SENDER") or "Skills360 <no-reply@localhost>",
        "trusted_proxies": _whole_number(environ, "TRUSTED_PROXIES", 0, 0, 10),
        "demo_stage": environ.get("DEMO_STAGE") or "winner",
    }
    settings = Settings(**(values | overrides))  # type: ignore[arg-type]
    if len(settings.secret_key) < SHORTEST_SECRET:
        raise SettingsError(f"SECRET_KEY: at least {SHORTEST_SECRET} characters; leave it unset to have one made.")
    if len(settings.data_key) < SHORTEST_SECRET:
        raise SettingsError(f"DATA_KEY: at least {SHORTEST_SECRET} characters; leave it unset to have one made.")
    if settings.oidc_issuer and not settings.oidc_client_id:
        raise SettingsError("OIDC_CLIENT_ID: needed where OIDC_ISSUER is set; the provider gives it.")
    if settings.demo_stage not in STAGES:
        raise SettingsError(f"DEMO_STAGE: {settings.demo_stage!r} is none of {', '.join(STAGES)}.")
    if not settings.base_url.startswith(("http://", "https://")):
        raise SettingsError("BASE_URL: must start with http:// or https://.")
    return settings


def _whole_number(environ: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = environ.get(name, "")
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise SettingsError(f"{name}: {text!r} is no whole number from {low} to {high}.")
    return int(text)


def _database_url(url: str) -> str:
    """The address with the driver that was tried: psycopg for PostgreSQL."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise SettingsError("DATABASE_URL: must start with sqlite:/// or postgresql://.")
    return url


def _kept_secret(path: Path) -> str:
    """The secret kept in `path`, made at the first start; two servers that start at once agree on one."""
    try:
        if not path.exists():
            draft = path.with_name(f"{path.name}.{os.getpid()}")
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(48))
            with contextlib.suppress(FileExistsError):  # Another server was first: its secret counts.
                os.link(draft, path)
            draft.unlink()
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise SettingsError(f"INSTANCE_PATH: {path} cannot be written ({error.strerror}).") from error
