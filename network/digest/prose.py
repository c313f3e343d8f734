"""Text as members write it, Markdown, made into HTML that can do nothing but be read."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_TAGS = {
    "p", "br", "strong", "em", "s", "ul", "ol", "li", "blockquote", "h2", "h3", "h4", "hr", "a", "code", "pre",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
# No image: it would be fetched from a stranger's server, which then knows who reads.
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = {"https", "http", "mailto", "tel"}


@cache
def _reader() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("js-default", {"html": False, "linkify": False, "typographer": False})


@lru_cache(maxsize=256)
def html(text: str, *, top: int = 2) -> Markup:
    """Safe HTML of a Markdown text. ``top`` is the level of its highest headings: the page has its own above them."""
    import nh3

    markdown = _reader()
    tokens = markdown.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + top - 1, 4)}"
    made = markdown.renderer.render(tokens, markdown.options, {})
    clean = nh3.clean(
        made,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
        url_relative="deny",  # In a feed reader a relative address leads nowhere.
    )
    return Markup(clean)  # noqa: S704 - cleaned in the line above.


def plain(text: str, *, longest: int = 300) -> str:
    """The words of a Markdown text, for where no HTML can stand; cut at a blank."""
    import html as entities

    words = entities.unescape(re.sub(r"<[^>]+>", " ", html(text)))
    folded = " ".join(words.split())
    if len(folded) <= longest:
        return folded
    return folded[:longest].rsplit(" ", 1)[0] + " …"
