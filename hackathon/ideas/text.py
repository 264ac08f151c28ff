"""Text that people wrote: cleaned before it is kept, and shown as Markdown without anything that could run."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = {"p", "br", "em", "strong", "ul", "ol", "li", "blockquote", "code", "pre", "a", "hr"}
"""No headings: those of the page stay in order. No pictures: nothing is loaded from elsewhere."""

_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Signs that turn the direction of the text around them, also of text that is not theirs."""

_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(["heading", "lheading", "image"])


def clean(text: str) -> str:
    """The text as it is kept: composed characters, plain line breaks, no control characters, no blanks around it.

    What no database can hold (zero bytes, lone surrogates) is dropped.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(sign for sign in text if sign in "\n\t" or _is_kept(sign)).strip()


def _is_kept(sign: str) -> bool:
    return unicodedata.category(sign) not in ("Cc", "Cs") and sign not in _TURNING


def clean_line(text: str) -> str:
    """The same for a text of one line."""
    return " ".join(clean(text).split())


@lru_cache(maxsize=2048)
def render(text: str) -> Markup:
    """Markdown as HTML that is safe to show: made without raw HTML, then reduced to known tags and addresses."""
    if not text:
        return Markup("")
    html = nh3.clean(
        _markdown.render(text),
        tags=TAGS,
        attributes={"a": {"href"}, "*": set()},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow ugc noopener noreferrer",
    )
    return Markup(html)  # noqa: S704 - nh3 has reduced it to the tags above.
