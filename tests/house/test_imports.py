"""The arrows of the house: what may import what. Read from the source, so a forbidden import shows before it runs."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
NETWORK = ROOT / "network"
FEATURES = {"accounts", "directory", "events", "referrals", "digest", "desk", "home", "demo"}
FILES = sorted(NETWORK.rglob("*.py"))

PURE = {"models", "policies", "consent", "services", "queries"}
"""Rooms that never see a request, so that page, feed, command and clock share one set of rules."""

MAY_IMPORT = {
    "referrals": {"directory", "accounts"},
    "digest": {"directory", "events", "accounts"},
    "events": {"directory", "accounts"},
    "directory": {"accounts"},
    "accounts": set[str](),
    "home": {"directory", "events", "digest", "accounts"},
    "desk": FEATURES - {"demo"},
    "demo": FEATURES,
}


def imported(path: Path) -> set[str]:
    """Every module a file imports, also those inside functions."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def feature_of(path: Path) -> str | None:
    first = path.relative_to(NETWORK).parts[0]
    return first if first in FEATURES else None


def room_of(path: Path) -> str:
    parts = path.relative_to(NETWORK).parts
    return parts[1].removesuffix(".py") if len(parts) > 1 else ""


each_file = pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))


@each_file
def test_rules_and_services_never_see_a_request(path: Path) -> None:
    if feature_of(path) not in (None, "demo") and room_of(path) in PURE:
        forbidden = {"flask", "flask_babel", "flask_login", "flask_wtf", "wtforms"}
        assert not {name for name in imported(path) if name.split(".")[0] in forbidden}


@each_file
def test_features_follow_the_arrows(path: Path) -> None:
    feature = feature_of(path)
    reached = {name.split(".")[1] for name in imported(path) if name.startswith("network.")} & FEATURES
    if feature is None:
        # The platform knows no feature; the factory finds them by name, the clock by walking.
        allowed = {"demo"} if path.name in ("server.py", "commands.py") else set[str]()
        assert reached <= allowed
    else:
        assert reached - {feature} <= MAY_IMPORT[feature]


def test_nothing_can_name_referrals_but_the_desk_and_the_demonstration() -> None:
    """The feed cannot leak what it cannot name."""
    for path in FILES:
        if feature_of(path) not in ("referrals", "desk", "demo"):
            bad = {name for name in imported(path) if name.startswith("network.referrals")}
            assert not bad, f"{path.relative_to(ROOT)} imports {bad}"


def test_keys_are_pure() -> None:
    for path in (NETWORK / "keys").rglob("*.py"):
        assert not {name for name in imported(path) if name.split(".")[0] in ("flask", "sqlalchemy")}, (
            path.name
        )


def test_only_the_unit_of_work_commits() -> None:
    for path in FILES:
        relative = str(path.relative_to(NETWORK))
        if relative == "database.py" or relative.startswith("postgres/"):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            assert not (isinstance(node, ast.Attribute) and node.attr == "commit"), (
                f"{relative}:{node.lineno} commits"
            )


def test_nobody_reaches_for_the_core_twin_of_a_model() -> None:
    """Loader criteria narrow models; ``Model.__table__`` would slip past them to row-level security alone."""
    for path in FILES:
        # The places of the valley are loaded by a migration, as the owner, before anybody acts.
        if path.name in ("tenancy.py", "database.py") or path.relative_to(NETWORK) == Path(
            "places/loading.py"
        ):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            assert not (isinstance(node, ast.Attribute) and node.attr == "__table__"), (
                f"{path.name}:{node.lineno}"
            )
