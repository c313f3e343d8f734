"""A browser on a bad line: it fills in the forms that are there, and sends again what got no answer."""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import lxml.html

FORM = "application/x-www-form-urlencoded"
PATIENCE = 120
"""Seconds after which nobody tries any more; a server that comes back at all answers long before."""


@dataclass(frozen=True)
class Answer:
    """What the browser shows at last."""

    path: str
    status: int
    headers: dict[str, str]
    html: str

    @property
    def location(self) -> str:
        """The path that a redirect names."""
        return urlsplit(self.headers["location"]).path

    def form(self, containing: str) -> tuple[str, dict[str, Any]]:
        """Where the form with this field leads, or the one that leads to an address with this end; and what it holds."""
        for form in lxml.html.fromstring(self.html).xpath("//main//form"):
            action = urljoin(self.path, form.get("action") or self.path)
            if form.xpath(f".//*[@name='{containing}']") or action.endswith(containing):
                return action, dict(form.form_values())
        raise AssertionError(f"no form with {containing!r} on {self.path}: {self.html[:500]}")


@dataclass
class Browser:
    """One person's browser. ``tally`` counts what went wrong on the way, for all browsers of a test together."""

    port: int
    token: str
    chance: random.Random
    tally: Counter[str]
    drops: float = 0.0
    """How often the line breaks after a form was sent, so that its answer never comes."""
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.cookies["session"] = self.token

    def open(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, fields: dict[str, Any]) -> Answer:
        """Send a form until it is answered: the same words with the same key, each time."""
        return self._ask("POST", path, urlencode(fields, doseq=True).encode())

    def once(self, method: str, path: str, body: bytes | None = None) -> Answer:
        """One try. Raises what the line raises."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        headers |= {"Content-Type": FORM} if body is not None else {}
        try:
            connection.request(method, path, body, headers)
            if body is not None and self.chance.random() < self.drops:
                self.tally["hung up"] += 1
                raise ConnectionAbortedError
            response = connection.getresponse()
            html = response.read().decode()
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        told = {name.lower(): value for name, value in response.getheaders()}
        return Answer(path, response.status, told, html)

    def _ask(self, method: str, path: str, body: bytes | None = None) -> Answer:
        deadline = time.monotonic() + PATIENCE
        while True:
            assert time.monotonic() < deadline, f"no answer to {method}"
            try:
                answer = self.once(method, path, body)
            except (OSError, http.client.HTTPException):
                self.tally["no answer"] += 1
                time.sleep(self.chance.uniform(0, 0.1))
                continue
            self.tally[str(answer.status)] += 1
            if answer.status != 503:
                return answer
            # A person would wait as long as the page asks; the server must bear those who do not.
            assert int(answer.headers["retry-after"]) > 0
            time.sleep(self.chance.uniform(0.2, 1))


class Progress:
    """How many submissions were acknowledged, for whoever waits for the next ones."""

    def __init__(self) -> None:
        self._more = threading.Condition()
        self.done: dict[int, str] = {}
        self.failed = False

    def note(self, number: int, path: str) -> None:
        with self._more:
            self.done[number] = path
            self._more.notify_all()

    def fail(self) -> None:
        with self._more:
            self.failed = True
            self._more.notify_all()

    def reaches(self, count: int) -> bool:
        """Wait until so many are done; whether it is worth going on."""
        with self._more:
            assert self._more.wait_for(lambda: self.failed or len(self.done) >= count, PATIENCE)
            return not self.failed
