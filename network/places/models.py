"""The tables of places: the same for everyone, changed by migrations alone."""

from __future__ import annotations

import enum

from sqlalchemy import Enum, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from network.i18n.translated import Shown
from network.places.spelling import named
from network.tenancy import PlatformOwned


class PlaceKind(enum.StrEnum):
    """What kind of place. Words for people: ``labels.KINDS``."""

    COUNTRY = "country"
    PROVINCE = "province"
    DISTRICT = "district"
    CITY = "city"
    SETTLEMENT = "settlement"


class Place(PlatformOwned):
    """A country, province, district, city or larger village of the valley.

    ``id`` is stable and may stand in addresses: ISO 3166 for countries and provinces (``KG``, ``KG-O``), the p-code of
    OCHA below (``TJ-3505203``, ``UZ03202``), ``gn:`` and the number of GeoNames for settlements. ``level``: 0 country to
    3 settlement. Osh city stands at level 1 beside its province, as in law.
    """

    __tablename__ = "place"
    reason = "Geography is common knowledge: every tenant and every stranger reads the same places."
    verbs = frozenset({"SELECT"})

    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    country: Mapped[str] = mapped_column(String(2))
    level: Mapped[int]
    kind: Mapped[PlaceKind] = mapped_column(
        Enum(PlaceKind, native_enum=False, length=20, values_callable=lambda e: [m.value for m in e])
    )
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("place.id"), index=True)
    pcode: Mapped[str | None] = mapped_column(String(20), unique=True)
    iso: Mapped[str | None] = mapped_column(String(10))
    names: Mapped[dict[str, str]]
    """By language, and ``uz_Cyrl``; never empty in ``en``."""
    unsourced: Mapped[list[str]]
    """Languages whose name no source confirms yet."""
    sort_keys: Mapped[dict[str, str]]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]

    def name(self, language: str) -> Shown:
        """The name for a reader, and the language it is really in."""
        return named(self.names, language)


class PlaceName(PlatformOwned):
    """One spelling of a place's name, folded three ways (``network.i18n.folding``). ``language`` is empty for an alias:
    a former name or another transliteration."""

    __tablename__ = "place_name"
    reason = "Spellings of public place names, for finding a place."
    verbs = frozenset({"SELECT"})

    place_id: Mapped[str] = mapped_column(ForeignKey("place.id"), primary_key=True)
    folded: Mapped[str] = mapped_column(String(120), primary_key=True)
    text: Mapped[str] = mapped_column(String(120))
    language: Mapped[str | None] = mapped_column(String(8))
    key: Mapped[str] = mapped_column(String(120), index=True)
    skeleton: Mapped[str] = mapped_column(String(120), index=True)
