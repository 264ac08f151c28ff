"""What the tests of hostile input send, and where: payloads, the forms that pages offer, and the addresses of every route."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import quote, quote_plus, urljoin, urlsplit

LONG = 10_000

RAW: dict[str, str] = {
    "zero byte": "a%00b",
    "no UTF-8": "%FF%FE",
    "half a character": "%ED%A0%80",
    "an overlong slash": "%C0%AF",
}
"""Percent-encoded bytes that no text decodes to."""

TEXTS: dict[str, str] = {
    "nothing": "",
    "blanks": " \t ",
    "negative": "-1",
    "zero": "0",
    "past a column": "2147483648",
    "past 64 bits": "9223372036854775808",
    "10^30": "1" + "0" * 30,
    "past a float": "9" * 400,
    "past the digits that int() reads": "9" * 5000,
    "no number": "NaN",
    "infinite": "-1e9999",
    "another script's digits": "٣",
    "a digit that is no number": "²",
    "the first day": "0001-01-01",
    "the last moment": "9999-12-31T23:59",
    "no moment": "2026-02-30T25:61",
    "SQL": "' OR 1=1; DROP TABLE idea; --",
    "SQL in LIKE": "%_\\%",
    "template": "{{ 7*7 }}{% include 'layouts/base.html' %}${7*7}",
    "format": "%(name)s %s %n {0.__class__}",
    "path": "../../../../etc/passwd",
    "header": "a\r\nBcc: everybody@example.org",
    "markup": "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>",
    "turned": "\u202e\u2066\u200b\ufeff\u0301",
    "beyond the first plane": "\U0001f4a5" * 3,
    "not a character": "\uffff\ufdd0",
    "JSON": '{"$gt": [null, 1e400]}',
    "ten thousand": "å" * LONG,
}

PAYLOADS: dict[str, str] = RAW | {name: quote_plus(text) for name, text in TEXTS.items()}
"""All of them, percent-encoded as they are sent."""


@dataclass
class Form:
    """A form of a page: where it is sent, and what it would send if nobody touched it."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)

    def encoded(self) -> dict[str, str]:
        return {quote_plus(name): quote_plus(value) for name, value in self.fields.items()}


