"""What people wrote is cleaned, and shown without anything that could run."""

from __future__ import annotations

import re
import time

import pytest

from hackathon.core.text import clean, clean_line
from hackathon.ideas.text import render

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "[press](javascript:alert(1))",
    "[press](JaVaScRiPt:alert(1))",
    "[press](&#106;avascript:alert(1))",
    "[press](data:text/html,<script>alert(1)</script>)",
    "[press](vbscript:x)",
    "<javascript:alert(1)>",
    "![x](x onerror=alert(1))",
    "[x](https://example.org 'a\" onmouseover=alert(1) b')",
    "<a href='javascript:alert(1)'>x</a>",
    "<style>*{display:none}</style>",
    "<iframe src=//example.org></iframe>",
    "<form action=//example.org><input name=x></form>",
    "{{ 7*7 }}{% raw %}",
    "'-alert(1)-'",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "<!--><script>alert(1)</script>-->",
    "`<script>alert(1)</script>`",
    "    <script>alert(1)</script>",
]
HARMLESS = re.compile(
    r"</?(p|br|em|strong|ul|ol|li|blockquote|code|pre|hr)( /)?>|</a>"
    r'|<a href="(https?://|mailto:|[^":&]*")[^"<>]*"? ?rel="nofollow ugc noopener noreferrer">'
)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_markdown_yields_known_tags_alone(payload: str) -> None:
    left = HARMLESS.sub("", str(render(payload)))
    assert "<" not in left, left


def test_markdown_keeps_what_people_need() -> None:
    html = str(render("Vi *börjar* **nu**.\n\n- ett\n- två\n\n[läs](https://example.org/a?b=1&c=2)"))
    assert "<em>börjar</em>" in html
    assert html.count("<li>") == 2
    assert 'href="https://example.org/a?b=1&amp;c=2"' in html


def test_markdown_makes_no_headings() -> None:
    assert "<h" not in str(render("# Rubrik\n\nRubrik\n======\n\n## Två"))


@pytest.mark.parametrize(
    "text", ["*a_" * 1600, "[" * 5000, "> " * 2500, "![](" * 1200, "**a" * 1600, "<" * 5000, "`" * 5000]
)
def test_markdown_of_hostile_length_ends_soon(text: str) -> None:
    begin = time.process_time()
    render(text[:5000])
    assert time.process_time() - begin < 2


def test_clean_drops_what_no_database_holds() -> None:
    assert clean("a\x00b\x1b\ud800c") == "abc"
    assert clean("  rad ett\r\nrad två\r  ") == "rad ett\nrad två"
    assert clean("a\u0308") == "ä"
    assert clean("abc\u202edef\u2066") == "abcdef"
    assert clean("👩\u200d💻") == "👩\u200d💻"


def test_clean_line_holds_one_line() -> None:
    assert clean_line(" två\n ord \t här ") == "två ord här"
