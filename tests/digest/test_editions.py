"""Editions: compiled by the clock, exactly once whatever dies, published on time, with the coordinator's note."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import time_machine
from sqlalchemy import select

from network.digest.models import ActivityKind, Edition, EditionState, Visibility
from network.digest.services import editions
from network.directory import services as directory_services
from network.directory.models import Organization
from network.directory.models import Visibility as Audience
from network.events.models import EventVisibility
from network.events.services import planning
from network.permissions import Role
from network.scheduler.work import begin_periods, do_due
from network.tenancy import Actor, Tenant
from network.web import Kopuro
from tests.digest.conftest import Digest
from tests.directory.conftest import Directory, organization_draft
from tests.events.conftest import Events, organiser, plan
from tests.factories import Make
from tests.pages import Visitor

CANARY = "zorglub-canary"
MONDAY = datetime.date(2007, 4, 23)
SUNDAY_NIGHT = datetime.datetime(2007, 4, 29, 18, 30, tzinfo=datetime.UTC)  # Already Monday in Osh.
AFTER = datetime.datetime(2007, 4, 30, 0, 1, tzinfo=datetime.UTC)  # Monday, 06:01 in Osh.
EVENING = datetime.datetime(2007, 4, 30, 12, 1, tzinfo=datetime.UTC)  # 18:01.
UTC = datetime.UTC


def all_editions(app: Kopuro, network: Tenant) -> list[Edition]:
    with app.database.unit_of_work(Actor.clock(network.id)) as session:
        return list(session.scalars(select(Edition).order_by(Edition.period_from)))


def turn(app: Kopuro) -> None:
    begin_periods(app)
    do_due(app)


def test_the_clock_opens_an_edition_on_monday_and_publishes_it_in_the_evening(
    app: Kopuro, make: Make, digest: Digest, visitor: Callable[[], Visitor]
) -> None:
    network, member = make.network(), make.tenant()
    path = "/en/digest/editions/2007-week-17"
    with time_machine.travel(datetime.datetime(2007, 4, 24, 9, tzinfo=UTC), tick=False):
        turn(app)  # The installation's first start.
        digest.published(member, title={"en": "Launch in Osh"})
    with time_machine.travel(AFTER, tick=False):
        turn(app)
        [edition] = all_editions(app, network)
        assert edition.state is EditionState.OPEN
        assert (edition.period_from, edition.period_to) == (MONDAY, datetime.date(2007, 4, 29))
        assert visitor().open(path).status == 404
    with time_machine.travel(EVENING, tick=False):
        turn(app)
        page = visitor().open(path)
        assert page.status == 200 and "Launch in Osh" in page.main and "Kyrgyzstan" in page.main
        assert "Week 17: 23 April 2007 – 29 April 2007" in visitor().open("/en/digest/").main


def test_all_editions_have_a_page(make: Make, digest: Digest, visitor: Callable[[], Visitor]) -> None:
    assert "no edition yet" in visitor().open("/en/digest/editions/").main
    network = make.network()
    digest.edition(network, MONDAY)
    digest.open_edition(network, MONDAY + datetime.timedelta(weeks=1))
    page = visitor().open("/en/digest/").follow("All editions")
    assert "Week 17: 23 April 2007" in page.main and "Week 18" not in page.main


def test_weeks_missed_while_no_clock_ran_are_made_up_for(app: Kopuro, make: Make) -> None:
    network = make.network()
    with time_machine.travel(datetime.datetime(2007, 4, 24, 9, tzinfo=UTC), tick=False):
        turn(app)
    with time_machine.travel(EVENING + datetime.timedelta(weeks=2), tick=False):
        turn(app)
        turn(app)
    found = all_editions(app, network)
    assert [edition.period_from.isoformat() for edition in found] == [
        "2007-04-23",
        "2007-04-30",
        "2007-05-07",
    ]
    assert {edition.state for edition in found} == {EditionState.PUBLISHED}


def test_four_clocks_at_once_make_one_edition_and_publish_it_once(
    app: Kopuro, make: Make, digest: Digest
) -> None:
    network = make.network()
    digest.published(at=digest.last_week())
    monday, actor = editions.last_week(datetime.datetime.now(UTC)), Actor.clock(network.id)

    def compile_it(_number: int) -> bool:
        with app.database.unit_of_work(actor) as session:
            edition = editions.open_edition(session, actor, monday)
            return editions.publish_edition(session, actor, edition.id)

    with ThreadPoolExecutor(4) as pool:
        published = list(pool.map(compile_it, range(8)))
    assert published.count(True) == 1
    [edition] = all_editions(app, network)
    assert len(edition.content["activities"]) == 1 and edition.version == 2


def test_a_clock_that_dies_in_the_middle_leaves_nothing_half(app: Kopuro, make: Make, digest: Digest) -> None:
    network = make.network()
    actor, monday = Actor.clock(network.id), editions.last_week(datetime.datetime.now(UTC))
    try:
        with app.database.unit_of_work(actor) as session:
            made = editions.open_edition(session, actor, monday)
            editions.publish_edition(session, actor, made.id)
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        pass
    assert all_editions(app, network) == []
    assert digest.edition(network, monday).published


def test_the_command_compiles_at_once_and_the_second_time_changes_nothing(
    app: Kopuro, make: Make, digest: Digest, visitor: Callable[[], Visitor]
) -> None:
    runner = app.test_cli_runner()
    refused = runner.invoke(args=["digest", "compile"])
    assert refused.exit_code == 1 and refused.output.count("\n") == 1
    network = make.network()
    digest.published(at=digest.last_week(), title={"en": "Last week"})
    first = runner.invoke(args=["digest", "compile"])
    assert first.exit_code == 0 and "1 activities" in first.output, first.output
    again = runner.invoke(args=["digest", "compile"])
    assert again.exit_code == 0 and "stays as it is" in again.output
    [edition] = all_editions(app, network)
    assert "Last week" in visitor().open(f"/en/digest/editions/{edition.slug}").main
    for wrong in ("nonsense", "2098-01-01"):
        bad = runner.invoke(args=["digest", "compile", "--week", wrong])
        assert bad.exit_code == 1 and "Traceback" not in bad.output
    old = runner.invoke(args=["digest", "compile", "--week", "2007-04-24"])
    assert old.exit_code == 0 and "2007-week-17" in old.output


def test_a_week_ends_at_midnight_in_osh(app: Kopuro, make: Make, digest: Digest) -> None:
    network, member = make.network(), make.tenant()
    digest.published(member, at=SUNDAY_NIGHT, title={"en": "Next week"})
    digest.published(member, at=SUNDAY_NIGHT - datetime.timedelta(hours=1), title={"en": "This week"})
    titles = [piece["title"]["en"]["text"] for piece in digest.edition(network, MONDAY).content["activities"]]
    assert titles == ["This week"]


def test_an_edition_goes_by_country_and_holds_only_what_is_public(
    make: Make, digest: Digest, visitor: Callable[[], Visitor]
) -> None:
    network, member = make.network(), make.tenant()
    at = datetime.datetime(2007, 4, 24, 9, tzinfo=UTC)
    digest.published(member, at=at, title={"en": "In Khujand"}, places=["TJ-3505401"])
    digest.published(member, at=at, title={"en": "In Andijan"}, places=["UZ03401"])
    digest.published(member, at=at, title={"en": "On two sides"}, places=["KG-GO", "UZ03401"])
    digest.published(member, at=at, title={"en": CANARY}, visibility=Visibility.PARTNERS)
    digest.draft(member, title={"en": CANARY})
    edition = digest.edition(network, MONDAY)
    assert CANARY not in str(edition.content)
    words = visitor().open(f"/en/digest/editions/{edition.slug}").main
    order = ["Uzbekistan", "In Andijan", "Tajikistan", "In Khujand", "The whole valley", "On two sides"]
    places = [words.index(name) for name in order]
    assert places == sorted(places)


def test_a_quiet_week_has_an_edition_that_says_so(
    make: Make, digest: Digest, visitor: Callable[[], Visitor]
) -> None:
    edition = digest.edition(make.network(), MONDAY)
    assert "A quiet week" in visitor().open(f"/en/digest/editions/{edition.slug}").main


def test_what_happens_later_does_not_change_a_published_edition(
    make: Make, digest: Digest, visitor: Callable[[], Visitor]
) -> None:
    network, member = make.network(), make.tenant()
    at = datetime.datetime(2007, 4, 24, 9, tzinfo=UTC)
    activity = digest.published(member, at=at, title={"en": "As it was"})
    edition = digest.edition(network, MONDAY)
    digest.change(member, activity, title={"en": "As it became"})
    digest.published(member, at=at, title={"en": "Told too late"}, kind=ActivityKind.SEMINAR)
    words = visitor().open(f"/en/digest/editions/{edition.slug}").main
    assert "As it was" in words and "As it became" not in words and "Told too late" not in words


def test_the_coordinator_writes_the_note_and_nobody_else(
    make: Make, digest: Digest, visitor: Callable[[], Visitor]
) -> None:
    network = make.network()
    edition = digest.open_edition(network, MONDAY)
    path = f"/en/digest/editions/{edition.slug}"
    coordinator = make.user(network, [Role.COORDINATOR]).visitor()
    assert edition.slug in coordinator.open("/en/digest/").html
    page = coordinator.open(path).follow("Write a note")
    saved = page.submit({"note_en": "A **busy** week. <script>alert(1)</script>", "note_ky": "Жума"})
    assert saved.status == 200 and saved.tree.xpath("//main//strong[text()='busy']")
    assert not saved.tree.xpath("//main//script")
    others = (
        make.user(network, [Role.OBSERVER]).visitor(),
        make.user(make.tenant(), [Role.EDITOR, Role.ADMIN]).visitor(),
    )
    for other in others:
        assert other.open(path).status == 404 and other.open(path + "/note").status == 404
        token = other.token("/en/account/")
        assert other.post(path + "/note", {"csrf_token": token, "version": "2"}).status == 404
    digest.edition(network, MONDAY)
    assert "busy week" in others[0].open(path).main
    assert "Жума" in visitor().open(path.replace("/en/", "/ky/")).main


def test_two_coordinators_at_one_note_lose_nothing(make: Make, digest: Digest) -> None:
    network = make.network()
    edition = digest.open_edition(network, MONDAY)
    people = [make.user(network, [Role.COORDINATOR]).visitor() for _ in range(2)]
    forms = [person.open(f"/en/digest/editions/{edition.slug}/note") for person in people]
    assert forms[0].submit({"note_en": "First."}).status == 200
    clash = forms[1].submit({"note_en": "Second."})
    assert clash.status == 409 and "First." in clash.main
    assert clash.values("note_en")["note_en"].strip() == "Second."


def test_members_cannot_make_editions(app: Kopuro, make: Make) -> None:
    network, member = make.network(), make.tenant()
    with time_machine.travel(datetime.datetime(2007, 4, 24, 9, tzinfo=UTC), tick=False):
        turn(app)
    with time_machine.travel(AFTER, tick=False):
        turn(app)
    assert [edition.tenant_id for edition in all_editions(app, network)] == [network.id]
    assert member.id != network.id


def test_an_edition_tells_what_comes_and_what_is_new_in_the_directory_until_that_is_taken_back(
    app: Kopuro, make: Make, digest: Digest, visitor: Callable[[], Visitor]
) -> None:
    network, member = make.network(), make.tenant()
    coming = Events(app, make)
    directory = Directory(app, make)
    with time_machine.travel(datetime.datetime(2007, 4, 24, 9, tzinfo=UTC), tick=False):
        listing = directory.organization(member)
        hidden = directory.organization(member, visibility=Audience.TENANT, name={"en": f"{CANARY} listing"})
        shown = coming.published(member, title={"en": "Conference to come"})
        coming.published(member, visibility=EventVisibility.PARTNERS, title={"en": f"{CANARY} event"})
        coming.draft(member, title={"en": f"{CANARY} draft"})
        edition = digest.edition(network, MONDAY - datetime.timedelta(weeks=1))
        assert not edition.content["listings"], "listed after this week"
    with time_machine.travel(AFTER, tick=False):
        edition = digest.edition(network, MONDAY)
    assert CANARY not in str(edition.content) and hidden.slug not in str(edition.content)
    page = visitor().open(f"/en/digest/editions/{edition.slug}")
    assert "Conference to come" in page.main and "Green Hill" in page.main
    assert f"/en/directory/organizations/{listing.slug}" in page.html
    directory.do(
        member,
        lambda s, a: directory_services.change_organization(
            s, a, s.get(Organization, listing.id), organization_draft(visibility=Audience.TENANT), version=1
        ),
    )
    with app.database.unit_of_work(organiser(member)) as session:
        planning.change_event(
            session,
            organiser(member),
            shown.id,
            plan(visibility=EventVisibility.PARTNERS),
            version=coming.again(shown).version,
        )
    page = visitor().open(f"/en/digest/editions/{edition.slug}")
    assert "Conference to come" not in page.html and "Green Hill" not in page.html
