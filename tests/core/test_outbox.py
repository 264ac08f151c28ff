"""Mail: nothing leaves before the commit, nothing is lost, nothing gets into a header."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import Message

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

from hackathon.core import outbox
from hackathon.core.db import db
from hackathon.core.outbox import Mail, MailState, deliver_due, post
from tests.server import free_port

pytestmark = pytest.mark.usefixtures("app")


class Catcher:
    """A mail server that keeps what it gets."""

    def __init__(self) -> None:
        self.got: list[bytes] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:  # noqa: N802 - aiosmtpd's name.
        self.got.append(envelope.content)  # type: ignore[attr-defined]
        return "250 OK"


def only_mail() -> Mail:
    return db.session.scalars(select(Mail)).one()


def test_mail_is_sent_once(now: datetime) -> None:
    catcher = Catcher()
    server = Controller(catcher, hostname="127.0.0.1", port=free_port())
    server.start()
    try:
        post("anna@example.org", "Välkommen", "Hej Åsa!", now=now)
        db.session.commit()
        url = f"smtp://127.0.0.1:{server.port}"
        assert deliver_due(mail_url=url, sender="a@example.org", now=now) == 1
        assert deliver_due(mail_url=url, sender="a@example.org", now=now) == 0
    finally:
        server.stop()
    assert len(catcher.got) == 1
    assert only_mail().state is MailState.SENT


def test_mail_that_was_not_committed_never_leaves(now: datetime) -> None:
    post("anna@example.org", "Välkommen", "Hej", now=now)
    db.session.rollback()
    assert deliver_due(mail_url="", sender="a@example.org", now=now) == 0


def test_server_away_is_tried_again_later_and_given_up_in_the_end(now: datetime) -> None:
    post("anna@example.org", "Välkommen", "Hej", now=now)
    db.session.commit()
    nowhere = f"smtp://127.0.0.1:{free_port()}"
    assert deliver_due(mail_url=nowhere, sender="a@example.org", now=now) == 0
    mail = only_mail()
    assert (mail.state, mail.attempts) == (MailState.QUEUED, 1)
    assert mail.due_at > now
    assert "Refused" in mail.problem
    for _ in range(outbox.MOST_ATTEMPTS):
        deliver_due(mail_url=nowhere, sender="a@example.org", now=now + timedelta(days=1))
        mail = only_mail()
        mail.due_at = now
        db.session.commit()
    assert only_mail().state is MailState.FAILED


def test_line_breaks_do_not_get_into_headers(now: datetime) -> None:
    mail = post("anna@example.org\r\nBcc: all@example.org", "Hej\nX-Evil: 1", "text", now=now)
    assert "\n" not in mail.recipient + mail.subject
    assert Message()["X-Evil"] is None


def test_without_a_server_mail_is_caught(now: datetime) -> None:
    post("anna@example.org", "Välkommen", "Hej", now=now)
    db.session.commit()
    assert deliver_due(mail_url="", sender="a@example.org", now=now) == 1
    assert only_mail().state is MailState.CAUGHT
