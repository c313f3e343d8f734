"""``flask directory …``: in and out of files; measuring and rebuilding what is searched."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import cast

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy import select

from network.tenancy import Actor, Tenant, TenantKind
from network.web import Kopuro

directory = AppGroup("directory", help="The shared directory.")


def register(app: Flask) -> None:
    app.cli.add_command(directory)


class _TakenBack(Exception):
    """Ends a transaction that must leave nothing behind."""


@directory.command("recall")
@click.option("--missed", is_flag=True, help="Name every question that was not answered.")
def recall(missed: bool) -> None:
    """Measure how much of what people type is found. Nothing is left behind in the database."""
    from network.directory import recall as measuring

    app = cast(Kopuro, current_app)
    try:
        with app.database.unit_of_work(Actor.anonymous()) as session:
            found = measuring.measure(session)
            raise _TakenBack
    except _TakenBack:
        pass
    click.echo(f"{'column':<22}{'asked':>7}{'found':>7}  recall")
    for title, columns in (("typed → written", found.languages), ("difficulty", found.difficulties)):
        click.echo(f"-- {title}")
        for name, share in sorted(columns.items(), key=lambda one: (-one[1].asked, one[0])):
            click.echo(f"{name:<22}{share.asked:>7}{share.answered:>7}  {share.recall:.2f}")
    whole = found.whole
    click.echo(f"{'in all':<22}{whole.asked:>7}{whole.answered:>7}  {whole.recall:.3f}")
    if missed:
        for question, got in found.missed:
            click.echo(f"not found: {question.query} ({question.expects}), but {', '.join(got) or 'nothing'}")


@directory.command("reindex")
def reindex() -> None:
    """Write everything that is searched anew from the listings, tenant by tenant."""
    from network.directory.services import publishing

    app = cast(Kopuro, current_app)
    with app.database.unit_of_work(Actor.anonymous()) as session:
        tenants = session.scalars(select(Tenant.id).order_by(Tenant.id)).all()
    written = 0
    for tenant_id in tenants:
        with app.database.unit_of_work(Actor.clock(tenant_id)) as session:
            written += publishing.publish_all(session, tenant_id)
    click.echo(f"{written} organizations written anew.")


@directory.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--tenant", "slug", help="Who keeps what is imported; the network itself where nobody is named."
)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do none of it.")
@click.option("--public", is_flag=True, help="Show everybody what is new; else the tenant alone reads it.")
@click.option(
    "--source", default="", help="What the records are known by; else the name of the file or package."
)
@click.option("--language", default="en", help="The language of texts that do not say theirs.")
@click.option(
    "--country", default="", help="ISO 3166 code for numbers and places without one; else the tenant's."
)
@click.option(
    "--report", "report_path", type=click.Path(path_type=Path), help="Write every fault to this CSV file."
)
def import_(
    path: Path,
    slug: str | None,
    dry_run: bool,
    public: bool,
    source: str,
    language: str,
    country: str,
    report_path: Path | None,
) -> None:
    """Import HSDS JSON or a tabular package from PATH. The same again changes nothing."""
    from network.directory.exchange import bringing
    from network.directory.exchange.reading import Unreadable
    from network.directory.exchange.records import Report
    from network.directory.exchange.shaping import Ways
    from network.i18n.languages import CODES

    if language not in CODES:
        raise click.ClickException(f"--language takes one of {', '.join(CODES)}.")
    if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise click.ClickException("--country takes the two letters of ISO 3166, such as KG.")
    app = cast(Kopuro, current_app)
    tenant = _tenant(app, slug)
    opened = report_path.open("w", encoding="utf-8", newline="") if report_path else nullcontext()
    with opened as file:
        report = Report(file)
        if file is not None:
            file.write("file,row,field,what,done\n")
        order = bringing.Order(
            path=path,
            tenant_id=tenant.id,
            source=source,
            public=public,
            dry=dry_run,
            ways=Ways(language, country.upper() or tenant.country or "KG"),
        )
        try:
            bringing.bring(
                app.database, Actor.clock(tenant.id), order, report, _progress, keyring=app.keyring
            )
        except Unreadable as error:
            raise click.ClickException(f"{error}.") from None
    for line in report.lines():
        click.echo(line)
    for fault in report.first if not report_path else ():
        click.echo(f"  {fault}")
    if report.faults:
        rest = report.faults - len(report.first)
        where = (
            f"; all are in {report_path}"
            if report_path
            else f"; {rest} more, --report FILE writes all"
            if rest > 0
            else ""
        )
        click.echo(f"{report.faults} faults{where}")
    done = "Nothing was written: this was a dry run." if dry_run else f"Kept by {tenant.name}."
    click.echo(f"{report.read} records read. {done}")


@directory.command("export")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--tenant", "slug", help="Only listings that this tenant keeps.")
@click.option(
    "--audience",
    type=click.Choice(["public", "partners"]),
    default="public",
    help="Who will read it; partners only of one tenant's listings, so --tenant is needed.",
)
def export(path: Path, slug: str | None, audience: str) -> None:
    """Export to PATH: HSDS JSON where it ends with .json or .ndjson, else a folder with a tabular data package."""
    from network.directory.exchange import sending

    app = cast(Kopuro, current_app)
    if audience == "partners" and not slug:
        raise click.ClickException("--audience partners needs --tenant: whose listings they are.")
    tenant = _tenant(app, slug) if slug else None
    reader = sending.Reader(audience == "partners", tenant.id if tenant else None)
    if path.suffix in (".json", ".ndjson"):
        number = sending.to_json(app.database, reader, path)
        click.echo(f"{number} organizations written to {path}")
        return
    if path.exists() and not path.is_dir():
        raise click.ClickException(
            f"{path} is a file: give a folder, or a name that ends with .json or .ndjson."
        )
    for kind, number in sending.to_tables(app.database, reader, path).items():
        click.echo(f"{kind}: {number} rows")
    click.echo(f"Package written to {path}")


_told = {"at": 0}


def _progress(read: int) -> None:
    if read - _told["at"] >= 10_000 or read < _told["at"]:
        _told["at"] = read
        click.echo(f"  {read} records …", err=True)


def _tenant(app: Kopuro, slug: str | None) -> Tenant:
    """The tenant of this slug; the network's own where none is named."""
    with app.database.unit_of_work(Actor.anonymous()) as session:
        wanted = Tenant.slug == slug if slug else Tenant.kind == TenantKind.NETWORK
        found = session.scalars(select(Tenant).where(wanted)).first()
    if found is None or found.kind is TenantKind.GUEST:
        raise click.ClickException(
            f"No tenant is called {slug}."
            if slug
            else "There is no network yet: run flask network init first."
        )
    return found
