"""Judges what we say of the directory by the published schemas of HSDS 3.0, where they lie beside the repository."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource


@pytest.fixture(scope="session")
def judge(shared_data: Path) -> Callable[[str, Any], None]:
    """Validates against the published schemas, formats too."""
    folder = shared_data / "hsds" / "3.0" / "schema"
    resources = []
    for path in folder.glob("*.json"):
        if path.name != "openapi.json":
            schema = json.loads(path.read_text("utf-8"))
            schema["$id"] = path.name
            schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
            resources.append((path.name, Resource.from_contents(schema)))
    registry: Registry[Any] = Registry().with_resources(resources)

    @cache
    def checker(name: str) -> Draft202012Validator:
        return Draft202012Validator(
            registry.contents(f"{name}.json"),
            registry=registry,
            format_checker=Draft202012Validator.FORMAT_CHECKER,
        )

    def judged(name: str, told: Any) -> None:
        faults = [
            f"{list(fault.absolute_path)}: {fault.message}" for fault in checker(name).iter_errors(told)
        ]
        assert not faults, faults[:5]

    return judged
