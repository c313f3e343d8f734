"""Which clock hangs on the wall in each country of the valley."""

from zoneinfo import ZoneInfo

TIMEZONES = {"KG": "Asia/Bishkek", "UZ": "Asia/Tashkent", "TJ": "Asia/Dushanbe"}


def timezone_of(country: str | None) -> ZoneInfo:
    """The time zone of a country (ISO 3166-1 alpha-2); Kyrgyzstan's, where the network has its seat, for any other."""
    return ZoneInfo(TIMEZONES.get(country or "", TIMEZONES["KG"]))
