"""Listings that are one: found, compared, merged so that nothing is lost or shown to more people, and taken back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from network.directory import services
from network.directory.drafts import Reach
from network.directory.models import (
    Merge,
    Organization,
    Phone,
    Proposal,
    Revision,
    Service,
    Status,
    Visibility,
)
from network.directory.services import merging
from network.directory.upkeep.duplicates import LIKELY, Alike, Sketch, candidates, compare
from network.i18n.folding import fold
from network.permissions import Refused, Role, Stale, Unfit
from network.tenancy import Actor, Tenant
from tests.directory.conftest import Directory, admin, editor, organization_draft, service_draft
from tests.pages import Visitor

SKETCHES = st.builds(
    Sketch,
    id=st.uuids(),
    names=st.frozensets(st.text("abcdef ", min_size=3, max_size=12), max_size=2),
    phones=st.frozensets(st.sampled_from(["+996312000001", "+996312000002", "010"]), max_size=2),
    identifiers=st.frozensets(st.tuples(st.sampled_from(["KG-INN", "KG-OKPO"]), st.sampled_from("123"))),
    place=st.sampled_from(["", "KG-O", "KG-GO"]),
)


@settings(deadline=None)
@given(SKETCHES, SKETCHES)
def test_likeness_is_the_same_from_both_sides_and_bounded(one: Sketch, other: Sketch) -> None:
    there, back = compare(one, other), compare(other, one)
    assert there == back and 0 <= there.score <= 100
    more = "+998712000009"
    with_number = compare(
        Sketch(one.id, one.names, one.phones | {more}, one.identifiers, one.place),
        Sketch(other.id, other.names, other.phones | {more}, other.identifiers, other.place),
    )
    assert with_number.score >= there.score and Alike.PHONE in with_number.why


@settings(deadline=None)
@given(st.lists(SKETCHES, max_size=8, unique_by=lambda sketch: sketch.id))
def test_each_pair_is_shown_once_and_never_one_that_was_kept_apart(sketches: list[Sketch]) -> None:
    found = candidates(sketches)
    pairs = [frozenset((pair.one.id, pair.other.id)) for pair in found]
    assert len(pairs) == len(set(pairs)) and all(pair.score >= LIKELY for pair in found)
    assert candidates(sketches, apart=pairs) == []
    assert candidates([], sketches) == []


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Общественный фонд «Подруга»", "ОФ Подруга", True),
        ("Podruga", "Подруга", True),
        ("Golden Goal", "Golden Gaol", True),
        ("Green Hill", "Women's Centre", False),
    ],
)
def test_names_alike_in_any_script_are_found_with_a_number_in_common(
    one: str, other: str, alike: bool
) -> None:
    sketches = [
        Sketch(uuid.uuid4(), frozenset({fold(name)}), frozenset({"+996312000001"})) for name in (one, other)
    ]
    assert bool(candidates(sketches)) is alike


def organization(directory: Directory, tenant: Tenant, name: str, **changes: Any) -> Organization:
    return directory.organization(tenant, name={"en": name}, **changes)


def merged(
    directory: Directory,
    survivor: Organization,
    loser: Organization,
    choices: dict[str, str] | None = None,
    *,
    actor: Actor | None = None,
    versions: tuple[int, int] = (1, 1),
) -> Merge:
    def deed(session: Session, acting: Actor) -> Merge:
        one, two = (session.get_one(Organization, row.id) for row in (survivor, loser))
        return merging.merge(session, acting, one, two, choices or {}, versions=versions)

    made: Merge = directory.do(Tenant(id=survivor.tenant_id), deed, actor=actor)
    return made


def by_name(rows: list[Any]) -> dict[str, Any]:
    return {row.name["en"]["text"]: row for row in rows}


def test_two_listings_become_one_and_two_again_in_the_browser(
    directory: Directory, visitor: Callable[[], Visitor]
) -> None:
    tenant = directory.make.tenant()
    survivor = organization(directory, tenant, "Golden Goal", website=None)
    loser = organization(directory, tenant, "Golden Gaol", website="https://goal.example.org")
    service = directory.service(loser)
    for row in (survivor, loser):
        directory.phone(row, number="+996312000001")
    old = f"/en/directory/organizations/{loser.slug}"
    keeper = directory.make.user(tenant, [Role.ADMIN]).visitor()
    page = keeper.open("/en/directory/duplicates/")
    assert "Names alike" in page.main and "Same telephone" in page.main
    both = page.follow("Look at both")
    assert "ServicesLegal advice" in both.main, "what comes along is named"
    assert "+996 312 000 001" not in both.main, "a number that stands there already does not"
    assert both.values("website")["website"] == "loser"
    done = both.submit({"name": "survivor"}, containing="versions")
    assert "Old addresses lead to it" in done.main
    assert both.submit({"name": "survivor"}, containing="versions").status == 200  # A double click.

    moved = visitor().open(old, follow=False)
    assert moved.status == 301 and moved.response.headers["Location"].endswith(survivor.slug)
    whole = visitor().open(f"/en/directory/organizations/{survivor.slug}").main
    assert "https://goal.example.org" in whole and "Legal advice" in whole
    assert whole.count("+996 312 000 001") == 1
    found = visitor().open("/en/directory/?q=golden&kind=organization").main
    assert "Golden Goal" in found and "Gaol" not in found
    stone = visitor().open(f"/hsds/organizations/{loser.id}", follow=False)
    assert stone.status in (301, 404, 410) and str(loser.id) not in visitor().open("/hsds/organizations").html

    again = keeper.open("/en/directory/duplicates/").submit(containing="Make them two again")
    assert "two listings again" in again.main
    assert "Golden Gaol" in visitor().open(old).main
    assert "Legal advice" in visitor().open(old).main
    assert "https://goal" not in visitor().open(f"/en/directory/organizations/{survivor.slug}").main
    assert "Gaol" in visitor().open("/en/directory/?q=golden&kind=organization").main
    assert directory.read(admin(tenant), Service)[0].id == service.id
    apart = keeper.open("/en/directory/duplicates/").submit(containing="They are two")
    assert "No listing looks like another" in apart.main


def test_undoing_leaves_alone_what_was_changed_since(directory: Directory) -> None:
    tenant = directory.make.tenant()
    survivor = organization(directory, tenant, "One", website=None)
    loser = organization(directory, tenant, "Two", website="https://two.example.org", email="two@example.org")
    row = merged(directory, survivor, loser, {"website": "loser", "email": "loser", "name": "survivor"})
    draft = organization_draft(
        name={"en": "One"}, website="https://three.example.org", email="two@example.org"
    )
    directory.do(
        tenant, lambda s, a: services.change_organization(s, a, survivor, draft, version=row.version)
    )
    directory.do(tenant, lambda s, a: merging.undo(s, a, row))
    found = by_name(directory.read(admin(tenant), Organization))
    assert (found["One"].website, found["One"].email) == ("https://three.example.org", None)
    assert (found["Two"].status, found["Two"].merged_into_id) == (Status.ACTIVE, None)
    with pytest.raises(Stale):
        directory.do(tenant, lambda s, a: merging.undo(s, a, row))
    causes = [r.cause for r in directory.read(admin(tenant), Revision) if r.subject == "organization"]
    assert causes.count("merge") == 4


def test_merging_shows_nothing_to_more_people_than_before(
    directory: Directory, visitor: Callable[[], Visitor], owner_engine: Engine
) -> None:
    tenant = directory.make.tenant()
    survivor = organization(directory, tenant, "Golden Goal", description={})
    loser = organization(
        directory, tenant, "canaryname", visibility=Visibility.TENANT, description={"en": "canarytext"}
    )
    directory.phone(loser, number="+996312000777", audience=Visibility.TENANT)
    directory.do(tenant, partial(_hidden_service, loser))
    with pytest.raises(Refused):
        merged(directory, survivor, loser, {"description": "loser"}, actor=editor(tenant))
    keeper = directory.make.user(tenant, [Role.EDITOR]).visitor()
    page = keeper.open(f"/en/directory/merge/{survivor.id}/{loser.id}")
    assert "its words stay out" in page.main
    assert page.submit(containing="versions").status == 200
    partner = directory.make.user(directory.make.tenant(), [Role.ADMIN]).visitor()
    for path in (
        f"/en/directory/organizations/{survivor.slug}",
        f"/en/directory/organizations/{loser.slug}",
        "/en/directory/?q=canary",
        "/hsds/organizations?full=true",
        "/hsds/services?full=true",
    ):
        for reader in (visitor(), partner):
            told = reader.open(path).html.replace(f"organizations/{loser.slug}", "")
            assert "canaryname" not in told and "canarytext" not in told, path
            assert "000777" not in told and "000 777" not in told, path
    assert visitor().open(f"/en/directory/organizations/{loser.slug}", follow=False).status == 404
    phones = directory.read(admin(tenant), Phone)
    assert [(phone.organization_id, phone.audience) for phone in phones] == [(survivor.id, Visibility.TENANT)]
    with owner_engine.connect() as connection:
        index = str(connection.execute(text("SELECT * FROM search_public")).all())
    assert "canary" not in index


def _hidden_service(loser: Organization, session: Session, actor: Actor) -> Service:
    draft = service_draft(name={"en": "canaryname help"}, visibility=Visibility.TENANT)
    whole = session.get_one(Organization, loser.id)
    return services.create_service(session, actor, whole, draft, Reach())


def test_a_public_hotline_goes_along_where_the_survivor_has_its_number_for_fewer_people(
    directory: Directory,
) -> None:
    tenant = directory.make.tenant()
    survivor, loser = (organization(directory, tenant, name) for name in ("One", "Two"))
    directory.phone(survivor, number="+996312000001", audience=Visibility.TENANT)
    directory.phone(survivor, number="+996312000002")
    directory.phone(survivor, number="+996312000003")
    directory.phone(loser, number="+996312000001", hotline=True)
    directory.phone(loser, number="+996312000002", hotline=True)
    directory.phone(loser, number="+996312000003", audience=Visibility.PARTNERS)
    merged(directory, survivor, loser)
    read = [row for row in directory.read(Actor.anonymous(), Phone) if row.organization_id == survivor.id]
    assert {row.number for row in read if row.hotline} == {"+996312000001", "+996312000002"}
    assert len([row for row in directory.read(admin(tenant), Phone) if row.number.endswith("3")]) == 2
    left = [row for row in directory.read(admin(tenant), Phone) if row.organization_id == loser.id]
    assert [row.number for row in left] == ["+996312000003"]


def test_a_merge_is_not_taken_back_before_the_one_that_came_after_it(directory: Directory) -> None:
    tenant = directory.make.tenant()
    first, second, third = (organization(directory, tenant, name) for name in ("One", "Two", "Three"))
    service = directory.service(first)
    earlier = merged(directory, second, first)
    later = merged(directory, third, second, versions=(1, earlier.version))
    with pytest.raises(Stale):
        directory.do(tenant, lambda s, a: merging.undo(s, a, earlier))
    for row in (later, earlier):
        directory.do(tenant, partial(_undone, row))
    (found,) = directory.read(admin(tenant), Service)
    assert (found.id, found.organization_id) == (service.id, first.id)


def _undone(row: Merge, session: Session, actor: Actor) -> None:
    merging.undo(session, actor, row)


def test_what_is_public_becomes_narrow_under_a_narrow_survivor(
    directory: Directory, visitor: Callable[[], Visitor]
) -> None:
    tenant = directory.make.tenant()
    survivor = organization(directory, tenant, "Inner", visibility=Visibility.TENANT)
    loser = organization(directory, tenant, "Outer")
    service = directory.service(loser)
    assert visitor().open(f"/en/directory/services/{service.slug}").status == 200
    merged(directory, survivor, loser)
    assert visitor().open(f"/en/directory/services/{service.slug}").status == 404
    assert visitor().open(f"/en/directory/organizations/{loser.slug}").status == 404
    assert "Outer" not in visitor().open("/en/directory/").html


def test_only_two_of_ones_own_are_merged_and_each_only_once(directory: Directory) -> None:
    tenant, other = directory.make.tenant(), directory.make.tenant()
    first, second, third = (organization(directory, tenant, name) for name in ("One", "Two", "Three"))
    foreign = organization(directory, other, "One")
    for survivor, loser in ((first, foreign), (foreign, first)):
        with pytest.raises(Refused):
            merged(directory, survivor, loser, actor=admin(tenant))
    with pytest.raises(Unfit):
        merged(directory, first, first)
    with pytest.raises(Stale):
        merged(directory, first, second, versions=(1, 2))
    merged(directory, first, second)
    with pytest.raises(Unfit):
        merged(directory, third, second, versions=(1, 2))
    with pytest.raises(Unfit):
        merged(directory, second, third, versions=(2, 1))
    assert directory.read(admin(other), Merge) == []


def test_across_tenants_the_keepers_are_told_and_decide(directory: Directory) -> None:
    ours, theirs = directory.make.tenant(), directory.make.tenant()
    mine = organization(directory, ours, "Golden Goal")
    yours = organization(directory, theirs, "Golden Goal")
    keeper = directory.make.user(ours, [Role.EDITOR]).visitor()
    page = keeper.open("/en/directory/duplicates/").follow("Tell those who keep the other")
    sent = page.submit({"reason": "Same director."}, containing="reason")
    assert "are told" in sent.main
    proposal = directory.read(admin(theirs), Proposal)[0]
    assert (proposal.subject_id, proposal.other_id) == (yours.id, mine.id)
    decides = directory.make.user(theirs, [Role.EDITOR]).visitor()
    shown = decides.open(f"/en/directory/proposals/{proposal.id}")
    assert "listed twice" in shown.main and "Same director." in shown.main
    assert shown.submit({"answer": "We take ours out."}, containing="answer").status == 200
    assert "We take ours out." in keeper.open(sent.path).main
    assert directory.read(admin(ours), Merge) == []


def test_a_hidden_listing_of_others_is_no_candidate(directory: Directory) -> None:
    ours, theirs = directory.make.tenant(), directory.make.tenant()
    organization(directory, ours, "Golden Goal")
    hidden = organization(directory, theirs, "Golden Goal canaryx", visibility=Visibility.TENANT)
    keeper = directory.make.user(ours, [Role.EDITOR]).visitor()
    assert "canaryx" not in keeper.open("/en/directory/duplicates/").html
    own = directory.read(admin(ours), Organization)[0]
    assert keeper.open(f"/en/directory/merge/{own.id}/{hidden.id}").status == 404
    assert keeper.open(f"/en/directory/merge/{hidden.id}/{own.id}").status == 404
