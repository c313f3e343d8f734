"""The rule the project exists for, over the whole space of what can be given."""

import datetime
import uuid

from hypothesis import given
from hypothesis import strategies as st

from network.referrals import acts, ages, overrides
from network.referrals.acts import Act, Grant, Guardianship
from network.referrals.categories import Category
from network.referrals.consent import (
    DISCLOSING,
    INFORMED_QUESTIONS,
    Assent,
    Guardian,
    Method,
    Purpose,
    Scopes,
    Terms,
    less,
    missing,
    shareable,
)

EPOCH = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
RECIPIENTS = [uuid.UUID(int=n) for n in range(3)]
moments = st.integers(0, 400).map(lambda day: EPOCH + datetime.timedelta(days=day))
scopes = st.dictionaries(st.sampled_from(RECIPIENTS), st.frozensets(st.sampled_from(list(Category))))
terms = st.builds(
    Terms,
    purpose=st.sampled_from(list(Purpose)),
    given_at=moments,
    expires_at=moments,
    scopes=scopes,
    withdrawn_at=st.none() | moments,
    superseded_at=st.none() | moments,
    refused_at=st.none() | moments,
    guardian_ends_on=st.none() | moments.map(lambda moment: moment.date()),
)


@given(st.lists(terms, max_size=5), st.sampled_from(RECIPIENTS), moments, st.sampled_from(list(Purpose)))
def test_what_is_shareable_was_said_for_this_recipient_and_purpose_in_a_consent_that_holds(
    consents: list[Terms], recipient: uuid.UUID, at: datetime.datetime, purpose: Purpose
) -> None:
    for category in Category:
        said = any(
            c.purpose is purpose
            and category in c.scopes.get(recipient, frozenset())
            and c.given_at <= at < c.expires_at
            and (c.withdrawn_at is None or at < c.withdrawn_at)
            and (c.superseded_at is None or at < c.superseded_at)
            and c.refused_at is None
            and (c.guardian_ends_on is None or at.date() < c.guardian_ends_on)
            for c in consents
        )
        assert (category in shareable(consents, recipient, at, purpose)) == said


@given(
    st.lists(terms, max_size=5),
    st.sampled_from(RECIPIENTS),
    moments,
    st.frozensets(st.sampled_from(list(Category))),
)
def test_what_is_missing_is_named_exactly(
    consents: list[Terms], recipient: uuid.UUID, at: datetime.datetime, wanted: frozenset[Category]
) -> None:
    assert set(missing(consents, recipient, wanted, at)) == wanted - shareable(consents, recipient, at)


@given(terms, moments)
def test_what_was_withdrawn_replaced_or_refused_never_holds_again(
    consent: Terms, at: datetime.datetime
) -> None:
    ends = (consent.withdrawn_at, consent.superseded_at, consent.refused_at and consent.given_at)
    if any(end is not None and at >= end for end in ends):
        assert not consent.active(at)


@given(scopes, scopes)
def test_what_a_new_act_takes_away_and_adds_makes_the_old_one_into_the_new(
    before: Scopes, after: Scopes
) -> None:
    lost, gained = less(before, after), less(after, before)
    for recipient in RECIPIENTS:
        kept = before.get(recipient, frozenset()) - lost.get(recipient, frozenset())
        assert kept | gained.get(recipient, frozenset()) == after.get(recipient, frozenset())
    assert all(lost.values()) and all(gained.values())


def test_nothing_is_shareable_without_a_consent() -> None:
    assert shareable([], RECIPIENTS[0], EPOCH) == frozenset()


# An act before it is written down.

DAY = datetime.timedelta(days=1)
AT = EPOCH + 100 * DAY
guardians = st.none() | st.builds(
    Guardianship,
    kind=st.sampled_from(list(Guardian)),
    relation=st.just("aunt"),
    authority=st.sampled_from(["", " ", "Decision of the court"]),
    unsuitable=st.booleans(),
)
grants = st.dictionaries(
    st.sampled_from(RECIPIENTS), st.builds(Grant, st.frozensets(st.sampled_from(list(Category)), max_size=3))
)
proposed = st.builds(
    Act,
    purpose=st.sampled_from(list(Purpose)),
    given_at=st.sampled_from([AT - 3 * DAY, AT, AT + DAY]),
    expires_at=st.sampled_from(
        [AT - DAY, AT, AT + 90 * DAY, AT + 362 * DAY, AT + 366 * DAY, AT + 2000 * DAY]
    ),
    grants=grants,
    informed=st.fixed_dictionaries(dict.fromkeys(INFORMED_QUESTIONS, st.booleans()))
    | st.just(dict.fromkeys(INFORMED_QUESTIONS, True))
    | st.just({}),
    guardian=guardians,
    assent=st.none() | st.sampled_from(list(Assent)),
    method=st.none() | st.sampled_from(list(Method)),
    witness=st.sampled_from(["", "A neighbour"]),
)


