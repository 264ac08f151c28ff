"""Files with ideas: few kinds, checked by content, given back as downloads that no browser runs, to those who may read the idea."""

from __future__ import annotations

import io
import zipfile

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from hackathon.core.db import db
from hackathon.core.errors import Invalid
from hackathon.core.uploads import MOST_ENTRIES, checked_file
from hackathon.ideas import attachments
from hackathon.ideas.attachments import MOST_BYTES, MOST_FILES
from hackathon.ideas.models import AttachmentData, IdeaAttachment
from hackathon.ideas.rules import Stage
from tests.conftest import SeparateClient
from tests.factories import make_edition, sign_in
from tests.ideas.factories import make_idea, participant

IDEAS = "/events/skills360/ideas"
PDF = b"%PDF-1.7\nen skiss"


def office(folder: str = "word/", *, extra: str = "", size: int = 10) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr(f"{folder}document.xml", b"0" * size)
        if extra:
            archive.writestr(extra, "x")
    return held.getvalue()


def send(client: SeparateClient, name: str = "skiss.pdf", data: bytes = PDF) -> TestResponse:
    answer: TestResponse = client.post(f"{IDEAS}/1/files", data={"file": (io.BytesIO(data), name)})
    return answer


@pytest.fixture
def author(app: Flask) -> SeparateClient:
    edition = make_edition()
    person = participant(edition)
    make_idea(edition, person, number=1)
    client: SeparateClient = sign_in(app.test_client(), person)  # type: ignore[assignment]
    return client


def test_file_is_added_downloaded_and_taken_away(app: Flask, author: SeparateClient) -> None:
    assert send(author).status_code == 303
    number = db.session.query(IdeaAttachment).one().id
    assert "skiss.pdf" in app.test_client().get(f"{IDEAS}/1").text
    answer = app.test_client().get(f"{IDEAS}/1/files/{number}")
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"] == "attachment; filename=skiss.pdf"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.content_type == "application/pdf"
    assert author.post(f"{IDEAS}/1/files", data={"remove": str(number)}).status_code == 303
    assert db.session.query(AttachmentData).count() == 0
    assert app.test_client().get(f"{IDEAS}/1/files/{number}").status_code == 404


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("sida.html", b"<script>alert(1)</script>"), ("bild.svg", b"<svg onload=alert(1)>"), ("skiss", PDF), ("pdf", PDF),
        ("skiss.pdf", b"<html>"), ("bild.png", PDF), ("bild.jpg", b"\x89PNG\r\n\x1a\n"), ("bild.webp", b"RIFF0000AVI "),
        ("text.txt", b"a\x00b"), ("text.csv", b"\xff\xfe\x00"), ("tom.txt", b""), ("brev.docx", b"PK\x03\x04"),
        ("brev.docx", office("xl/")), ("brev.docx", office(extra="word/vbaProject.bin")), ("x" * 130 + ".pdf", PDF),
        ("bomb.xlsx", office("xl/", size=101 * 2**20)), ("program.exe", b"MZ"), ("skiss.pdf.html", PDF),
    ],
)  # fmt: skip
def test_file_that_is_not_what_it_says_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(Invalid):
        checked_file(name, data, most_bytes=MOST_BYTES)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/skiss.pdf", "skiss.pdf"), ("C:\\mapp\\skiss.pdf", "skiss.pdf"), ("SKISS.PDF", "SKISS.PDF"),
        ("ski\u202ess.pdf", "skiss.pdf"), ("rad\nbryt.pdf", "rad bryt.pdf"), ("åäö.pdf", "åäö.pdf"),
    ],
)  # fmt: skip
def test_name_of_a_file_has_no_folders_and_no_tricks(name: str, kept: str) -> None:
    assert checked_file(name, PDF, most_bytes=MOST_BYTES).name == kept


def test_kinds_that_are_taken() -> None:
    files = {
        "a.pdf": PDF, "a.png": b"\x89PNG\r\n\x1a\n.", "a.jpg": b"\xff\xd8\xff.", "a.webp": b"RIFF0000WEBP.",
        "a.txt": "åäö".encode(), "a.csv": b"a;b", "a.docx": office(), "a.xlsx": office("xl/"), "a.pptx": office("ppt/"),
    }  # fmt: skip
    for name, data in files.items():
        assert checked_file(name, data, most_bytes=MOST_BYTES).data == data
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(MOST_ENTRIES + 1):
            archive.writestr(f"word/{number}", "")
    with pytest.raises(Invalid):
        checked_file("a.docx", many.getvalue(), most_bytes=MOST_BYTES)


def test_too_large_and_too_many_are_refused(
    app: Flask, author: SeparateClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "MOST_BYTES", 1000)
    monkeypatch.setattr(app.view_functions["ideas.files"], "most_bytes", 3000)
    assert send(author, data=b"%PDF-" + b"0" * 1000).status_code == 422
    assert send(author, data=b"%PDF-" + b"0" * 3000).status_code == 413
    for _ in range(MOST_FILES):
        assert send(author).status_code == 303
    assert send(author).status_code == 409
    assert db.session.query(IdeaAttachment).count() == MOST_FILES
    assert author.post(f"{IDEAS}/1/files", data={}).status_code == 422


def test_only_those_who_may_change_the_idea_add_files(app: Flask, author: SeparateClient) -> None:
    send(author)
    edition_person = participant(make_edition("other"))
    stranger = sign_in(app.test_client(), edition_person)
    assert send(stranger).status_code == 403  # type: ignore[arg-type]
    assert db.session.query(IdeaAttachment).count() == 1


def test_file_of_an_unpublished_idea_is_not_read(app: Flask, author: SeparateClient) -> None:
    send(author)
    number = db.session.query(IdeaAttachment).one().id
    from tests.ideas.test_history import idea

    idea().stage = Stage.DRAFT
    db.session.commit()
    assert app.test_client().get(f"{IDEAS}/1/files/{number}").status_code == 404
    assert author.get(f"{IDEAS}/1/files/{number}").status_code == 200


def test_no_other_view_takes_a_file(author: SeparateClient) -> None:
    answer = author.post(f"{IDEAS}/1/comment", data={"text": "x", "file": (io.BytesIO(PDF), "skiss.pdf")})
    assert answer.status_code == 415
