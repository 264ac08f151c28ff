"""Text that people wrote, shown as Markdown without anything that could run. How it is cleaned: hackathon/core/text.py."""

from __future__ import annotations

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = {"p", "br", "em", "strong", "ul", "ol", "li", "blockquote", "code", "pre", "a", "hr"}
"""No headings: those of the page stay in order. No pictures: nothing is loaded from elsewhere."""

_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(["heading", "lheading", "image"])


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
