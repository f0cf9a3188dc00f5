"""The demo says what a stranger wants to see, and not what only the connector reads."""

from __future__ import annotations

import json

from sandbox.demo import without_state
from tests.world import small, world


def test_no_state_is_in_what_the_demo_says() -> None:
    with world(8, small(), http=False) as w:
        w.sync()
        state = json.dumps(w.warehouse.state)
    for said in (f"12:00 INFO checkpoint recorded: {state}\n", f"    {state}\n"):
        shown = without_state(said)
        assert shown == said.replace(state, "{…}")
    assert without_state("table created: tester.user\n") == "table created: tester.user\n"
