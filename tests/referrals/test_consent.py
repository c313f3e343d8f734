"""The rule the project exists for, over the whole space of what can be given."""

import datetime
import uuid

from hypothesis import given
from hypothesis import strategies as st

from network.referrals.categories import Category
from network.referrals.consent import Purpose, Terms, missing, shareable

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
)


@given(st.lists(terms, max_size=5), st.sampled_from(RECIPIENTS), moments)
def test_what_is_shareable_was_said_for_this_recipient_in_a_consent_that_holds(
    consents: list[Terms], recipient: uuid.UUID, at: datetime.datetime
) -> None:
    for category in Category:
        said = any(
            c.purpose is Purpose.REFERRAL
            and category in c.scopes.get(recipient, frozenset())
            and c.given_at <= at < c.expires_at
            and (c.withdrawn_at is None or at < c.withdrawn_at)
            for c in consents
        )
        assert (category in shareable(consents, recipient, at)) == said


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
def test_a_withdrawn_consent_never_holds_again(consent: Terms, at: datetime.datetime) -> None:
    if consent.withdrawn_at is not None and at >= consent.withdrawn_at:
        assert not consent.active(at)


def test_nothing_is_shareable_without_a_consent() -> None:
    assert shareable([], RECIPIENTS[0], EPOCH) == frozenset()
