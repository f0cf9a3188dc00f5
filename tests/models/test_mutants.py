"""Some of the faults of `make mutants` are found; all of them stand in the models exactly once."""

from __future__ import annotations

import pytest

from tests.models.dbt import PROJECT, needs_dbt
from tests.models.mutants import MUTANTS, QUICK, Mutant, found_by


@needs_dbt
def test_faults_in_the_models_are_found() -> None:
    assert [MUTANTS[number].fault for number in QUICK if not found_by(MUTANTS[number])] == []


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.fault)
def test_a_fault_can_be_put_in_exactly_one_place(mutant: Mutant) -> None:
    assert (PROJECT / mutant.file).read_text("utf-8").count(mutant.text) == 1
