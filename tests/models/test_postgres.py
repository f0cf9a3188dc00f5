"""PostgreSQL, a real server, has the same value as DuckDB in every cell of every mart."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.models.dbt import build, needs_dbt
from tests.models.postgres import Postgres, binaries, postgres
from tests.models.scenarios import SCENARIOS, lived
from tests.models.warehouse import SCHEMA

PROGRAMS = binaries()
MODELS = "halo_models"
pytestmark = [
    needs_dbt,
    pytest.mark.skipif(PROGRAMS is None, reason="no PostgreSQL here: apt-get install postgresql"),
]


def test_postgres_has_the_same_value_in_every_cell(tmp_path: Path) -> None:
    scenario = SCENARIOS[2]
    here, held = lived(scenario)
    warehouse, variables = tmp_path / "warehouse.db", scenario.variables(here.time.now)
    held.write(warehouse)
    assert PROGRAMS
    with postgres(PROGRAMS) as server:
        server.copy_schema(warehouse, SCHEMA)
        build(folder=tmp_path, variables=variables)
        build(
            folder=tmp_path, variables=variables, target="postgres", environment=server.environment
        )
        assert differing(warehouse, server) == {}


def differing(warehouse: Path, server: Postgres) -> dict[str, int]:
    """How many rows of each mart only one of the two has."""
    found: dict[str, int] = {}
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(f"set schema = '{MODELS}'")
        marts = connection.execute(
            "select table_name from information_schema.tables "
            f"where table_schema = '{MODELS}' and starts_with(table_name, 'halo__')"
        ).fetchall()
        assert len(marts) >= 8
        for (mart,) in marts:
            columns = connection.execute(f"describe {mart}").fetchall()
            lines = warehouse.with_name(f"{mart}.ndjson")
            lines.write_bytes(server.lines(f"{MODELS}.{mart}"))
            connection.execute(
                f"create temp table there as select * from read_json('{lines}', columns = ?, "
                "format = 'newline_delimited')",
                [{name: kind for name, kind, *_ in columns}],
            )
            names = ", ".join(f'"{name}"' for name, *_ in columns)
            only = connection.execute(
                f"select count(*) from ((select {names} from {mart} except all "
                f"select {names} from there) union all (select {names} from there except all "
                f"select {names} from {mart}))"
            ).fetchall()[0][0]
            connection.execute("drop table there")
            found |= {mart: only} if only else {}
    return found