@given(proposed, st.booleans())
def test_an_act_is_recorded_exactly_when_every_rule_of_the_design_holds(act: Act, minor: bool) -> None:
    """The rules said once more, in the words of the design."""
    guardian = act.guardian
    by_the_right_person = (
        (not minor)
        if guardian is None
        else (
            bool(guardian.authority.strip())
            and not guardian.unsuitable
            and (minor or guardian.kind is not Guardian.PARENT)
            and (act.assent is not None or not minor)
            and act.assent is not Assent.REFUSES
        )
    )
    told = set(act.informed) == set(INFORMED_QUESTIONS) and all(act.informed.values())
    disclosing = act.purpose in DISCLOSING
    named = any(grant.categories for grant in act.grants.values())
    seen = act.method not in (Method.THUMBPRINT, Method.ORAL_WITNESSED) or bool(act.witness)
    longest = 365 * DAY if disclosing else 5 * 365 * DAY
    in_time = act.given_at <= AT < act.expires_at <= act.given_at + longest
    allowed = by_the_right_person and told and named == disclosing and seen and in_time
    assert (acts.fault(act, AT, minor=minor) is None) == allowed


# Coming of age.

births = st.dates(datetime.date(2000, 1, 1), datetime.date(2026, 11, 1))


@given(births)
def test_a_guardians_consent_outlives_the_eighteenth_birthday_by_thirty_days_and_ends_on_a_first(
    born: datetime.date,
) -> None:
    birthday, ends = ages.eighteenth(born), ages.guardian_consent_ends_on(born)
    assert ends.day == 1
    assert datetime.timedelta(days=30) <= ends - birthday < datetime.timedelta(days=62)
    assert ages.is_minor({"prs_Birthdate": born.isoformat()}, birthday - DAY)
    assert not ages.is_minor({"prs_Birthdate": born.isoformat()}, birthday)


def test_who_was_born_on_a_leap_day_comes_of_age_on_the_first_of_march() -> None:
    assert ages.eighteenth(datetime.date(2008, 2, 29)) == datetime.date(2026, 3, 1)


@given(births, st.sampled_from([4, 7]))
def test_of_a_bare_year_or_month_the_latest_day_counts_so_that_who_may_be_a_child_is_treated_as_one(
    born: datetime.date, kept: int
) -> None:
    partly = {"prs_Birthdate": born.isoformat()[:kept]}
    latest = ages.latest_birthday(partly)
    assert ages.birthday(partly) is None and latest is not None and latest >= born
    assert (latest + DAY).day == 1 and latest.isoformat()[:kept] == born.isoformat()[:kept]
    assert ages.is_minor(partly, ages.eighteenth(born) - DAY)


@given(
    st.text(max_size=12)
    | st.sampled_from(["9999-12-31", "0001-01-01", "1999-W05", "1999-13", "2026-02-30", "31.12.1999"])
)
def test_what_is_no_day_says_no_age_and_breaks_nothing(said: str) -> None:
    told = {"prs_Birthdate": said}
    if ages.birthday(told) is None and ages.latest_birthday(told) is None:
        assert not ages.is_minor(told, datetime.date(2026, 11, 22))
    assert ages.birthday({"prs_Birthdate": said[:0]}) is None


# Leaving without consent.


@given(st.sampled_from(list(overrides.Ground)), st.frozensets(st.sampled_from(list(Category))))
def test_an_override_never_carries_what_was_done_to_the_person(
    ground: overrides.Ground, chosen: frozenset[Category]
) -> None:
    told = {Category.EXPLOITATION_ACCOUNT, Category.PERPETRATOR, Category.PSYCHOLOGICAL, Category.PHOTO}
    assert told & chosen <= set(overrides.beyond(ground, chosen))


@given(st.none() | moments, st.booleans(), st.none() | moments)
def test_an_override_that_nobody_else_looked_at_is_over_within_three_days(
    agreed: datetime.datetime | None, alone: bool, ended: datetime.datetime | None
) -> None:
    until = overrides.reads_until(
        EPOCH,
        agreed_at=agreed,
        approve_by=None if alone else EPOCH + overrides.APPROVE_WITHIN,
        review_due_at=EPOCH + overrides.REVIEW_WITHIN,
        alone=alone,
        ended_at=ended,
    )
    if agreed is None:
        assert until <= EPOCH + (overrides.REVIEW_WITHIN if alone else overrides.APPROVE_WITHIN)
    if ended is not None:
        assert until <= ended
