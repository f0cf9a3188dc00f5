"""A desk lives on between syncs while settings change and Halo fails; in the end all is equal."""

from __future__ import annotations

import pytest

from tests.lives import lived

ONCE_FAILED = [1142, 554644455]
"""Every seed that `make lives` ever found to fail."""


@pytest.mark.parametrize("seed", [*range(1, 13), *ONCE_FAILED])
def test_a_desk_that_lives_while_syncs_fail_is_equal_in_the_end(seed: int) -> None:
    assert lived(seed) == []
