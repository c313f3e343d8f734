"""Names of countries in five languages: CLDR's, but for those that CLDR has wrong or does not have."""

from network.i18n.folding import normalise_uzbek
from network.i18n.languages import known, locale_of

# CLDR calls Kyrgyzstan «Киргизия» in Russian; the country itself and everyone there writes «Кыргызстан».
_OVERRIDES: dict[tuple[str, str], str] = {
    ("ru", "KG"): "Кыргызстан",
    # Tajik is thin in CLDR; these are the names that Tajik media and offices use.
    ("tg", "AE"): "Аморати Муттаҳидаи Араб",
    ("tg", "GB"): "Британияи Кабир",
    ("tg", "US"): "Иёлоти Муттаҳидаи Амрико",
}


def country_name(code: str, language: str) -> str:
    """The name of an ISO 3166-1 alpha-2 country; the code itself where nobody knows it, never an error."""
    language, country = known(language), code.strip().upper()
    found = _OVERRIDES.get((language, country)) or locale_of(language).territories.get(country)
    if not found and language != "en":
        found = locale_of("en").territories.get(country)
    name = str(found) if found else code
    return normalise_uzbek(name) if language == "uz" else name
