"""Every column of every table of the directory, at every audience but the widest, against every reader it is not for.

Nothing is listed by hand: tables and columns come from the catalog, addresses from the application's own map. First
a word that stands nowhere else is written into each column that holds words; then everybody reads everything that
can be fetched, and the words may stand only where the audience of their row allows it.
"""

from __future__ import annotations

import datetime
import io
import json
import random
import re
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, Connection, Engine, Enum, LargeBinary, create_engine, make_url, text
from werkzeug.routing import Rule

from network.directory.drafts import Reach
from network.directory.models import Organization, Visibility
from network.directory.services import publishing
from network.permissions import Role
from network.tenancy import Actor
from network.web import Kopuro
from tests.directory.conftest import Directory, admin
from tests.factories import Make, Person
from tests.house.catalog import classes, table_of

NARROW = (Visibility.PARTNERS, Visibility.NAMED, Visibility.TENANT)
PLACE, SHORTEST = "KG-GO", 20
ELSEWHERE = {"static", "readyz", "referrals", "accounts", "admin"}
"""Rooms that show nothing of the directory; a room that comes later is read like the rest."""


def canary() -> str:
    return "qz" + "".join(random.choices("bcdfghjklmnpqrstvwxz", k=12))  # noqa: S311 - a marker, no secret.


@dataclass
class Ground:
    """One public listing with all its parents, and the canaries that hang on it, by the audience of their row."""

    keeper: Person
    named: Person
    partner: Person
    outsiders: dict[str, Person | None]
    organization: Organization
    parents: dict[str, uuid.UUID]
    words: dict[Visibility, dict[str, str]] = field(default_factory=lambda: {a: {} for a in NARROW})
    ids: list[uuid.UUID] = field(default_factory=list)
    slugs: list[str] = field(default_factory=list)

    def hidden_from(self, who: str) -> dict[str, str]:
        """The canaries that this reader must meet nowhere: where each was written, by word."""
        mine: set[Visibility] = {
            "partner": {Visibility.PARTNERS},
            "named": {Visibility.PARTNERS, Visibility.NAMED},
            "keeper": set(NARROW),
        }.get(who, set())
        return {
            word: at
            for audience in NARROW
            if audience not in mine
            for word, at in self.words[audience].items()
        }


def rows_of_the_directory() -> list[Any]:
    return [
        cls
        for cls in classes()
        if cls.__module__.startswith("network.directory")
        and (hasattr(cls, "audience") or hasattr(cls, "visibility"))
    ]


def value(ground: Ground, cls: Any, column: Column[Any], audience: Visibility) -> Any:
    """Something the column takes: a canary wherever words fit."""
    name, kind = column.name, column.type
    if name in ("audience", "visibility"):
        return audience.value
    if isinstance(kind, Enum):
        return kind.enums[0]
    if name == "project_id" and "service_id" in table_of(cls).c:
        return uuid.uuid4()  # A service and a project are tied once.
    if name in ground.parents:
        return ground.parents[name]
    if name == "link_id":
        return ground.parents["service_id"]
    fixed = {
        "link_entity": "service",
        "place_id": PLACE,
        "byday": "MO",
        "timezone": "Asia/Bishkek",
        "source": "en",
    }
    if name in fixed:
        return fixed[name]
    if column.nullable and (isinstance(kind, LargeBinary) or name.endswith("_id")):
        return None
    python = kind.python_type if "JSON" not in type(kind).__name__ else dict
    if python is dict:
        if "list" in str(cls.__annotations__.get(name, "")):
            return json.dumps([])
        word = canary()
        ground.words[audience][word] = f"{cls.__tablename__}.{name}"
        return json.dumps(dict.fromkeys(("en", "ru", "ky", "uz", "tg"), word))
    if python is str:
        length = getattr(kind, "length", None) or 100
        if length < SHORTEST or name in ("currency", "country"):
            return "" if not column.nullable else None
        word = canary()
        ground.words[audience][word] = f"{cls.__tablename__}.{name}"
        return f"{word}@partner.example" if name == "email" else word
    if python is bytes:
        return b""
    if python is uuid.UUID:
        return uuid.uuid4()
    return default_of(column, python)


def default_of(column: Column[Any], python: type) -> Any:
    if column.nullable and python not in (datetime.datetime,):
        return None
    return {
        bool: False,
        int: 1,
        float: 1.0,
        datetime.datetime: datetime.datetime.now(datetime.UTC),
        datetime.date: datetime.date(2026, 12, 1),
        datetime.time: datetime.time(9),
    }.get(python, 0)


