"""Days as people write them in five languages, and the two clocks of the valley."""

from datetime import UTC, date, datetime

import pytest

from network import dates

LAUNCH = date(2007, 4, 24)


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "24 April 2007"),
        ("ru", "24 апреля 2007 года"),
        ("ky", "2007-жылдын 24-апрели"),
        ("uz", "2007-yil 24-aprel"),
        ("tg", "24 апрели соли 2007"),
        ("xx", "24 April 2007"),
    ],
)
def test_a_day_in_a_sentence_is_written_as_people_write_it(language: str, written: str) -> None:
    assert dates.long_date(LAUNCH, language).replace("\u202f", " ").replace("\xa0", " ") == written


@pytest.mark.parametrize("language", ["en", "ru", "ky", "uz", "tg"])
@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_has_its_words_in_every_language(language: str, month: int) -> None:
    day = date(2007, month, 1)
    assert "2007" in dates.long_date(day, language)
    assert dates.month(day, language) and dates.weekday(day, language)


def test_a_table_never_leaves_day_and_month_to_guessing() -> None:
    assert dates.short_date(date(2026, 3, 5)) == "05.03.2026"


def test_osh_is_an_hour_ahead_of_andijan_and_khujand() -> None:
    osh, west = dates.clocks(datetime(2007, 5, 14, 4, 0, tzinfo=UTC), "Asia/Bishkek")
    assert ([str(p) for p in osh.places], osh.local.hour) == (["Osh"], 10)
    assert ([str(p) for p in west.places], west.local.hour) == (["Andijan", "Khujand"], 9)


def test_an_event_in_andijan_is_told_by_its_own_clock_first() -> None:
    first, second = dates.clocks(datetime(2007, 5, 14, 4, 0, tzinfo=UTC), "Asia/Tashkent")
    assert (str(first.places[0]), first.local.hour, second.local.hour) == ("Andijan", 9, 10)


def test_near_midnight_the_two_clocks_show_two_days() -> None:
    osh, west = dates.clocks(datetime(2007, 5, 14, 18, 30, tzinfo=UTC))
    assert (osh.local.day, west.local.day) == (15, 14)


@pytest.mark.parametrize("name", [None, "", "Mars/Olympus", "../etc/passwd", "\0"])
def test_a_time_zone_that_does_not_exist_reads_as_osh(name: str | None) -> None:
    assert dates.zone(name).key == "Asia/Bishkek"
