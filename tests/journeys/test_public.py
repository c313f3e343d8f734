"""What the network shows to others: an observer reads the week's edition, strangers register for a conference."""

from __future__ import annotations

from playwright.sync_api import expect

from network.digest.models import ActivityKind
from network.permissions import Role
from tests.digest.conftest import Digest
from tests.events.conftest import Events
from tests.factories import Make
from tests.journeys.conftest import Sit, Somebody, Way, both_ways


@both_ways
def test_the_observer_reads_the_edition_of_the_week(sit: Sit, make: Make, digest: Digest, way: Way) -> None:
    network = make.network()
    digest.published(at=digest.last_week())
    digest.edition(network)
    observer = sit(way, make.user(network, [Role.OBSERVER]))
    observer.open("/en/desk/")
    observer.sees("Nothing waits for you")
    observer.click("Read the digest")
    observer.fits()
    observer.page.get_by_role("main").locator("a[href*='/digest/editions/']").first.click()
    observer.sees("Training of lawyers")
    observer.fits()
    observer.page.get_by_role("main").get_by_role("link", name="Training of lawyers").first.click()
    observer.sees("Training of lawyers", "practice")
    observer.fits()


def register(stranger: Somebody, slug: str, number: int) -> None:
    stranger.open(f"/en/events/{slug}")
    stranger.click("Register")
    stranger.page.locator("main [name=email]").fill(f"stranger{number}@example.org")
    stranger.page.locator("main [name=name]").fill(f"Stranger {number}")
    stranger.tick("Nobody")
    stranger.fits()


@both_ways
def test_the_hundredth_gets_the_last_seat_and_the_next_one_waits(
    sit: Sit, make: Make, events: Events, way: Way
) -> None:
    event = events.published(slug="conference", registration_limit=100)
    for number in range(1, 100):
        events.register(event, f"early{number}@example.org")
    last, late = sit(way), sit(way)
    register(last, event.slug, 100)
    register(late, event.slug, 101)  # Both filled in the form while one seat was left.
    last.click("Register")
    last.sees("Your registration is done")
    late.click("Register")
    late.sees("You are on the waiting list")
    late.fits()
    assert events.states(event).count("complete") == 100
    assert events.states(event).count("waitlisted") == 1
    late.open(f"/en/events/{event.slug}")
    expect(late.page.get_by_role("main").get_by_role("link", name="Join the waiting list")).to_be_visible()


@both_ways
def test_a_reader_chooses_what_of_the_digest_to_see(sit: Sit, digest: Digest, way: Way) -> None:
    digest.published()
    digest.published(kind=ActivityKind.SEMINAR, title={"en": "Seminar for village councils"})
    reader = sit(way)
    reader.open("/en/digest/")
    reader.sees("Training of lawyers", "Seminar for village councils")
    kinds = reader.page.get_by_label("Kind", exact=True)
    expect(kinds).to_be_hidden()  # The list begins on the first screen.
    reader.page.get_by_text("Choose what to see", exact=True).click()
    kinds.select_option("Seminar")
    reader.click("Show")
    reader.sees("Seminar for village councils")
    reader.sees_nothing_of("Training of lawyers")
    expect(kinds).to_be_visible()  # What was chosen is seen, and can be taken back.
    expect(kinds).to_have_value("seminar")
    reader.fits()