def write(connection: Connection, ground: Ground, cls: Any, audience: Visibility) -> None:
    """One row of the keeper's at this audience, hanging on its public listing."""
    table = table_of(cls)
    row = {c.name: value(ground, cls, c, audience) for c in table.columns if c.computed is None}
    row |= {"id": uuid.uuid4(), "tenant_id": ground.keeper.tenant.id}
    if cls is Organization:
        row["merged_into_id"] = None
    names = ", ".join(f'"{name}"' for name in row)
    values = ", ".join(f"CAST(:{n} AS {table.c[n].type.compile(connection.dialect)})" for n in row)
    connection.execute(text(f"INSERT INTO {table.fullname} ({names}) VALUES ({values})"), row)
    ground.ids.append(row["id"])
    if "slug" in row:
        ground.slugs.append(str(row["slug"]))
    if audience is Visibility.NAMED:
        connection.execute(
            text(
                "INSERT INTO audience_grant (id, tenant_id, subject_table, subject_id, reader_id)"
                " VALUES (gen_random_uuid(), :t, :s, :i, :r)"
            ),
            {"t": ground.keeper.tenant.id, "s": table.name, "i": row["id"], "r": ground.named.tenant.id},
        )


def lay(directory: Directory, make: Make, cluster: Any, owner: Engine) -> Ground:
    tenant, other, third = make.tenant(), make.tenant(), make.tenant()
    network = make.network()
    organization = directory.organization(tenant)
    service = directory.service(organization, Reach(areas=("KG-O",)))
    phone = directory.phone(organization, hotline=True)
    location = directory.location(
        organization, place_id=PLACE, audience=Visibility.PUBLIC, service_ids=(service.id,)
    )
    editors = [Role.EDITOR, Role.ADMIN]
    ground = Ground(
        keeper=make.user(tenant, editors),
        named=make.user(other, editors),
        partner=make.user(third, editors),
        outsiders={
            "anonymous": None,
            "observer": make.user(network, [Role.OBSERVER]),
            "coordinator": make.user(network, [Role.COORDINATOR]),
        },
        organization=organization,
        parents={
            "organization_id": organization.id,
            "service_id": service.id,
            "phone_id": phone.id,
            "location_id": location.id,
        },
    )
    ground.slugs += [organization.slug, service.slug]
    ground.ids += [*ground.parents.values()]
    ground.parents["project_id"] = uuid.uuid4()
    superuser = create_engine(make_url(cluster.superuser_url).set(database=owner.url.database))
    try:
        with superuser.begin() as connection:
            # Nobody looks at foreign keys here; everybody looks at row policies later.
            connection.execute(text("SET session_replication_role = replica"))
            for cls in rows_of_the_directory():
                for audience in NARROW:
                    write(connection, ground, cls, audience)
    finally:
        superuser.dispose()

    def again(session: Any, actor: Any) -> None:
        publishing.publish(session, organization.id, public=True)

    directory.do(tenant, again, actor=admin(tenant))
    for forget in directory.app.extensions.get("forget", []):
        forget()
    return ground


