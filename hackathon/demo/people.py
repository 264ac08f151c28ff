"""Many people at once, for trying the platform under load."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select

from hackathon.accounts.models import ApiToken, Person
from hackathon.accounts.queries import token_hash
from hackathon.demo.rows import Row, add_rows, read_pairs

DOMAIN = "people.skills360.example"
"""Not the domain of the demo's own people: loading the demo leaves these alone, save for what they are in it."""


def make_people(count: int, *, now: datetime) -> list[str]:
    """Makes so many further people with verified accounts, without password, and a token each; the caller commits.

    Returns lines "email,token". The tokens are not shown again.
    """
    batch = secrets.token_hex(4)
    emails = [f"{batch}-{number:05}@{DOMAIN}" for number in range(1, count + 1)]
    tokens = [f"s360_{secrets.token_urlsafe(32)}" for _ in emails]
    rows: list[Row] = [
        {
            "email": email,
            "name": f"Person {number}",
            "password_hash": None,
            "locale": "sv",
            "email_verified_at": now,
            "disabled_at": None,
            "created_at": now,
        }
        for number, email in enumerate(emails, start=1)
    ]
    add_rows(Person, rows)
    ids = read_pairs(select(Person.email, Person.id).where(Person.email.startswith(f"{batch}-", autoescape=True)))
    add_rows(
        ApiToken,
        [
            {"token_hash": token_hash(token), "person_id": ids[email], "name": "flask demo people", "created_at": now}
            for email, token in zip(emails, tokens, strict=True)
        ],
    )
    return [f"{email},{token}" for email, token in zip(emails, tokens, strict=True)]
