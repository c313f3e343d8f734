"""Every setting is documented where operators look for it, in the words of the code."""

from network.config import REPOSITORY, Settings


def test_every_setting_stands_in_the_table_of_the_deployment_guide() -> None:
    guide = (REPOSITORY / "docs" / "deploy.md").read_text()
    for row in Settings.described():
        assert f"| `{row.variable}` | {row.takes} | {row.default} | {row.sentence} |" in guide, row.variable
