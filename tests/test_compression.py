"""What is compressed and what must not be."""

from __future__ import annotations

import gzip

import pytest
from flask import Flask, Response, jsonify, stream_with_context

from network import compression
from network.web import EVERYONE, Access

LONG = "көпүрө " * 500
ZIPPED = {"Accept-Encoding": "br, gzip"}


@pytest.fixture(scope="module")
def app() -> Flask:
    app = Flask("network", static_folder=None)
    compression.register(app)

    @app.get("/page")
    def page() -> Response:
        response = Response(LONG, mimetype="text/html")
        response.set_etag("v1")
        return response

    @app.get("/case")
    def case() -> str:
        return LONG

    case.access = Access(frozenset({EVERYONE}), hidden=True)  # type: ignore[attr-defined]

    @app.get("/guest")
    def guest() -> str:
        compression.keep_plain()
        return LONG

    app.add_url_rule("/small", "small", lambda: "short")
    app.add_url_rule("/json", "json", lambda: jsonify(words=LONG))
    app.add_url_rule("/zip", "zip", lambda: Response(LONG.encode(), mimetype="application/zip"))
    app.add_url_rule(
        "/stream", "stream", lambda: Response(stream_with_context(iter([LONG])), mimetype="text/csv")
    )
    return app


@pytest.mark.parametrize("path", ["/page", "/json"])
def test_text_is_sent_packed_to_those_who_take_it(app: Flask, path: str) -> None:
    packed = app.test_client().get(path, headers=ZIPPED)
    plain = app.test_client().get(path)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data)


def test_two_requests_get_the_same_bytes(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/page", headers=ZIPPED).data == client.get("/page", headers=ZIPPED).data


def test_a_packed_page_keeps_a_weak_tag_that_revalidates(app: Flask) -> None:
    assert app.test_client().get("/page", headers=ZIPPED).headers["ETag"] == 'W/"v1"'


@pytest.mark.parametrize("path", ["/case", "/guest"])
def test_words_of_a_case_are_never_packed(app: Flask, path: str) -> None:
    assert "Content-Encoding" not in app.test_client().get(path, headers=ZIPPED).headers


@pytest.mark.parametrize("path", ["/small", "/zip", "/stream"])
def test_what_gains_nothing_is_left_alone(app: Flask, path: str) -> None:
    assert "Content-Encoding" not in app.test_client().get(path, headers=ZIPPED).headers


def test_a_reader_who_refuses_gzip_gets_it_plain(app: Flask) -> None:
    response = app.test_client().get("/page", headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in response.headers
