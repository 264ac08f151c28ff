"""Mail leaves through an outbox: written in the transaction that it tells of, sent by the worker after the commit."""

from __future__ import annotations

import enum
import smtplib
import ssl
from datetime import datetime, timedelta
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from sqlalchemy import Index, select
from sqlalchemy.orm import Mapped, mapped_column

from hackathon.core.db import db
from hackathon.core.model import Identified, enum_type

MOST_ATTEMPTS = 6
FIRST_PAUSE = timedelta(seconds=30)
SMTP_TIMEOUT_SECONDS = 10


class MailState(enum.StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    CAUGHT = "caught"  # no mail server is set: kept to be read on the demo's mail page
    FAILED = "failed"


class Mail(Identified):
    """One message to one person."""

    __tablename__ = "mail"
    __table_args__ = (Index("ix_mail_due", "state", "due_at"),)

    recipient: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    state: Mapped[MailState] = mapped_column(enum_type(MailState), default=MailState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(default="")


def post(recipient: str, subject: str, body: str, *, now: datetime) -> Mail:
    """Puts a message into the outbox, in the transaction at hand. Line breaks cannot get into a header."""
    mail = Mail(recipient=_one_line(recipient), subject=_one_line(subject), body=body, created_at=now, due_at=now)
    db.session.add(mail)
    return mail


def deliver_due(*, mail_url: str, sender: str, now: datetime, most: int = 50) -> int:
    """Sends what is due, each message in a transaction of its own; returns how many left. A failure is tried again, later each time."""
    due = select(Mail.id).where(Mail.state == MailState.QUEUED, Mail.due_at <= now).order_by(Mail.id).limit(most)
    ids = list(db.session.scalars(due))
    db.session.rollback()
    sent = 0
    for mail_id in ids:
        mail = db.session.scalar(select(Mail).where(Mail.id == mail_id).with_for_update(skip_locked=True))
        if mail is None or mail.state is not MailState.QUEUED:
            db.session.rollback()
            continue
        _deliver(mail, mail_url, sender, now)
        sent += mail.state in (MailState.SENT, MailState.CAUGHT)
        db.session.commit()
    return sent


def _deliver(mail: Mail, mail_url: str, sender: str, now: datetime) -> None:
    mail.attempts += 1
    if not mail_url:
        mail.state = MailState.CAUGHT
        return
    try:
        _send(mail, mail_url, sender)
    except (OSError, smtplib.SMTPException) as error:
        mail.problem = f"{type(error).__name__}: {error}"[:500]
        mail.due_at = now + FIRST_PAUSE * 2**mail.attempts
        if mail.attempts >= MOST_ATTEMPTS:
            mail.state = MailState.FAILED
    else:
        mail.state, mail.sent_at = MailState.SENT, now


def _send(mail: Mail, mail_url: str, sender: str) -> None:
    server = urlsplit(mail_url)
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, mail.recipient, mail.subject
    message["Message-ID"] = (
        f"<mail-{mail.id}@{server.hostname}>"  # The same at each attempt, so that doubles can be told.
    )
    message.set_content(mail.body)
    with smtplib.SMTP(server.hostname or "localhost", server.port or 25, timeout=SMTP_TIMEOUT_SECONDS) as smtp:
        if server.username:
            smtp.starttls(context=ssl.create_default_context())
            smtp.login(unquote(server.username), unquote(server.password or ""))
        smtp.send_message(message)


def _one_line(text: str) -> str:
    return " ".join(text.split())
