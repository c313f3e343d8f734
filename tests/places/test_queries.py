"""Places as pages find them: by any spelling, by parent, by country."""

import pytest
from sqlalchemy import func, select

from network.places.data import name_rows, place_rows
from network.places.loading import load_places
from network.places.models import Place, PlaceName
from network.places.queries import Match, at_level, chain, children, find, within
from network.tenancy import Actor


@pytest.fixture
def session(app):
    with app.database.unit_of_work(Actor.anonymous()) as session:
        yield session


def found(session, text, language="en", **kw):
    return [
        (place.id, alias, Match(match))
        for place, alias, match in session.execute(find(text, language, **kw).limit(10))
    ]


@pytest.mark.parametrize("typed", ["Ош", "Osh", "O'sh", "Ўш", "Oʻsh", "OSH", " ош ", "Ӯш", "г. Ош"])
def test_every_spelling_of_osh_finds_the_city_first(session, typed):
    assert found(session, typed)[0] == ("KG-GO", None, Match.SPELLING if "г" not in typed else Match.NAME)


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("Жалал-Абад", "KG-J"),
        ("Jalolobod viloyati", "KG-J"),
        ("Ферганская область", "UZ-FA"),
        ("Farg'ona", "UZ-FA"),
        ("Фаргона", "UZ-FA"),
        ("Худжанд", "TJ-3505401"),
        ("Xo`jand", "TJ-3505401"),
        ("Кожент", "TJ-3505401"),
        ("Khujand", "TJ-3505401"),
        ("Лейлек", "KG05236000000"),
        ("Ляйлякский район", "KG05236000000"),
        ("Сох", "UZ30226"),
        ("Қўқон", "UZ30405"),
        ("Кокон", "UZ30405"),
        ("Поп", "UZ14219"),
        ("Киргизия", "KG"),
        ("Ворух", "gn:1220164"),
    ],
)
def test_a_place_is_found_from_any_language(session, typed, place):
    assert found(session, typed)[0][0] == place


@pytest.mark.parametrize(
    ("former", "place"), [("Манас", "KG03410000010"), ("Leninabad", "TJ-3505401"), ("Исфана", "gn:1222662")]
)
def test_a_former_name_finds_the_place_and_says_so(session, former, place):
    ident, alias, match = found(session, former)[0]
    assert (ident, match) == (place, Match.SPELLING)
    assert alias


def test_slips_are_found_but_marked_as_guesses(session):
    ident, _, match = found(session, "Андижн")[0]
    assert (ident, match) == ("UZ-AN", Match.CONSONANTS)
    ident, _, match = found(session, "Namngan")[0]
    assert ident == "UZ-NG"
    assert match >= Match.CONSONANTS
    assert found(session, "Коканд")[0][2] is Match.SPELLING


def test_the_first_letters_are_enough(session):
    assert {"UZ-AN", "UZ03401"} <= {ident for ident, *_ in found(session, "анд")}


@pytest.mark.parametrize(
    "text",
    ["", " ", "!!!", "%", "_", "\\", "'; DROP TABLE place;--", "中国", "x" * 5000, "\u0301", "Ы" * 300],
)
def test_nonsense_finds_nothing_or_little_and_never_fails(session, text):
    assert len(found(session, text)) <= 10
    if not text.strip("!%_\\ \u0301"):
        assert found(session, text) == []


def test_a_country_narrows_the_search(session):
    assert {ident[:2] for ident, *_ in found(session, "Kara-Suu", country="KG")} <= {"KG", "gn"}
    assert found(session, "Худжанд", country="KG") == []


def test_lists_are_in_the_order_of_the_alphabet(session):
    assert [str(p.name("ru")) for p in session.scalars(children(None, "ru"))] == [
        "Кыргызстан",
        "Таджикистан",
        "Узбекистан",
    ]
    names = [str(place.name("tg")) for place in session.scalars(children("TJ-SU", "tg"))]
    assert (
        names.index("Гулистон")
        < names.index("Ғафуров")
        < names.index("ноҳияи Деваштич")
        < names.index("Қайроққум")
        < names.index("ноҳияи Мастчоҳ")
    )
    provinces = list(session.scalars(at_level(1, "ky", country="KG")))
    assert [str(p.name("ky")) for p in provinces] == ["Баткен облусу", "Жалал-Абад облусу", "Ош", "Ош облусу"]


def test_a_place_knows_what_it_lies_in_and_what_lies_in_it(session):
    assert [place.id for place in session.scalars(chain("gn:1222662"))] == ["KG", "KG-B", "gn:1222662"]
    assert list(session.scalars(chain("nowhere"))) == []
    batken = set(session.scalars(within("KG-B")))
    assert {"KG-B", "KG05236000000", "gn:1222662"} <= batken
    assert not any(ident.startswith(("UZ", "TJ")) for ident in batken)
    assert session.scalar(select(func.count()).select_from(Place).where(Place.id.in_(within("KG")))) > len(
        batken
    )


def test_a_name_says_which_language_it_is_in(session):
    razzakov = session.get(Place, "gn:1222662")
    shown = razzakov.name("tg")
    assert (shown.text, shown.language, shown.is_other) == ("Раззаков", "ru", True)
    assert session.get(Place, "KG-GO").name("uz").text == "Oʻsh"


def test_loading_again_changes_nothing(app, owner_engine):
    with owner_engine.connect() as connection:
        before = sorted(map(tuple, connection.execute(select(PlaceName.__table__))))
        assert load_places(connection) == (len(place_rows()), len(name_rows()))
        assert sorted(map(tuple, connection.execute(select(PlaceName.__table__)))) == before


def test_the_application_cannot_change_geography(app):
    from sqlalchemy.exc import ProgrammingError

    with pytest.raises(ProgrammingError), app.database.unit_of_work(Actor.anonymous()) as session:
        session.get(Place, "KG").country = "XX"
        session.flush()
