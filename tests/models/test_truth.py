"""Each cell of each mart equals a calculation from the tenant's own objects, zone by zone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.models.conftest import SHARED, Built, shares_build
from tests.models.dbt import needs_dbt
from tests.models.marts import differences
from tests.models.scenarios import SCENARIOS

pytestmark = needs_dbt
NAMES = [
    pytest.param(scenario.name, marks=[shares_build] if scenario is SHARED else [])
    for scenario in SCENARIOS
]


@pytest.mark.parametrize("scenario", NAMES)
def test_every_cell_of_every_mart_is_true(scenario: str, build_of: Callable[[str], Built]) -> None:
    truth, path = build_of(scenario)
    assert differences(truth, path) == []
