"""What a WSGI server and the `flask` command load."""

from __future__ import annotations

from hackathon.app import create_app

app = create_app()
