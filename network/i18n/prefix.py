"""The ``/LL/`` prefix of every page, and the language it puts the answer in.

``register(app)`` is called once by the factory, before the blueprints. A page's view never takes ``lang``: it is taken
out of the path into ``g.language`` here, and ``url_for`` puts it back. Jobs and mails have no path; they write
``with speaking("ky"):`` around what they render.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from flask import (
    Flask,
    Response,
    current_app,
    g,
    has_app_context,
    has_request_context,
    redirect,
    request,
    url_for,
)
from flask_babel import Babel, Domain, force_locale, get_locale
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from network.i18n.languages import CODES, DEFAULT_LANGUAGE, LANGUAGES, Language, known, language_of
from network.i18n.negotiate import negotiate
from network.web import EVERYONE, allow

PREFIX = f"/<any({','.join(CODES)}):lang>"

TRANSLATIONS = Path(__file__).resolve().parents[2] / "translations"

# CLDR writes 5/3/26 in Kyrgyz and 05/03/26 in Uzbek and Tajik: day or month first? Tables write 05.03.2026 everywhere.
DATE_FORMATS = {
    "time": "short",
    "date": "long",
    "datetime": "long",
    "date.short": "dd.MM.yyyy",
    "datetime.short": "dd.MM.yyyy HH:mm",
    "time.short": "HH:mm",
    **{
        f"{kind}.{length}": None
        for kind in ("date", "datetime", "time")
        for length in ("medium", "long", "full")
    },
}

_spoken: ContextVar[str | None] = ContextVar("kopuro_language", default=None)


def current_language() -> str:
    """The code of the language being spoken: ``speaking``'s, else the page's, else the default."""
    spoken = _spoken.get()
    if spoken is not None:
        return spoken
    try:
        language = g.get("language")
    except RuntimeError:  # No application at work.
        return DEFAULT_LANGUAGE
    return language if language in LANGUAGES else known(current_app.config.get("DEFAULT_LANGUAGE"))


def own_first() -> list[Language]:
    """All languages, the reader's own in front: the order in which a form asks for texts."""
    own = current_language()
    return sorted(LANGUAGES.values(), key=lambda one: one.code != own)


@contextmanager
def speaking(code: str | None) -> Iterator[str]:
    """Render in another language than the request's: mails and jobs to a reader, a page in the survivor's language.

    Unknown codes speak the default. Nests, and always gives back the language that was spoken before.
    """
    language = known(code)
    token = _spoken.set(language)
    try:
        if has_app_context():
            with force_locale(LANGUAGES[language].locale):
                yield language
        else:
            yield language
    finally:
        _spoken.reset(token)


class Words(Domain):  # type: ignore[misc]  # flask-babel is untyped.
    """The messages, found by our own language: one look-up for each word, where the library's makes a dozen."""

    def __init__(self) -> None:
        super().__init__()
        self.by_language: dict[str, Any] = {}

    def get_translations(self) -> Any:
        language = current_language()
        found = self.by_language.get(language)
        if found is None:
            found = super().get_translations()
            if has_app_context():
                self.by_language[language] = found
        return found


def _said(words: Words) -> Callable[..., str]:
    """What templates call as ``_``: as Jinja's own, which comes to the words by three calls through its context."""

    @pass_context
    def said(context: Context, message: str, /, **values: Any) -> str:
        text: str = words.get_translations().ugettext(message)
        if context.eval_ctx.autoescape:
            text = Markup(text)  # noqa: S704  # Our own words, into which values are put escaped.
        return text % values if "%" in text else text

    return said


def _locale() -> str:
    return language_of(current_language()).locale


def _take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Before each request: the language from the path; without one, from the reader's wishes."""
    code = values.pop("lang", None) if values else None
    if code is None:
        # No page was found under this path; an error page still speaks the language the address names.
        first = request.path.split("/", 2)[1] if request.path.startswith("/") else ""
        code = first if first in LANGUAGES else None
    g.language_negotiated = code is None
    g.language = code or _wished()


def _wished() -> str:
    return negotiate(
        request.headers.get("Accept-Language"), current_app.config.get("DEFAULT_LANGUAGE", DEFAULT_LANGUAGE)
    )