def addresses(app: Kopuro, ground: Ground, dice: random.Random, most: int) -> Iterator[str]:
    """Everything of the directory that can be fetched, with real ids and slugs, shown and hidden ones."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        blueprint = rule.endpoint.partition(".")[0]
        if "GET" not in (rule.methods or ()) or blueprint in ELSEWHERE:
            continue
        for values in sorted({tuple(sorted(v.items())) for v in fillings(rule, ground, dice, most)}):
            yield adapter.build(rule.endpoint, dict(values))


def fillings(rule: Rule, ground: Ground, dice: random.Random, most: int) -> Iterator[dict[str, str]]:
    names = rule.arguments
    for _ in range(most if names - {"lang"} else 1):
        values: dict[str, str] = {}
        for name in names:
            converter = type(rule._converters[name]).__name__
            if name == "lang":
                values[name] = "en"
            elif converter == "UUIDConverter":
                values[name] = str(dice.choice(ground.ids))
            elif converter == "AnyConverter":
                values[name] = dice.choice(sorted(rule._converters[name].items))  # type: ignore[attr-defined]
            elif name == "slug" or converter == "UnicodeConverter":
                values[name] = dice.choice(ground.slugs)
            else:
                values[name] = "1"
        yield values


QUESTIONS = (
    "/en/directory/?q=qz",
    "/en/directory/?kind=service&q=qz",
    "/en/directory/?kind=project&q=qz",
    "/en/directory/?place=KG-GO",
    "/hsds/services?full=true",
    "/hsds/services?format=ndjson&full=true",
    "/hsds/organizations?full=true&format=ndjson",
    "/hsds/service_at_locations?full=true",
    "/hsds/services?search=qz",
    "/hsds/taxonomy_terms",
)


def words_of(body: bytes, kind: str) -> str:
    """All that a reader of this answer could read."""
    if kind.startswith("application/pdf"):
        import pypdf

        reader = pypdf.PdfReader(io.BytesIO(body))
        read = " ".join(page.extract_text() for page in reader.pages)
        return re.sub(r"[\s\u00ad\u2010-]", "", read) + str(reader.metadata) + body.decode("latin-1")
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            return " ".join(package.read(name).decode("utf-8", "replace") for name in package.namelist())
    return body.decode("utf-8", "replace")


def test_no_word_of_a_narrow_row_reaches_a_reader_it_is_not_for(
    directory: Directory, make: Make, cluster: Any, owner_engine: Engine, proving: bool
) -> None:
    ground = lay(directory, make, cluster, owner_engine)
    assert sum(map(len, ground.words.values())) > 60, "canaries stand in nearly every table"
    dice = random.Random(20070424)  # noqa: S311 - the same addresses each time.
    paths = [*addresses(directory.app, ground, dice, 40 if proving else 2), *QUESTIONS]
    shelf = f"/en/directory/organizations/{ground.organization.slug}"
    paths += [shelf, *(f"/en/directory/services/{slug}" for slug in ground.slugs[1:2])]
    seen: dict[str, set[str]] = {}
    readers = {**ground.outsiders, "partner": ground.partner, "named": ground.named, "keeper": ground.keeper}
    for who, person in readers.items():
        client = person.client() if person else directory.app.test_client()
        hidden = ground.hidden_from(who)
        for path in dict.fromkeys(paths):
            answer = client.get(path)
            assert answer.status_code < 500, f"{path} for {who}"
            said = words_of(answer.data, answer.content_type or "") + str(answer.headers)
            found = set(re.findall(r"qz[bcdfghjklmnpqrstvwxz]{12}", said))
            leaked = {hidden[word] for word in found & hidden.keys()}
            # An address that was asked for with a hidden word in it may be repeated to whoever asked, and nothing else.
            leaked -= {at for word, at in hidden.items() if word in path}
            assert not leaked, f"{who} reads {sorted(leaked)} at {path}"
            seen.setdefault(who, set()).update(found)
    with owner_engine.connect() as connection:
        index = str(connection.execute(text("SELECT * FROM search_public")).all())
    assert not [at for word, at in ground.hidden_from("anonymous").items() if word in index]
    told = {at for word, at in ground.hidden_from("anonymous").items() if word in seen["keeper"]}
    assert len(told) >= 15, f"else this shows nothing: the keeper reads {sorted(told)}"
    assert seen["partner"], "else this shows nothing: partners read what is for partners"
    assert seen["named"] - seen["partner"], "else this shows nothing: who is named reads more than a partner"
    print(
        f"\nvisibility: {len(set(paths))} addresses, {len(readers)} readers, {len(told)} columns seen by their keeper"
    )


def test_postgresql_itself_shows_a_narrow_row_to_nobody_else(
    directory: Directory, make: Make, cluster: Any, owner_engine: Engine
) -> None:
    ground = lay(directory, make, cluster, owner_engine)
    expected: dict[str, set[str]] = {
        "anonymous": set(),
        "observer": set(),
        "coordinator": set(),
        "partner": {"partners"},
        "named": {"partners", "named"},
        "keeper": {"partners", "named", "tenant"},
    }
    readers = {**ground.outsiders, "partner": ground.partner, "named": ground.named, "keeper": ground.keeper}
    for who, person in readers.items():
        with directory.app.database.unit_of_work(person.actor if person else Actor.anonymous()) as session:
            for model in rows_of_the_directory():
                column = "audience" if hasattr(model, "audience") else "visibility"
                narrow = text(
                    f"SELECT DISTINCT {column} FROM {table_of(model).fullname} WHERE {column} <> 'public'"
                )
                # History is the keeper's own, whoever may read the listing.
                own = who == "keeper" or model.__tablename__ != "revision"
                read = set(session.connection().execute(narrow).scalars())
                assert read == (expected[who] if own else set()), (who, model)
