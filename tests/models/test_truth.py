"""Each cell of each mart equals a calculation from the tenant's own objects, zone by zone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.models.dbt import build, needs_dbt
from tests.models.marts import differences
from tests.models.scenarios import SCENARIOS, Scenario, lived
from tests.models.truth import Truth

pytestmark = needs_dbt


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
