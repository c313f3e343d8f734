"""Session tokens: the table's hash opens nothing."""

from network.keys import PrivateKey, new_token, session_kek, token_hash, unwrap, wrap


def test_a_token_opens_the_session_blob_and_its_hash_does_not() -> None:
    token, private = new_token(), PrivateKey.generate()
    blob = wrap(session_kek(token), private.seed, b"session")
    assert unwrap(session_kek(token.encode()), blob, b"session") == private.seed
    assert session_kek(token) != token_hash(token) == token_hash(token.encode())
    assert session_kek(token_hash(token)) != session_kek(token)


def test_tokens_are_256_bits_and_never_the_same() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100 and {len(token) for token in tokens} == {43}


def test_a_forged_cookie_is_only_a_wrong_token() -> None:
    for cookie in ("", "\ud800", "é" * 40):
        assert len(token_hash(cookie)) == len(session_kek(cookie)) == 32
