"""Security headers stand on every answer, also on failures and files."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from hackathon.app import create_app
from tests.conftest import settings_for
from tests.factories import make_edition


@pytest.mark.parametrize("path", ["/", "/account/sign-in", "/events/skills360", "/no-such-page", "/healthz"])
def test_policy_forbids_everything_inline(client: FlaskClient, path: str) -> None:
    make_edition()
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_cookie_is_kept_from_scripts(client: FlaskClient) -> None:
    cookies = client.get("/account/sign-in").headers.getlist("Set-Cookie")
    assert cookies
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in cookies)


def test_https_sends_hsts(tmp_path: Path) -> None:
    from dataclasses import replace

    app = create_app(replace(settings_for(tmp_path), base_url="https://skills360.example"))
    assert "max-age=31536000" in app.test_client().get("/no-such").headers["Strict-Transport-Security"]


def test_static_files_are_served_with_their_types(client: FlaskClient) -> None:
    with client.get("/static/css/tokens.css") as answer:
        assert answer.status_code == 200
        assert answer.mimetype == "text/css"
    assert client.get("/static/../config.py").status_code == 404
    assert client.get("/static/%2e%2e/%2e%2e/config.py").status_code == 404
