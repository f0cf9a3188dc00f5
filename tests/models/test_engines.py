"""Engines that are not run: their models compile with their own adapters, and the SQL parses."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from sandbox.workdays import LONDON
from tests.models.dbt import PROJECT, ROOT
from tests.models.scenarios import BREAKS, Scenario
from tests.world import NOON

ENVIRONMENT = ROOT / "build" / "engines-venv" / "bin"
HERE = Path(__file__).parent / "engines"
pytestmark = pytest.mark.skipif(
    not (ENVIRONMENT / "dbt").exists(), reason="a command of its own: make test-engines"
)
ALL = Scenario("everything", LONDON, week=BREAKS, days_off=("2026-12-25",))


@pytest.mark.parametrize("engine", ["snowflake", "bigquery", "redshift", "databricks"])
def test_the_models_compile_and_their_sql_parses(engine: str, tmp_path: Path) -> None:
    variables = {**ALL.variables(NOON), "halo_using_workday": True, "halo_using_holiday": True}
    environment = {
        **os.environ,
        "DBT_TARGET_PATH": str(tmp_path),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    command = [str(ENVIRONMENT / "dbt"), "--no-use-colors", "--log-level-file", "none", "compile"]
    command += ["--no-introspect", "--no-populate-cache", "--project-dir", str(PROJECT)]
    command += ["--profiles-dir", str(HERE), "--target", engine, "--vars", json.dumps(variables)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    parse = [str(ENVIRONMENT / "python"), str(HERE / "parse.py"), engine, str(tmp_path)]
    parsed = subprocess.run(parse, capture_output=True, text=True, check=False)
    assert parsed.returncode == 0, parsed.stdout[-3000:] + parsed.stderr[-2000:]
