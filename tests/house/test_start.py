"""A web process starts without what few requests need: heavy libraries are imported where they are used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent

HEAVY = {
    "alembic", "apscheduler.schedulers", "feedgen", "icalendar", "jsonschema", "lxml", "markdown_it", "nh3", "openpyxl",
    "phonenumbers", "PIL", "prometheus_client", "pydantic", "rapidfuzz", "redis", "requests", "segno", "typst",
    "xlsxwriter",
}  # fmt: skip

START = """
import dataclasses, pathlib, sys, tempfile
from network import create_app
from network.config import Settings
folder = tempfile.TemporaryDirectory()
settings = dataclasses.replace(Settings.from_environ({}), instance=pathlib.Path(folder.name))
create_app(settings, serving_url="postgresql+psycopg://nobody@/nothing")
print(*sorted(sys.modules))
"""


def test_a_web_process_starts_without_heavy_libraries() -> None:
    done = subprocess.run(
        [sys.executable, "-c", START], cwd=ROOT, capture_output=True, text=True, check=True, timeout=600
    )
    found = HEAVY & set(done.stdout.split())
    assert not found, f"import {found} inside the functions that need them"
