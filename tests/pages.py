"""A person at a browser without script: opens pages, fills in the forms that are there, follows where they lead."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

import lxml.html
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from network.web import Kopuro


@dataclass
class Page:
    """One answer, as a reader sees it."""

    visitor: Visitor
    response: TestResponse
    path: str
    _tree: Any = field(default=None, repr=False)

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def html(self) -> str:
        return self.response.get_data(as_text=True)

    @property
    def tree(self) -> Any:
        if self._tree is None:
            self._tree = lxml.html.fromstring(self.html)
        return self._tree

    @property
    def address(self) -> str:
        """The path with its query, as the address line shows it."""
        return self.response.request.full_path.rstrip("?")

    @property
    def main(self) -> str:
        """The words of the main part, spaces folded."""
        parts = self.tree.xpath("//main")
        return " ".join((parts[0] if parts else self.tree).text_content().split())

    @property
    def title(self) -> str:
        return (self.tree.findtext(".//title") or "").strip()

    def errors(self) -> dict[str, str]:
        """Message by field, as the page shows it beside the field."""
        found: dict[str, str] = {}
        for control in self.tree.xpath("//main//*[@aria-invalid='true']"):
            for ident in (control.get("aria-describedby") or "").split():
                if ident.endswith("-error"):
                    hits = self.tree.xpath(f"//*[@id='{ident}']")
                    found[control.get("name")] = " ".join(hits[0].text_content().split()) if hits else ""
        return found

    def forms(self) -> list[Any]:
        return list(self.tree.xpath("//main//form"))

    def form(self, containing: str | None = None) -> Any:
        """The form of main that has this field or whose button says this; the first one where nothing is named."""
        for form in self.forms():
            if containing is None or form.xpath(f".//*[@name='{containing}']"):
                return form
            words = " ".join(" ".join(b.text_content().split()) for b in form.xpath(".//button"))
            if containing in words:
                return form
        raise AssertionError(f"no form with {containing!r} on {self.path}: {self.main[:400]}")

    def values(self, containing: str | None = None) -> dict[str, Any]:
        """What the form holds now, ready to be sent."""
        kept: dict[str, Any] = {}
        form = self.form(containing)
        for area in form.xpath(".//textarea"):
            # As browsers read it: the line end that follows the tag is not part of the text.
            area.text = (area.text or "").replace("\r\n", "\n").removeprefix("\n")
        for name, value in form.form_values():
            if name in kept:
                kept[name] = [*(kept[name] if isinstance(kept[name], list) else [kept[name]]), value]
            else:
                kept[name] = value
        return kept

    def submit(
        self, fields: dict[str, Any] | None = None, *, containing: str | None = None, follow: bool = True
    ) -> Page:
        """Fill in the form and press its button. ``fields`` replaces what it holds; None takes a field away."""
        form = self.form(containing)
        data = self.values(containing)
        button = form.xpath(".//button[@name]")
        if containing and button:
            pressed = [b for b in button if containing in b.text_content()] or button[:1]
            data.setdefault(pressed[0].get("name"), pressed[0].get("value") or "")
        data.update(fields or {})
        data = {name: value for name, value in data.items() if value is not None}
        action = urljoin(self.address, form.get("action") or self.address)
        if (form.get("method") or "get").lower() == "get":
            return self.visitor.open(action, query_string=data, follow=follow)
        return self.visitor.post(action, data, follow=follow)

    def link(self, words: str) -> str:
        """Where the link with these words leads."""
        for anchor in self.tree.xpath("//a[@href]"):
            if words in " ".join(anchor.text_content().split()):
                return str(anchor.get("href"))
        raise AssertionError(f"no link {words!r} on {self.path}")

    def follow(self, words: str) -> Page:
        return self.visitor.open(urljoin(self.path, self.link(words)))


class Visitor:
    """One browser, with its cookies."""

    def __init__(self, app: Kopuro) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()

    def open(self, path: str, *, follow: bool = True, **kw: Any) -> Page:
        response = self.client.get(path, follow_redirects=follow, **kw)
        return Page(self, response, response.request.path if follow else path)

    def post(self, path: str, data: dict[str, Any], *, follow: bool = True, **kw: Any) -> Page:
        response = self.client.post(path, data=data, follow_redirects=follow, **kw)
        return Page(self, response, response.request.path if follow else path)

    def token(self, path: str) -> str:
        """A CSRF token from the first form of this page, for requests that no form makes."""
        return str(self.open(path).tree.xpath("//input[@name='csrf_token']/@value")[0])
