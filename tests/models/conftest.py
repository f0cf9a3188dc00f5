"""One build of a scenario serves all tests that ask for it one after the other."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from tests.models.dbt import build
from tests.models.scenarios import SCENARIOS, Scenario, lived
from tests.models.truth import Truth

Built = tuple[Truth, Path]
# Tests of this group run in one worker, so that they share the build.
shares_build = pytest.mark.xdist_group("shared build")
SHARED = SCENARIOS[1]


@pytest.fixture(scope="session")
def build_of(tmp_path_factory: Any) -> Callable[[str], Built]:
    """The truth of a scenario, by its name, and the warehouse with its models."""
    scenarios = {scenario.name: scenario for scenario in SCENARIOS}

    @lru_cache(maxsize=1)
    def made(name: str) -> Built:
        scenario: Scenario = scenarios[name]
        folder: Path = tmp_path_factory.mktemp("models")
        here, held = lived(scenario)
        held.write(folder / "warehouse.db", without=scenario.without)
        build(folder=folder, variables=scenario.variables(here.time.now))
        return Truth(here.tenant, scenario, here.time.now), folder / "warehouse.db"

    return made


@pytest.fixture
def shared(build_of: Callable[[str], Built]) -> Built:
    """The build that several tests look at; none of them writes into it."""
    return build_of(SHARED.name)
