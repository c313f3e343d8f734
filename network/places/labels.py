"""What people call each kind of place."""

from flask_babel import lazy_gettext as _l

from network.places.models import PlaceKind

KINDS = {
    PlaceKind.COUNTRY: _l("Country"),
    # NOTE: The largest part of a country: oblast, облус, viloyat, вилоят.
    PlaceKind.PROVINCE: _l("Province"),
    # NOTE: A part of a province: район, tuman, ноҳия.
    PlaceKind.DISTRICT: _l("District"),
    PlaceKind.CITY: _l("City"),
    PlaceKind.SETTLEMENT: _l("Town or village"),
}
