"""No promise without a test: every test that the documents name is there."""

import re

from network.config import REPOSITORY


def test_every_test_named_in_the_security_page_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)`", (REPOSITORY / "docs" / "security.md").read_text())
    assert len(named) >= 10
    assert [name for name in named if not (REPOSITORY / name).is_file()] == []


def test_links_between_the_documents_lead_somewhere() -> None:
    for page in [*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
