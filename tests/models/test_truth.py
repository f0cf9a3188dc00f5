"""Each cell of each mart equals a calculation from the tenant's own objects, zone by zone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.models.dbt import build, needs_dbt
from tests.models.scenarios import SCENARIOS, Scenario, lived
from tests.models.truth import Rows, Truth

pytestmark = needs_dbt
MODELS = "halo_models"


@pytest.fixture(scope="module", params=SCENARIOS, ids=lambda scenario: scenario.name)
def built(request: Any, tmp_path_factory: Any) -> Iterator[tuple[Truth, Path]]:
    """A scenario's truth, and the warehouse with its models."""
    scenario: Scenario = request.param
    folder: Path = tmp_path_factory.mktemp("models")
    here, held = lived(scenario)
    held.write(folder / "warehouse.db", without=scenario.without)
    build(folder=folder, variables=scenario.variables(here.time.now))
    yield Truth(here.tenant, scenario, here.time.now), folder / "warehouse.db"


def test_every_cell_of_every_mart_is_true(built: tuple[Truth, Path]) -> None:
    truth, path = built
    assert differences(truth, path) == []


def differences(truth: Truth, path: Path) -> list[str]:
    """Where marts and truth differ: cells, and rows that only one of them has."""
    found = []
    for mart, (key, rows) in truth.marts().items():
        here, there = mart_rows(path, mart, key), rows()
        assert there, f"{mart} is empty, which proves nothing"
        for one in here.keys() | there.keys():
            if one not in here or one not in there:
                found.append(f"{mart} {one}: only in the {'truth' if one in there else 'mart'}")
                continue
            wrong = {n for n, v in there[one].items() if here[one][n] != v}
            unknown = here[one].keys() - there[one].keys() - set(key)
            found += [f"{mart} {one}: no truth about {name}" for name in sorted(unknown)]
            found += [
                f"{mart} {one} {name}: {here[one][name]!r}, true {there[one][name]!r}"
                for name in sorted(wrong)
            ]
    return found


def mart_rows(path: Path, mart: str, key: tuple[str, ...]) -> Rows:
    """The rows of a mart by key, which is unique."""
    with duckdb.connect(str(path), read_only=True) as connection:
        cursor = connection.execute(f"select * from {MODELS}.{mart}")
        names = [column[0] for column in cursor.description or ()]
        rows = [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]
    keyed = {tuple(row[name] for name in key): row for row in rows}
    assert len(keyed) == len(rows), f"two rows of {mart} have one key"
    return keyed
