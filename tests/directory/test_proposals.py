"""Corrections by others: proposed of what one can read, decided field by field, told to nobody who may not know."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, text

from network.directory import services
from network.directory.models import (
    Decision,
    Organization,
    Phone,
    Proposal,
    ProposalField,
    ProposalState,
    Revision,
    Visibility,
)
from network.directory.services import proposing
from network.directory.upkeep import fields
from network.permissions import Refused, Role, Stale, Unfit
from network.tenancy import Actor
from tests.directory.conftest import Directory, admin, organization_draft, phone_draft
from tests.factories import Person
from tests.pages import Page, Visitor


def key(row: Any, name: str, language: str = "") -> str:
    field = fields.field_of(row.__tablename__, name)
    assert field is not None
    return fields.Slot(row, field, language).key


def propose(author: Person, organization: Organization, **changes: str) -> Page:
    page = author.visitor().open(f"/en/directory/organizations/{organization.slug}")
    return page.follow("Propose a correction").submit(
        {"reason": "I called on Monday.", **changes}, containing="reason"
    )


def test_a_correction_goes_to_the_keeper_who_decides_each_field_and_the_author_sees_it(
    directory: Directory, author: Person, keeper: Person, visitor: Callable[[], Visitor]
) -> None:
    organization = directory.organization(keeper.tenant, website="https://old.example.org")
    phone = directory.phone(organization, number="+996312000001")
    sent = propose(
        author,
        organization,
        **{
            key(organization, "name", "en"): "Greener Hill",
            key(organization, "website"): "https://new.example.org",
            key(phone, "number"): "+996 312 00-00-02",
        },
    )
    assert "Your proposal is with those who keep this listing" in sent.main
    assert "Greener Hill" not in visitor().open(f"/en/directory/organizations/{organization.slug}").main

    at_desk = keeper.visitor()
    desk = at_desk.open("/en/desk/")
    page = desk.follow("proposed correction to decide").follow("Green Hill")
    assert "Nodira, Neighbours" in page.main and "I called on Monday." in page.main
    answers = {
        name: "rejected" if "website" in label else "accepted" for name, label in labels_of(page).items()
    }
    assert len(answers) == 3
    page.submit({**answers, "answer": "Thank you, the site is right."}, containing="seen")

    public = visitor().open(f"/en/directory/organizations/{organization.slug}").main
    assert "Greener Hill" in public and "+996 312 000 002" in public and "https://old.example.org" in public
    told = author.visitor().open("/en/directory/proposals/").follow("Greener Hill")
    assert "Thank you, the site is right." in told.main
    assert told.main.count("Accepted") == 2 and told.main.count("Not accepted") == 1
    causes = {row.subject: row.cause for row in directory.read(keeper.actor, Revision) if row.version == 2}
    assert causes == {"organization": "proposal", "phone": "proposal"}


def labels_of(page: Page) -> dict[str, str]:
    """The choices of a proposal by name, with what each is about."""
    found = {}
    for group in page.tree.xpath("//main//fieldset"):
        found[group.get("name")] = " ".join(group.xpath("string(./legend)").lower().split())
    return found


def test_of_two_numbers_each_stands_under_its_own_heading(directory: Directory, author: Person) -> None:
    organization = directory.organization(author.tenant)
    for number in ("+996312000001", "+996312000002"):
        directory.phone(organization, number=number)
    page = author.visitor().open(f"/en/directory/propose/{organization.id}")
    headings = [h.text_content() for h in page.tree.xpath("//main//h2")]
    assert headings[:2] == ["Telephone +996 312 000 001", "Telephone +996 312 000 002"]


def test_a_number_is_checked_where_it_is_typed_and_what_was_typed_stays(
    directory: Directory, author: Person, keeper: Person
) -> None:
    organization = directory.organization(keeper.tenant)
    phone = directory.phone(organization)
    page = propose(author, organization, **{key(phone, "number"): "call me", "reason": ""})
    assert page.status == 400
    assert set(page.errors()) == {key(phone, "number"), "reason"}
    assert page.values("reason")[key(phone, "number")] == "call me"
    unchanged = propose(author, organization)
    assert unchanged.status == 400 and "Nothing is different yet" in unchanged.main


def test_one_proposal_waits_at_a_time_and_a_double_click_makes_one(
    directory: Directory, author: Person, keeper: Person
) -> None:
    organization = directory.organization(keeper.tenant)
    visitor = author.visitor()
    page = visitor.open(f"/en/directory/propose/{organization.id}")
    typed = {key(organization, "name", "en"): "Greener Hill", "reason": "I know."}
    first, second = (page.submit(typed, containing="reason") for _ in range(2))
    assert first.path == second.path
    again = page.submit(
        {**typed, "reason": "Other", "idempotency_key": str(uuid.uuid4())}, containing="reason"
    )
    assert again.status == 400 and "still waits" in again.main
    assert visitor.open(f"/en/directory/propose/{organization.id}").path == first.path
    assert len(directory.read(author.actor, Proposal)) == 1
    first.submit(containing="Take my proposal back")
    assert "Taken back" in visitor.open("/en/directory/proposals/").main
    assert visitor.open(f"/en/directory/propose/{organization.id}").status == 200


def proposed(
    directory: Directory, author: Person, organization: Organization, changes: dict[str, str]
) -> Proposal:
    def deed(session: Any, actor: Actor) -> Proposal:
        listing = session.get(Organization, organization.id)
        return proposing.propose(session, actor, listing, changes, "why", languages=["en"])

    made: Proposal = directory.do(author.tenant, deed, actor=author.actor)
    return made


def test_an_answer_to_what_was_changed_meanwhile_is_asked_for_again(
    directory: Directory, author: Person, keeper: Person
) -> None:
    organization = directory.organization(keeper.tenant)
    proposal = proposed(directory, author, organization, {key(organization, "name", "en"): "Greener Hill"})
    page = keeper.visitor().open(f"/en/directory/proposals/{proposal.id}")
    draft = organization_draft(name={"en": "Greenest Hill"})
    directory.do(
        keeper.tenant, lambda s, a: services.change_organization(s, a, organization, draft, version=1)
    )
    name = next(iter(labels_of(page)))
    again = page.submit({name: "accepted"}, containing="seen")
    assert again.status == 409 and "Greenest Hill" in again.main and "Changed meanwhile" in again.main
    assert [row.state for row in directory.read(author.actor, Proposal)] == [ProposalState.PENDING]
    assert again.submit({name: "accepted"}, containing="seen").status == 200
    assert "Greener Hill" in keeper.visitor().open(f"/en/directory/organizations/{organization.slug}").main
    with pytest.raises(Stale):
        directory.do(
            keeper.tenant,
            lambda s, a: proposing.decide(s, a, proposal, {}, answer=""),
            actor=keeper.actor,
        )


def test_nobody_proposes_what_she_cannot_read(
    directory: Directory, author: Person, keeper: Person, visitor: Callable[[], Visitor]
) -> None:
    organization = directory.organization(keeper.tenant)
    hidden = directory.phone(organization, number="+996312000777", audience=Visibility.TENANT)
    among = directory.phone(organization, number="+996312000888", audience=Visibility.PARTNERS)
    listed = author.visitor().open(f"/en/directory/propose/{organization.id}")
    assert "000888" in listed.html and "000777" not in listed.html
    with pytest.raises(Unfit):
        proposed(directory, author, organization, {key(hidden, "number"): "+996312000999"})
    assert proposed(directory, author, organization, {key(among, "number"): "+996312000999"})
    secret = directory.organization(keeper.tenant, visibility=Visibility.TENANT, name={"en": "Secret"})
    assert author.visitor().open(f"/en/directory/propose/{secret.id}").status == 404
    observer = directory.make.user(directory.make.network(), [Role.OBSERVER])
    assert observer.visitor().open(f"/en/directory/propose/{organization.id}").status == 404
    assert visitor().open(f"/en/directory/propose/{organization.id}", follow=False).status == 303
    assert "Propose" not in visitor().open(f"/en/directory/organizations/{organization.slug}").main


def test_only_the_author_and_the_keeper_see_a_proposal_and_only_the_keeper_decides(
    directory: Directory, author: Person, keeper: Person
) -> None:
    organization = directory.organization(keeper.tenant)
    proposal = proposed(directory, author, organization, {key(organization, "name", "en"): "canaryxfly"})
    path = f"/en/directory/proposals/{proposal.id}"
    third = directory.make.user(directory.make.tenant(), [Role.EDITOR])
    beside = directory.make.user(author.tenant, [Role.EDITOR])
    colleague = directory.make.user(keeper.tenant, [Role.CASEWORKER])
    for person in (third, beside, colleague):
        visitor = person.visitor()
        assert visitor.open(path).status == 404
        assert "canaryxfly" not in visitor.open("/en/directory/proposals/").html
    assert "canaryxfly" in author.visitor().open(path).main
    assert not author.visitor().open(path).tree.xpath("//main//input[@type='radio']")
    for person in (third, author, beside, colleague):
        if person in (third,):
            assert directory.read(person.actor, Proposal) == directory.read(person.actor, ProposalField) == []
        with pytest.raises((Refused, Stale)):
            directory.do(
                person.tenant,
                lambda s, a: proposing.decide(s, a, proposal, {}),
                actor=person.actor,
            )


def test_what_the_author_may_no_longer_read_is_not_shown_to_her_again(
    directory: Directory, author: Person, keeper: Person
) -> None:
    organization = directory.organization(keeper.tenant)
    phone = directory.phone(organization, number="+996312000777")
    proposal = proposed(directory, author, organization, {key(phone, "number"): "+996312000888"})
    path = f"/en/directory/proposals/{proposal.id}"
    assert "000 777" in author.visitor().open(path).main
    narrow = phone_draft(number="+996312000777", audience=Visibility.TENANT)

    def hide(session: Any, actor: Actor) -> None:
        row = session.get(Phone, phone.id)
        services.change_phone(session, actor, organization, row, narrow, version=1)

    directory.do(keeper.tenant, hide)
    page = author.visitor().open(path)
    assert "000 777" not in page.main and "000 888" in page.main
    whole = organization_draft(visibility=Visibility.TENANT, name={"en": "Hidden now"})
    directory.do(
        keeper.tenant, lambda s, a: services.change_organization(s, a, organization, whole, version=1)
    )
    assert "Hidden now" not in author.visitor().open(path).html
    assert "A listing you can no longer read" in author.visitor().open("/en/directory/proposals/").main
    kept = keeper.visitor().open(path)
    assert "000 777" in kept.main and kept.form("seen") is not None


def test_the_mails_say_only_that_there_is_something(
    directory: Directory, author: Person, keeper: Person, owner_engine: Engine
) -> None:
    organization = directory.organization(keeper.tenant)
    proposal = proposed(directory, author, organization, {key(organization, "name", "en"): "Other"})

    def answer(session: Any, actor: Actor) -> int:
        asked = {row.id: Decision.REJECTED for row in session.query(ProposalField)}
        return proposing.decide(session, actor, proposal, asked)

    assert directory.do(keeper.tenant, answer, actor=keeper.actor) == 0
    with owner_engine.connect() as connection:
        rows = connection.execute(
            text("SELECT kind, to_kind, to_id, params::text FROM outbox_message ORDER BY created_at")
        ).all()
    assert [tuple(row) for row in rows] == [
        ("notice", proposing.KEEPERS, keeper.tenant.id, "{}"),
        ("notice", "user", author.user_id, "{}"),
    ]
    from network.outbox.letters import SPREADERS

    clock = Actor.clock(keeper.tenant.id)
    told = directory.do(
        keeper.tenant, lambda s, _a: list(SPREADERS[proposing.KEEPERS](s, keeper.tenant.id)), actor=clock
    )
    assert told == [("user", keeper.user_id)]


def test_an_editor_of_the_same_tenant_changes_and_a_caseworker_proposes(directory: Directory) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(tenant, visibility=Visibility.TENANT)
    worker = directory.make.user(tenant, [Role.CASEWORKER])
    sent = propose(worker, organization, **{key(organization, "name", "en"): "Greener Hill"})
    assert sent.status == 200 and "Greener Hill" in sent.main
    page = directory.make.user(tenant, [Role.EDITOR]).visitor().open(sent.path)
    assert page.submit(dict.fromkeys(labels_of(page), "accepted"), containing="seen").status == 200
    assert directory.read(admin(tenant), Organization)[0].name["en"]["text"] == "Greener Hill"
