"""Whether everything is ready to be used."""

from __future__ import annotations

from flask import Flask

from hackathon.core.db import is_ready


def init_app(app: Flask) -> None:
    @app.get("/healthz")
    def healthz() -> tuple[dict[str, str], int]:
        """200 once the database answers. The server listens only after migrations and demo are in place."""
        is_ready()
        return {"status": "ok"}, 200
