"""What a translation must keep: placeholders, plural forms, tags, the letters of its own alphabet.

Nobody on a team reads all five languages, so these rules read along. Each fault is a sentence that names the message.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural

from network.i18n.folding import normalise_uzbek

_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sdif]|\{\w*\}")
_TAG = re.compile(r"</?[a-zA-Z][^>]*>")
_ADDRESS = re.compile(r"https?://\S+|\S+@\S+|/[\w./-]+/")
_LATIN, _CYRILLIC = re.compile("[A-Za-z]"), re.compile("[Ѐ-ӿ]")
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[ʻʼ'’-](?=[^\W\d_]))*")

_RUSSIAN = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
ALPHABETS = {
    "ru": set(_RUSSIAN),
    "ky": set(_RUSSIAN + "ңөү"),
    # The orthography of 1998 has no ц щ ы ь.
    "tg": set(_RUSSIAN + "ғӣқӯҳҷ") - set("цщыь"),
    "uz": set("abcdefghijklmnopqrstuvwxyz"),
}

# Latin words that Cyrillic text writes as they are, without their standing in the English sentence.
_LATIN_NAMES = (
    "SMS PDF QR RSS ID URL CSV Excel WhatsApp Telegram IMO Viber HSDS HXL HTCDS IATI JSON Atom iCalendar"
)
_ALWAYS_LATIN = frozenset(_LATIN_NAMES.split())
# Messages that are the same in a translation: names, signs, examples.
_SAME_EVERYWHERE = re.compile(
    r"(?:Kopuro|[A-Z]{2,6}|[\W\d_]*|HXL CSV|JSON Feed|iCalendar|Telegram|WhatsApp|Viber|IMO|Excel)"
)


def _forms(text: object) -> list[str]:
    return [str(form) for form in text] if isinstance(text, list | tuple) else [str(text or "")]


def _plain(text: str) -> str:
    """Only the words: without placeholders, tags and addresses."""
    for pattern in (_ADDRESS, _TAG, _PLACEHOLDER):
        text = pattern.sub(" ", text)
    return text


def _name(message: Message) -> str:
    text = _forms(message.id)[0]
    where = message.locations[0][0] if message.locations else "?"
    return f"«{text if len(text) <= 60 else text[:59] + '…'}» ({where})"


def faults(code: str, catalog: Catalog, template: Catalog) -> Iterator[str]:
    """Everything wrong with one language, judged against the messages the product has now."""
    wanted = get_plural(code)
    if (catalog.num_plurals, catalog.plural_expr) != (wanted.num_plurals, wanted.plural_expr):
        yield f"the plural header is {catalog.plural_forms!r}, wanted nplurals={wanted.num_plurals}; plural={wanted.plural_expr}"
    for source in template:
        if not source.id:
            continue
        found = catalog.get(source.id, context=source.context)
        name = _name(source)
        if found is None or not any(_forms(found.string)):
            yield f"{name} is not translated"
            continue
        yield from (f"{name} {fault}" for fault in _message_faults(code, source, found, wanted.num_plurals))


def _message_faults(code: str, source: Message, found: Message, plurals: int) -> Iterator[str]:
    forms = _forms(found.string)
    if found.fuzzy:
        yield "is marked fuzzy, so nobody sees its translation"
    is_plural = isinstance(source.id, list | tuple)
    if len(forms) != (plurals if is_plural else 1) or not all(forms):
        yield f"has {sum(map(bool, forms))} forms, wanted {plurals if is_plural else 1}"
    originals = _forms(source.id)
    for form in filter(None, forms):
        yield from _form_faults(code, originals, form)


def _form_faults(code: str, originals: Sequence[str], form: str) -> Iterator[str]:
    """``originals``: the message, and its plural where it has one. The plural tells what every form must name, because
    the first form of Russian also counts 21."""
    whole = originals[-1]
    kept, wanted = Counter(_PLACEHOLDER.findall(form)), Counter(_PLACEHOLDER.findall(whole))
    if set(kept) != set(wanted):
        yield f"names {sorted(kept) or 'nothing'}, wanted {sorted(wanted) or 'nothing'}"
    if _bare_percents(form) != _bare_percents(whole):
        yield "has another number of percent signs: write %% where the English does"
    if Counter(_TAG.findall(form)) != Counter(_TAG.findall(whole)):
        yield "has other tags than the English"
    if (form[:1].isspace(), form[-1:].isspace()) != (whole[:1].isspace(), whole[-1:].isspace()):
        yield "begins or ends with a space where the English does not, or the reverse"
    if form in originals and re.search("[A-Za-z]{3}", _plain(form)) and not _SAME_EVERYWHERE.fullmatch(form):
        yield "is still English"
    yield from _letter_faults(code, originals, form)


def _bare_percents(text: str) -> tuple[int, int]:
    rest = _PLACEHOLDER.sub("", text)
    return rest.count("%%"), rest.replace("%%", "").count("%")


def _letter_faults(code: str, originals: Sequence[str], form: str) -> Iterator[str]:
    """Letters that look right and are not: they break search, sorting and reading aloud."""
    plain = _plain(form)
    given = set(_WORD.findall(" ".join(map(_plain, originals)))) | _ALWAYS_LATIN
    if code == "uz" and normalise_uzbek(plain) != plain:
        yield f"has other apostrophes than ʻ and ʼ; right is «{normalise_uzbek(plain).strip()}»"
    for word in _WORD.findall(plain):
        latin, cyrillic = _LATIN.search(word), _CYRILLIC.search(word)
        foreign = set(re.sub("[-ʻʼ'’]", "", word.lower())) - ALPHABETS[code]
        if latin and cyrillic and not _is_compound(word, given):
            yield f"mixes Latin and Cyrillic letters in «{word}»"
        elif code == "uz" and cyrillic:
            yield f"has the Cyrillic word «{word}»"
        elif code != "uz" and latin and not cyrillic and word not in given:
            yield f"has the Latin word «{word}»"
        elif cyrillic and foreign and not latin:
            yield f"has letters of another alphabet in «{word}»: {' '.join(sorted(foreign))}"


def _is_compound(word: str, given: set[str]) -> bool:
    """«PDF-файл», «SMS-билдирүү»: each part in one script, the Latin one known."""
    parts = word.split("-")
    return len(parts) > 1 and all(
        not (_LATIN.search(part) and _CYRILLIC.search(part)) and (not _LATIN.search(part) or part in given)
        for part in parts
    )