class FormReader(HTMLParser):
    """Reads the forms of a page that are sent by POST."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.forms, self._form, self._select, self._area = page, list[Form](), Form(""), "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        name, value = said.get("name", ""), said.get("value", "")
        if tag == "form":
            self._form = Form(urlsplit(urljoin(self.page, said.get("action", ""))).path)
            if said.get("method", "get").lower() == "post":
                self.forms.append(self._form)
        elif tag == "select":
            self._select = name
            self._form.fields.setdefault(name, "")
        elif tag == "option" and self._select and ("selected" in said or not self._form.fields[self._select]):
            self._form.fields[self._select] = value
        elif tag == "textarea":
            self._area = name
            self._form.fields.setdefault(name, "")
        elif tag in ("input", "button") and name:
            if said.get("type") in ("radio", "checkbox") and name in self._form.fields and "checked" not in said:
                return
            self._form.fields[name] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self._form.fields[self._area] += data


def forms_of(page: str, html: str) -> list[Form]:
    """The POST forms of a page at this address."""
    reader = FormReader(page)
    reader.feed(html)
    return reader.forms


def form_body(fields: dict[str, str]) -> bytes:
    """The body of a form whose names and values are percent-encoded already."""
    return "&".join(f"{name}={value}" for name, value in fields.items()).encode("ascii")


FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
MULTIPART = "multipart/form-data; boundary=b"


def _part(name: str, value: bytes, more: str = "") -> bytes:
    return f'--b\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + value + b"\r\n"


def odd_bodies(name: str) -> list[tuple[str, str, bytes]]:
    """Bodies that no browser sends, as (what it is, content type, bytes); `name` is a field that the form has."""
    sent = quote_plus(name)
    return [
        ("JSON for a form", JSON, b'{"%s": ["x", {"a": null}]}' % name.encode()),
        ("broken JSON", JSON, b'{"a": '),
        ("deep JSON", JSON, b"[" * 20_000),
        ("JSON with halves of characters", JSON, b'{"%s": "\\ud800\\u0000"}' % name.encode()),
        ("a JSON number past all bounds", JSON, b'{"version": %s, "time_limit": 1e999}' % (b"9" * 5000)),
        ("plain text", "text/plain", b"title=x"),
        ("XML", "application/xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
        ("no content type", "", b"title=x"),
        ("a content type that is none", ";;;=,", b"title=x"),
        ("another character set", FORM + "; charset=utf-16", "title=x".encode("utf-16")),
        ("an unknown character set", FORM + "; charset=no-such-set", b"title=x"),
        ("latin-1", FORM, f"{sent}=".encode() + "åäö".encode("latin-1")),
        ("UTF-16", FORM, f"{sent}=å".encode("utf-16")),
        ("random bytes", FORM, bytes(range(256)) * 4),
        ("300 kB", FORM, f"{sent}=".encode() + b"x" * 300_000),
        ("600 fields", FORM, "&".join(f"f{number}=1" for number in range(600)).encode()),
        ("nothing but separators", FORM, b"&&==&;&=%&%zz=%u0041&"),
        ("a field many times", FORM, "&".join([f"{sent}=1"] * 400).encode()),
        ("arrays", FORM, f"{sent}[]=1&{sent}[0]=2&{sent}[a][b]=3&{sent}.x=4".encode()),
        ("truncated multipart", MULTIPART, _part(name, b"x")[:-9]),
        ("multipart without an end", MULTIPART, _part(name, b"x")),
        ("multipart without a boundary", "multipart/form-data", _part(name, b"x") + b"--b--\r\n"),
        ("multipart with another boundary", "multipart/form-data; boundary=" + "c" * 300, _part(name, b"x") + b"--b--\r\n"),
        ("a file for a text", MULTIPART, _part(name, b"\x89PNG\0\xff", '; filename="../a\\0.png"') + b"--b--\r\n"),
        ("no UTF-8 in multipart", MULTIPART, _part(name, b"\xff\0\xed\xa0\x80") + b"--b--\r\n"),
        ("300 kB in multipart", MULTIPART, _part(name, b"x" * 300_000) + b"--b--\r\n"),
        ("600 parts", MULTIPART, b"".join(_part(f"f{number}", b"1") for number in range(600)) + b"--b--\r\n"),
    ]  # fmt: skip


ODD_HEADERS: list[dict[str, str]] = [
    {"Referer": "http://["},
    {"Referer": "http://localhost/\x01\\"},
    {"Origin": "null", "Referer": "javascript:alert(1)"},
    {"Accept": "*/*;q=nan, application/json;q=1e999"},
    {"Accept": "application/json"},
    {"Accept": "," * 2000},
    {"Accept-Language": "sv;q=" + "9" * 400},
    {"Accept-Encoding": "gzip;q=-1, *;q=x"},
    {"Cookie": "skills360=.x.y; language=../../sv; theme=<script>"},
    {"Cookie": "skills360=" + "e" * 4000},
    {"Cookie": "skills360=.eJwr\xff; =; ;"},
    {"Cookie": "skills360=eyJzaWduX2luIjoxfQ.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb"},
    {"User-Agent": "\xff" * 3000},
    {"If-Modified-Since": "Mon, 99 Foo 99999999999 99:99:99 GMT", "If-None-Match": '"' * 99},
    {"Range": "bytes=-" + "9" * 400},
    {"Range": "bytes=9-1,5-"},
    {"Authorization": "Bearer"},
    {"Authorization": "Bearer \xe5\xff x"},
    {"Authorization": "Basic ====" + "A" * 3000},
    {"Idempotency-Key": "\xff" * 300},
    {"HX-Request": "\xff", "HX-Target": "<"},
    {"X-Forwarded-For": "'; DROP TABLE person", "X-Forwarded-Proto": "gopher", "X-Forwarded-Host": "evil.example"},
    {"Content-Length": "-1"},
    {"Content-Length": "x"},
    {"Content-Encoding": "gzip"},
    {"Transfer-Encoding": "chunked, chunked"},
    {"X-HTTP-Method-Override": "DELETE"},
]
"""Headers that no browser sends; each is a whole set for one request."""

ODD_SEGMENTS = [
    "%00", "%FF", "%ED%A0%80", "0", "-1", "2147483648", "9" * 5000, "x" * LONG, "..", "%2e%2e%2f", "%0d%0a", quote("åäö"),
]  # fmt: skip
"""What stands where an address names an object."""
