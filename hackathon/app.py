"""The application: binds extensions and registers blueprints, nothing else."""

from __future__ import annotations

from flask import Flask
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from config import ROOT, Settings, load_settings
from hackathon import cli
from hackathon.accounts import sessions
from hackathon.api.blueprint import blueprint as api
from hackathon.core import db, jobs
from hackathon.events import context
from hackathon.jobs import handlers
from hackathon.portal import graphics
from hackathon.web import (
    addresses,
    blueprints,
    failures,
    gate,
    headers,
    health,
    intake,
    keeping,
    language,
    links,
    navigation,
)

csrf = CSRFProtect()
migrate = Migrate()


def create_app(settings: Settings | None = None) -> Flask:
    """The application with these settings; with those of the environment where none are given."""
    settings = settings or load_settings()
    app = Flask("hackathon", root_path=str(ROOT / "hackathon"), template_folder=str(ROOT / "templates"))
    app.config.update(settings.flask_config())
    app.jinja_environment = keeping.Environment
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(navigation.template_context)
    app.jinja_env.globals.update(graphics=graphics)  # The pictures of the face, pure functions of numbers and words.

    db.init_app(app)
    migrate.init_app(app, db.db, directory=str(ROOT / "hackathon" / "migrations"), render_as_batch=True)
    jobs.init_app(app)
    handlers.register()
    for part in (intake, context, sessions, language, headers, failures, addresses, keeping, links):
        part.init_app(app)
    csrf.init_app(app)
    gate.init_app(app)
    health.init_app(app)
    for blueprint in blueprints.ALL:
        app.register_blueprint(blueprint)
    csrf.exempt(api)  # Its account comes from a header that no foreign page can make a browser send.
    for harmless in ("accounts.set_theme", "accounts.set_language"):
        # They choose how pages look; without a token visitors need no session.
        csrf.exempt(app.view_functions[harmless])
    cli.init_app(app)
    _wrap(app, settings)
    return app


def _wrap(app: Flask, settings: Settings) -> None:
    """What stands around the application: static files with far expiry, and the proxies that are believed."""
    static = WhiteNoise(
        app.wsgi_app, root=str(ROOT / "hackathon" / "static"), prefix="static/", allow_all_origins=False, max_age=3600
    )
    app.wsgi_app = static  # type: ignore[method-assign]
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
