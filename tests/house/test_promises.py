"""No promise without a test: every test that the documents name is there."""

import re
from types import SimpleNamespace

from network.config import REPOSITORY
from tests.conftest import pytest_collection_modifyitems


def test_every_test_named_in_the_security_page_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)`", (REPOSITORY / "docs" / "security.md").read_text())
    assert len(named) >= 10
    assert [name for name in named if not (REPOSITORY / name).is_file()] == []


def test_links_between_the_documents_lead_somewhere() -> None:
    for page in [*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_make_prove_runs_every_test_that_has_a_full_size_wherever_it_lies() -> None:
    recipe = re.search(r"^prove:.*\n\t(.*)\n", (REPOSITORY / "Makefile").read_text(), re.MULTILINE)
    assert recipe
    assert "KOPURO_PROVE=1" in recipe[1]
    assert " -m prove" in recipe[1]
    assert "tests/" not in recipe[1], "one folder alone would leave out those that lie elsewhere"
    marked: list[str] = []
    items = [
        SimpleNamespace(
            nodeid=f"tests/{path}", fixturenames=needs, add_marker=lambda _m, path=path: marked.append(path)
        )
        for path, needs in (
            ("directory/a.py", ["proving"]),
            ("events/b.py", ["app"]),
            ("prove/c.py", ["app"]),
        )
    ]
    pytest_collection_modifyitems(items)  # type: ignore[arg-type]
    assert sorted(marked) == ["directory/a.py", "prove/c.py"]
