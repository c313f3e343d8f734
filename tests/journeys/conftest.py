"""People at real browsers: Chromium against the application as it is served, over the database of the test.

Chromium is found by ``CHROMIUM=`` or on the PATH. Where there is none the journeys are skipped, and say so; with
``REQUIRE_BROWSER=1`` that is a failure.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from network.web import Kopuro
from tests.digest.conftest import digest
from tests.events.conftest import events
from tests.factories import Person
from tests.referrals.conftest import valley

__all__ = ["digest", "events", "valley"]

FLAGS = (
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
)
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}
PATIENCE = 60_000
"""Milliseconds for a page on a busy machine; nothing waits this long when all is well."""


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where the browser is."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if found and os.access(found, os.X_OK):
        return found
    told = "LOUD: no Chromium found (CHROMIUM= or PATH), so no journey was made in a browser"
    if os.environ.get("REQUIRE_BROWSER"):
        pytest.fail(told)
    pytest.skip(told)


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One Chromium for the whole run; each person gets a context of her own in it."""
    sandbox = [] if os.geteuid() else ["--no-sandbox"]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, *sandbox])
        yield running
        running.close()


class _Quiet(WSGIRequestHandler):
    """Addresses are not logged, here as little as when the site is served."""

    def log(self, *_said: object) -> None:
        pass


@pytest.fixture(scope="session")
def address(served: Kopuro) -> Iterator[str]:
    """The application behind a real socket, several requests at a time."""
    server = make_server("127.0.0.1", 0, served, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Somebody:
    """A person at a browser. What the browser complains about is kept, and fails the journey at its end."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Response:
        """Type an address."""
        response = self.page.goto(self.address + path)
        assert response is not None
        return response

    def sign_in(self, person: Person, *, language: str = "en") -> None:
        """By the form, as everybody does."""
        self.open(f"/{language}/login")
        self.page.locator("main [name=email]").fill(person.email)
        self.page.locator("main [name=password]").fill(person.passphrase)
        self.page.locator("main form:has([name=password]) button:not([type=button])").click()
        expect(self.page).to_have_url(f"{self.address}/{language}/desk/")

    def click(self, words: str, *, exact: bool = True) -> None:
        """Press the button, or follow the link, with these words in the main part."""
        main = self.page.get_by_role("main")
        main.get_by_role("button", name=words, exact=exact).or_(
            main.get_by_role("link", name=words, exact=exact)
        ).first.click()

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).fill(text)

    def tick(self, *labels: str) -> None:
        for label in labels:
            self.page.get_by_label(label, exact=True).check()

    def main(self) -> str:
        """The words of the page."""
        return " ".join(self.page.get_by_role("main").inner_text().split())

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.address)

    def sees(self, *words: str) -> None:
        shown = self.main()
        for each in words:
            assert each in shown, f"{each!r} is not on {self.path}: {shown[:1500]}"

    def sees_nothing_of(self, *words: str) -> None:
        html = self.page.content()
        for each in words:
            assert each not in html, f"{each!r} is on {self.path}"

    def fits(self) -> None:
        """Nothing makes the page wider than the window."""
        self.page.wait_for_load_state("domcontentloaded")
        # The locator waits for the root of the page that comes; a bare script may meet the moment between two pages.
        wide = self.page.locator("html").evaluate("root => root.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{self.path} is {wide} px too wide"


@dataclass(frozen=True)
class Way:
    """How a browser is set up: with or without script, on a phone or a desk."""

    name: str
    script: bool
    window: dict[str, int]


DESK = Way("script, desktop", True, DESKTOP)
VILLAGE = Way("no script, phone", False, PHONE)
both_ways = pytest.mark.parametrize("way", [DESK, VILLAGE], ids=lambda way: way.name)

Sit = Callable[..., Somebody]


@pytest.fixture
def sit(app: Kopuro, browser: Browser, address: str) -> Iterator[Sit]:
    """``sit(way)``: somebody new sits down at a browser of her own. ``sit(way, person)``: she is signed in already."""
    contexts: list[BrowserContext] = []
    people: list[Somebody] = []

    def down(way: Way = DESK, person: Person | None = None, **options: Any) -> Somebody:
        context = browser.new_context(
            java_script_enabled=way.script, viewport=way.window, locale="en", **options
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        somebody = Somebody(context.new_page(), address)
        somebody.page.on("pageerror", lambda error: somebody.complaints.append(str(error)))
        somebody.page.on("console", lambda said: _note(somebody, said))
        somebody.page.on("response", lambda answer: _note_failure(somebody, answer))
        people.append(somebody)
        if person is not None:
            context.add_cookies([{"name": "session", "value": person.token(), "url": address}])
        return somebody

    yield down
    for context in contexts:
        context.close()
    complaints = [words for somebody in people for words in somebody.complaints]
    assert not complaints, complaints


def _note_failure(somebody: Somebody, answer: Response) -> None:
    if answer.status >= 500:
        somebody.complaints.append(f"{answer.status} {answer.url}")


def _note(somebody: Somebody, said: Any) -> None:
    """Errors of script and policy; that a page was 404 or 422 is the page's to tell."""
    if said.type == "error" and "Failed to load resource" not in said.text:
        somebody.complaints.append(said.text)
