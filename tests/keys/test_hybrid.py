"""Key pairs: what is sealed for one opens for that one, for the same purpose, and for nobody else."""

import pickle
import uuid
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.keys import KeysError, PrivateKey, PublicKey, Tampered, info_for, words

TENANT = uuid.UUID("0190a0a0-0000-7000-8000-000000000001")
INFO = info_for("part-key", "referral-part", TENANT, 1)


@pytest.fixture(scope="module")
def private() -> PrivateKey:
    return PrivateKey.generate()


@given(plaintext=st.binary(max_size=300), info=st.binary(max_size=60))
def test_what_is_sealed_opens(private, plaintext, info) -> None:
    assert private.open(private.public.seal(plaintext, info), info) == plaintext


def test_a_sealed_key_has_the_size_that_is_documented(private) -> None:
    assert len(private.public.seal(bytes(32), INFO)) == 1169
    assert (len(private.seed), len(private.public.raw)) == (96, 1216)


def test_a_pair_comes_back_from_its_seed(private) -> None:
    again = PrivateKey.from_seed(private.seed)
    assert again.public == private.public
    assert (
        again.open(PublicKey.from_bytes(private.public.raw).seal(b"safe house", INFO), INFO) == b"safe house"
    )


def test_nobody_else_opens_it(private) -> None:
    with pytest.raises(Tampered):
        PrivateKey.generate().open(private.public.seal(b"x", INFO), INFO)


def test_half_of_a_pair_opens_nothing(private) -> None:
    """Both halves are needed: the post-quantum one and the one that has been tried for decades."""
    sealed, other = private.public.seal(b"x", INFO), PrivateKey.generate()
    for seed in (private.seed[:64] + other.seed[64:], other.seed[:64] + private.seed[64:]):
        with pytest.raises(Tampered):
            PrivateKey.from_seed(seed).open(sealed, INFO)


def test_no_field_of_info_can_be_swapped(private) -> None:
    infos = [
        INFO,
        info_for("desk-key", "referral-part", TENANT, 1),
        info_for("part-key", "attachment", TENANT, 1),
        info_for("part-key", "referral-part", uuid.uuid4(), 1),
        info_for("part-key", "referral-part", TENANT, 2),
        b"",
    ]
    for one, other in combinations(infos, 2):
        with pytest.raises(Tampered):
            private.open(private.public.seal(b"x", one), other)


def test_no_byte_can_be_changed(private) -> None:
    sealed = private.public.seal(bytes(32), INFO)
    for at in [*range(12), *range(12, len(sealed) - 12, 13), *range(len(sealed) - 12, len(sealed))]:
        altered = bytearray(sealed)
        altered[at] ^= 0x40
        with pytest.raises(Tampered):
            private.open(bytes(altered), INFO)


@given(junk=st.binary(max_size=1300))
def test_junk_is_refused_and_nothing_worse(private, junk) -> None:
    for blob in (junk, b"\x01" + junk):
        with pytest.raises(Tampered):
            private.open(blob, INFO)


def test_cut_or_lengthened_seals_are_refused(private) -> None:
    sealed = private.public.seal(bytes(32), INFO)
    for blob in (b"", sealed[:1], sealed[:500], sealed[:-1], sealed + b"\0"):
        with pytest.raises(Tampered):
            private.open(blob, INFO)


@pytest.mark.parametrize("raw", [b"", bytes(1215), bytes(1217), b"\xff" * 1216])
def test_what_is_no_public_key_is_refused(raw) -> None:
    with pytest.raises(KeysError):
        PublicKey.from_bytes(raw)


def test_a_seed_of_wrong_length_is_refused() -> None:
    with pytest.raises(KeysError):
        PrivateKey.from_seed(bytes(95))


def test_private_keys_do_not_slip_into_logs_or_queues(private) -> None:
    assert private.seed.hex() not in repr(private) and repr(private) == "PrivateKey(hidden)"
    with pytest.raises(TypeError):
        pickle.dumps(private)


def test_a_changed_key_shows_in_fingerprint_and_words(private) -> None:
    other = PrivateKey.generate().public
    assert private.public.fingerprint() == PublicKey.from_bytes(private.public.raw).fingerprint()
    assert private.public.fingerprint() != other.fingerprint()
    assert len(private.public.fingerprint()) == 39
    assert private.public.six_words("ru") != other.six_words("ru")


def test_two_people_read_the_same_sounds_in_two_scripts(private) -> None:
    latin, cyrillic = words.word_list("uz"), words.word_list("tg")
    said = dict(zip(latin, cyrillic, strict=True))
    assert [said[word] for word in private.public.six_words("uz")] == private.public.six_words("tg")
    assert private.public.six_words("en") == private.public.six_words("uz")
    assert private.public.six_words("ky") == private.public.six_words("ru") == private.public.six_words("tg")


def test_the_six_words_carry_sixty_bits_and_no_word_is_rude() -> None:
    for language in ("en", "ru", "ky", "uz", "tg"):
        assert len(set(words.word_list(language))) == 2**words.BITS_PER_WORD
    assert words.WORDS * words.BITS_PER_WORD >= 60
    assert not {"suka", "siki", "kuni", "mina", "luli"} & set(words.word_list("en"))
    assert (
        words.word_list("en")[:3] == ("babi", "babu", "bada")
        and words.word_list("ru")[-1] == words.word_list("tg")[-1]
    )
