"""The rules of a style sheet that one page can use, and no others.

Pure: a sheet and a page go in, a shorter sheet comes out. A rule is left out only when an element, class, id or
attribute that it asks for stands nowhere on the page; how these stand to each other, what an attribute says, and what
a pseudo-class means are not asked, so that what is left is rather too much than too little.
"""

from __future__ import annotations

import functools
import hashlib
import re
from base64 import b64encode
from dataclasses import dataclass
from html.parser import HTMLParser

LATER = frozenset({"html", "head", "body", "tbody", "p", ".gone", ".unseen", "[hidden", "[role", "[open"})
"""What comes to stand on a page though its text has it not: the browser and ``network.js`` put it there."""

BRACE = re.compile("[{}]")
ASKED = re.compile(r"\[([\w-]+)[^\]]*\]|([.#]?)(-?[a-zA-Z_][\w-]*)")


def source(css: str) -> str:
    """What a Content-Security-Policy calls the style of this very text (CSP 3, hash-source)."""
    digest = b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return f"'sha256-{digest}'"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule with what each of its selectors asks for, or a block of rules under a condition (``@media``)."""

    head: str
    body: str
    selectors: tuple[tuple[str, frozenset[str]], ...] = ()
    rules: tuple[Rule, ...] = ()

    def kept(self, there: frozenset[str]) -> str:
        """Its text without selectors that can match nothing; empty when none is left."""
        if self.rules:
            inside = "".join(rule.kept(there) for rule in self.rules)
            return f"{self.head}{{{inside}}}" if inside else ""
        if not self.selectors:
            return f"{self.head}{{{self.body}}}"
        heads = ",".join(text for text, asked in self.selectors if asked <= there)
        return f"{heads}{{{self.body}}}" if heads else ""


class Sheet:
    """A style sheet as ``face.compact`` leaves it: without comments, a brace only where a block begins or ends."""

    def __init__(self, css: str) -> None:
        self.text = css

    @functools.cached_property
    def rules(self) -> tuple[Rule, ...]:
        """Read when the first page is fitted, so that no start waits for it."""
        return _rules(self.text)

    def for_page(self, html: bytes) -> str:
        """What of it the page can use, in the same order."""
        there = frozenset(_Names(html).found)
        return "".join(rule.kept(there) for rule in self.rules)


def _rules(css: str) -> tuple[Rule, ...]:
    found: list[Rule] = []
    begin = 0
    while begin < len(css):
        opening = css.index("{", begin)
        head, end, depth = css[begin:opening], opening + 1, 1
        while depth:
            brace = BRACE.search(css, end)
            if brace is None:
                raise ValueError(f"the block of {head!r} has no end")
            depth += 1 if brace[0] == "{" else -1
            end = brace.end()
        body = css[opening + 1 : end - 1]
        if head.startswith("@media"):
            found.append(Rule(head, body, rules=_rules(body)))
        elif head.startswith("@"):
            found.append(Rule(head, body))
        else:
            found.append(Rule(head, body, tuple((each, _asked(each)) for each in _selectors(head))))
        begin = end
    return tuple(found)


def _selectors(head: str) -> list[str]:
    """The list between its commas; those in brackets belong to one selector."""
    found, depth = [""], 0
    for letter in head:
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(letter, 0)
        if letter == "," and not depth:
            found.append("")
        else:
            found[-1] += letter
    return found


def _asked(selector: str) -> frozenset[str]:
    """The names without which it matches nothing: ``main``, ``.row``, ``#help``, ``[rel``.

    What stands in round brackets is not asked: ``:not(.a)`` matches where there is no ``.a``, ``:is(.a, .b)`` where
    there is one of them.
    """
    while "(" in selector:
        selector = re.sub(r"\([^()]*\)", "", selector)
    plain = re.sub(r"::?[\w-]+", "", selector)
    return frozenset(
        f"[{attribute.lower()}" if attribute else mark + (name if mark else name.lower())
        for attribute, mark, name in ASKED.findall(plain)
    )


class _Names(HTMLParser):
    """Every element, class, id and attribute of a page, written as selectors ask for them. Python's own parser: once
    for a page it is quick enough, and a web process starts without heavy libraries.
    """

    def __init__(self, html: bytes) -> None:
        super().__init__()
        self.found = set(LATER)
        self.feed(html.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        for name, value in attrs:
            self.found.add(f"[{name}")
            if name == "class":
                self.found.update(f".{one}" for one in (value or "").split())
            elif name == "id":
                self.found.add(f"#{value}")
