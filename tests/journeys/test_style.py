"""A page that is kept carries only the rules it can use: in a real browser, nothing that matches is missing from it."""

from __future__ import annotations

from typing import Any

from flask import request_finished
from playwright.sync_api import Response

from network.web import Kopuro
from tests.directory.conftest import Directory, directory
from tests.events.conftest import Events
from tests.journeys.conftest import Sit, Somebody

__all__ = ["directory"]

RULES = """() => {
    const found = [];
    const walk = (rules, under) => { for (const rule of rules) {
        if (!rule.selectorText) { walk(rule.cssRules, under + rule.conditionText); continue; }
        for (const one of rule.selectorText.split(/,(?![^(]*\\))/)) {
            const plain = one.replace(/::[\\w-]+|:(hover|focus-visible|focus|target)/g, '').trim() || '*';
            found.push([under, one.trim(), rule.style.cssText, document.querySelector(plain) !== null]);
        }
    } };
    walk(document.styleSheets[0].cssRules, '');
    return found;
}"""
"""Every rule as the browser read it, selector by selector: its condition, selector and words, and whether it matches."""


def read(somebody: Somebody, path: str) -> tuple[Response, list[Any]]:
    answer = somebody.open(path)
    rules = [tuple(rule) for rule in somebody.page.evaluate(RULES)]
    assert somebody.page.locator("body").evaluate("body => getComputedStyle(body).display") == "flex", path
    return answer, rules


def test_every_rule_that_matches_is_on_the_kept_page_and_it_keeps_its_style_when_it_is_read_again(
    app: Kopuro, sit: Sit, directory: Directory, events: Events
) -> None:
    organization = directory.organization()
    directory.phone(organization, hotline=True)
    paths = (
        "/en/",
        "/ru/directory/",
        f"/uz/directory/organizations/{organization.slug}",
        f"/ky/events/{events.published().slug}",
        "/tg/digest/",
    )
    answered: list[int] = []

    def note(_app: Kopuro, response: Any, **_more: Any) -> None:
        answered.append(response.status_code)

    for path in paths:
        first, second = sit(), sit()
        made, whole = read(first, path)
        kept, fitted = read(second, path)
        assert (made.headers["content-encoding"], kept.headers["content-encoding"]) == ("gzip", "br"), path
        assert len(fitted) < len(whole), path
        assert [rule for rule in whole if rule in fitted] == fitted, f"{path}: another rule, or another order"
        missing = [rule for rule in whole if rule[3] and rule not in fitted]
        assert not missing, (path, missing)
        # Each has a page of their own, and both are told that it is unchanged; the journey fails where the browser
        # complains of the policy.
        for reader, rules in ((first, whole), (second, fitted)):
            answered.clear()
            with request_finished.connected_to(note, app):
                _answer, again = read(reader, path)
            assert (again, answered[0]) == (rules, 304), path
