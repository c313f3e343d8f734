"""The catalogues of translations: gather the words, bring the files up to date, judge them, compile them.

``python -m network.i18n.catalogues extract|update|check|compile``

English is the source and needs no catalogue. ``check`` exits 1 and says, a line each, what a reader of some language
would stumble over. The rules it checks are in ``network.i18n.proofreading``.
"""

import argparse
import io
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from network.i18n.languages import LANGUAGES
from network.i18n.proofreading import faults

ROOT = Path(__file__).resolve().parents[2]
TRANSLATED = tuple(code for code in LANGUAGES if code != "en")

# What each function that marks words is called, and which of its arguments are words (c: context).
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    **dict.fromkeys(("_", "_l", "gettext", "lazy_gettext"), None),
    **dict.fromkeys(("_n", "_ln", "ngettext", "lazy_ngettext"), (1, 2)),
    **dict.fromkeys(("_p", "_lp", "pgettext", "lazy_pgettext"), ((1, "c"), 2)),
    "npgettext": ((1, "c"), 2, 3),
    "lazy_npgettext": ((1, "c"), 2, 3),
}

_HEADER = """\
# {title} of Kopuro.
# Terms are agreed in translations/GLOSSARY.md.
# Reviewed by a native speaker: entries with the comment "reviewed"; none yet.
#"""
# Dates and tool versions would make every run a change.
_CHURN = re.compile(
    r'^"(POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|Language-Team|Report-Msgid-Bugs-To): .*\n',
    re.M,
)


def po_path(code: str, root: Path = ROOT) -> Path:
    return root / "translations" / code / "LC_MESSAGES" / "messages.po"


def gathered(root: Path = ROOT) -> Catalog:
    """Every message of the product, with the files it stands in and its notes."""
    with (root / "translations" / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    catalog = Catalog(project="Kopuro", header_comment=_HEADER.format(title="Words"), fuzzy=False)
    found = extract_from_dir(
        str(root / "network"),
        methods,
        options,
        keywords=KEYWORDS,
        comment_tags=("NOTE:",),
        strip_comment_tags=True,
    )
    for filename, _line, message, comments, context in sorted(found, key=lambda each: (each[0], each[1])):
        catalog.add(message, locations=[(f"network/{filename}", 0)], auto_comments=comments, context=context)
    return catalog


def read(code: str, root: Path = ROOT) -> Catalog:
    """A language's catalogue; an empty one where there is no file yet."""
    path = po_path(code, root)
    if not path.exists():
        return Catalog(locale=code, project="Kopuro", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=code)


def write(catalog: Catalog, path: Path, title: str) -> None:
    """Write a catalogue the same way each time, so that a change shows only what changed."""
    catalog.header_comment, catalog.fuzzy = _HEADER.format(title=title), False
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=110, include_lineno=False, sort_by_file=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_CHURN.sub("", buffer.getvalue().decode()), encoding="utf-8")


def messages(catalog: Catalog) -> Iterator[Message]:
    """The messages without the header."""
    return (message for message in catalog if message.id)


def extract(root: Path) -> int:
    """Write ``messages.pot``, the list translators begin with."""
    catalog = gathered(root)
    write(catalog, root / "translations" / "messages.pot", "Words")
    _say(f"{len(catalog)} messages in translations/messages.pot")
    return 0


def update(root: Path) -> int:
    """Bring every language's file up to date: new messages empty, vanished ones kept as obsolete."""
    extract(root)
    for code in TRANSLATED:
        template, catalog = gathered(root), read(code, root)
        catalog.update(template, no_fuzzy_matching=True)
        write(catalog, po_path(code, root), f"{LANGUAGES[code].name}: words")
        missing = sum(1 for message in messages(catalog) if not _translated(message))
        _say(f"{code}: {len(catalog)} messages, {missing} to translate")
    return 0


def _translated(message: Message) -> bool:
    texts = message.string if isinstance(message.string, list | tuple) else [message.string]
    return bool(texts) and all(texts)


def problems(root: Path = ROOT) -> list[str]:
    """One line for everything wrong with the catalogues; empty when a release may go out."""
    template = gathered(root)
    lines = []
    for code in TRANSLATED:
        catalog = read(code, root)
        lines += [f"{code}: {fault}" for fault in faults(code, catalog, template)]
    return lines


def check(root: Path) -> int:
    lines = problems(root)
    for line in lines:
        _say(line)
    _say(
        f"{len(lines)} faults in the translations"
        if lines
        else f"Translations complete: {', '.join(TRANSLATED)}"
    )
    return 1 if lines else 0


def compile_all(root: Path = ROOT) -> list[Path]:
    """Write the ``.mo`` files the application reads, where the ``.po`` is newer. Returns those written.

    Several processes may do so at once: each file appears whole.
    """
    written = []
    for code in TRANSLATED:
        source = po_path(code, root)
        target = source.with_suffix(".mo")
        if source.exists() and (
            not target.exists() or target.stat().st_mtime_ns <= source.stat().st_mtime_ns
        ):
            partial = target.with_suffix(f".{os.getpid()}.new")
            with partial.open("wb") as file:
                write_mo(file, read(code, root))
            partial.replace(target)
            written.append(target)
    return written


def _compile(root: Path) -> int:
    for path in compile_all(root):
        _say(f"compiled {path.relative_to(root)}")
    return 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


COMMANDS: dict[str, Callable[[Path], int]] = {
    "extract": extract,
    "update": update,
    "check": check,
    "compile": _compile,
}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m network.i18n.catalogues", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument(
        "--root", type=Path, default=ROOT, help="the folder of the product (default: this one)"
    )
    chosen = parser.parse_args(arguments)
    return COMMANDS[chosen.command](chosen.root)


if __name__ == "__main__":
    raise SystemExit(main())