def _give_language(endpoint: str, values: dict[str, Any]) -> None:
    """On ``url_for``: stay in the language being spoken, unless the caller names one."""
    if "lang" not in values and current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
        values["lang"] = current_language()


def _announce(response: Response) -> Response:
    """Caches must know the language of a page, and where the reader's wishes chose it."""
    if response.mimetype == "text/html" and has_app_context():
        response.headers.setdefault("Content-Language", language_of(g.get("language")).tag)
    if g.get("language_negotiated"):
        response.vary.add("Accept-Language")
    return response


@allow(EVERYONE)
def front_door() -> Response:
    """``/`` has no language of its own: go to the front page in the one the reader wishes."""
    response = redirect(f"{request.script_root}/{g.language}/", code=302)
    response.headers["Cache-Control"] = "no-cache"
    return response  # type: ignore[return-value]  # flask's redirect is typed as werkzeug's wider Response


def url_for_language(code: str) -> str:
    """The address of this very page in another language: same endpoint, arguments and query.

    Where there is no page (an error, an address without prefix) it is the front page in that language. Parameters of
    the query that repeat are kept; what is not in the query (a posted form) is not put into an address.
    """
    language = known(code)
    # Each page says it twice of each language.
    said: dict[str, str] = g.setdefault("addresses_by_language", {}) if has_request_context() else {}
    if language not in said:
        spoken = current_language()
        if spoken not in said:
            said[spoken] = _url_for_language(spoken)
        said[language] = _in_place_of(spoken, said[spoken], language)
    return said[language]


def _in_place_of(spoken: str, address: str, language: str) -> str:
    """This page's address with another language at its beginning, where every one of ours has it."""
    root = request.script_root if has_request_context() else ""
    whole, sought = f"{root}/{spoken}/", f"{root}/{language}/"
    return sought + address[len(whole) :] if address.startswith(whole) else _url_for_language(language)


def _url_for_language(language: str) -> str:
    home = f"{request.script_root}/{language}/" if has_request_context() else f"/{language}/"
    if not has_request_context() or request.endpoint is None:
        return home
    if not current_app.url_map.is_endpoint_expecting(request.endpoint, "lang"):
        return home
    if request.url_rule is not None and "GET" not in (request.url_rule.methods or ()):
        return home
    values: dict[str, Any] = {name: found for name, found in request.args.lists() if not name.startswith("_")}
    values.update(request.view_args or {})
    values["lang"] = language
    return url_for(request.endpoint, **values)


def register(app: Flask, *, translations: Path = TRANSLATIONS) -> None:
    """Give ``app`` its five languages. Call it before the blueprints are registered with ``url_prefix=PREFIX + "/…"``.

    The default language is that of ``app.settings``, where there are any. Templates may call ``language()`` and
    ``url_for_language(code)``.
    """
    settings = getattr(app, "settings", None)
    default = known(getattr(settings, "default_language", None) or app.config.get("DEFAULT_LANGUAGE"))
    app.config["DEFAULT_LANGUAGE"] = default
    app.config["BABEL_DEFAULT_LOCALE"] = LANGUAGES[default].locale
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(translations.resolve())
    babel = Babel(app, date_formats=dict(DATE_FORMATS), locale_selector=_locale)
    words = babel.domain_instance = Words()
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda s: words.get_translations().ugettext(s),
        ngettext=lambda s, p, n: words.get_translations().ungettext(s, p, n),
        newstyle=True,
        pgettext=lambda c, s: words.get_translations().upgettext(c, s),
        npgettext=lambda c, s, p, n: words.get_translations().unpgettext(c, s, p, n),
    )
    app.jinja_env.globals.update(gettext=_said(words), _=_said(words))
    app.url_value_preprocessor(_take_language)
    app.url_defaults(_give_language)
    app.after_request(_announce)
    app.add_url_rule("/", "front_door", front_door)
    app.jinja_env.policies["ext.i18n.trimmed"] = (
        True  # As the extraction of messages has it (translations/babel.cfg).
    )
    app.jinja_env.globals.update(language=current_language, url_for_language=url_for_language)


__all__ = ["PREFIX", "current_language", "get_locale", "register", "speaking", "url_for_language"]
