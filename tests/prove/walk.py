"""Walking through the product as its people do: opening what is linked, finding every form on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import lxml.html
from werkzeug.exceptions import HTTPException

from network.web import Kopuro
from tests.pages import Page, Visitor

SEVERAL = {
    "referrals.referral": 4,
    "referrals.ask_move": 4,
    "referrals.case": 2,
    "referrals.part": 13,
    "events.page": 5,
    "events.registrations": 8,
    "digest.activity": 4,
    "admin.member": 3,
    "admin.partner": 7,
}
"""Pages whose forms depend on how far something has come are opened more than once."""
MISSES = 8
"""So many pages of one kind that are not for this person are enough: the way goes on elsewhere."""
NEVER = {"accounts.logout", "accounts.exit_now", "static", "metrics_page"}


@dataclass
class Found:
    """One form as it stands on a page."""

    who: str
    page: str
    action: str
    endpoint: str
    fields: list[tuple[str, str]]
    texts: list[str]
    """Names of what is typed, not chosen."""
    passwords: list[str]
    upload: bool = False

    @property
    def kind(self) -> tuple[str, tuple[str, ...]]:
        return self.endpoint, tuple(sorted({name for name, _value in self.fields} | set(self.texts)))


@dataclass
class Walk:
    """One person's way, breadth first, from the front page, the desk and what is linked from there."""

    app: Kopuro
    who: str
    visitor: Visitor
    pages: list[Page] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)

    def endpoint(self, path: str, method: str = "GET") -> str:
        try:
            rule, _values = self.app.url_map.bind("localhost").match(urlsplit(path).path, method=method)
        except HTTPException:
            return ""
        return str(rule)

    def go(self, *starts: str, most: int = 1000, each: int = 1, several: Mapping[str, int] = SEVERAL) -> Walk:
        """Open what is linked; of each kind of page as many as ``each`` and ``several`` say."""
        waiting, known = list(starts), set(starts)
        while waiting and len(self.pages) < most:
            path = waiting.pop(0)
            endpoint = self.endpoint(path)
            if not endpoint or endpoint in NEVER or self.seen[endpoint] >= several.get(endpoint, each):
                continue
            if self.missed[endpoint] >= MISSES:
                continue
            page = self.visitor.open(path)
            # Read to its end before the next one is asked for: what is streamed holds its request open until then.
            page.response.get_data()
            self.pages.append(page)
            self.seen[endpoint] += page.status < 400
            self.missed[endpoint] += page.status >= 400
            if page.response.mimetype != "text/html" or page.status >= 400:
                continue
            for link in links(page):
                if link not in known and link.startswith(("/en/", "/hsds")):
                    known.add(link)
                    waiting.append(link)
        return self

    def forms(self) -> Iterator[Found]:
        for page in self.pages:
            if page.response.mimetype == "text/html":
                yield from (
                    self._form(page, form) for form in page.tree.xpath("//main//form[@method='post']")
                )

    def _form(self, page: Page, form: Any) -> Found:
        action = urljoin(page.response.request.full_path.rstrip("?"), form.get("action") or "")
        action = action or page.path
        controls = form.xpath(".//input[not(@type) or @type!='hidden'] | .//textarea")
        typed = [c for c in controls if c.tag == "textarea" or c.get("type", "text") not in CHOSEN]
        button = form.xpath(".//button[@name]")
        fields = [(name, value) for name, value in form.form_values()]
        fields += [(b.get("name"), b.get("value") or "") for b in button[:1]]
        return Found(
            self.who,
            page.path,
            action,
            self.endpoint(action, "POST"),
            fields,
            [c.get("name") for c in typed if c.get("type") != "password"],
            [c.get("name") for c in typed if c.get("type") == "password"],
        )


CHOSEN = {"checkbox", "radio", "submit", "button", "file"}


def links(page: Page) -> Iterator[str]:
    """Addresses on a page that a reader could follow, and those that its filters offer."""
    for anchor in page.tree.xpath("//a[@href]"):
        yield urldefrag(urljoin(page.path, anchor.get("href")))[0]


def field_values(told: str, action: str) -> dict[str, str]:
    """What stands in the fields of the form with this action now; nothing where the form is not there."""
    for form in lxml.html.fromstring(told).xpath("//main//form[@method='post']"):
        if urljoin(action, form.get("action") or action) == action:
            controls = form.xpath(".//input[@name] | .//textarea[@name]")
            return {
                str(c.get("name")): str(c.text_content() if c.tag == "textarea" else c.get("value", ""))
                for c in controls
            }
    return {}
