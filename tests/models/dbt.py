"""Runs dbt, which lives in an environment of its own (`build/dbt-venv/ready` sets it up)."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = ROOT / "dbt"
DBT = ROOT / "build" / "dbt-venv" / "bin" / "dbt"
needs_dbt = pytest.mark.skipif(
    not DBT.exists(), reason="dbt is not set up here: make build/dbt-venv/ready"
)


def dbt(
    *arguments: str,
    folder: Path,
    variables: Mapping[str, Any],
    project: Path = PROJECT,
    target: str = "duckdb",
    environment: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """One run of dbt on a project; what it makes besides tables is in `folder`.

    The warehouse of the target `duckdb` is `folder`/warehouse.db, its models' schema `halo_models`.
    """
    command = [str(DBT), "--no-use-colors", "--no-version-check", "--log-level-file", "none"]
    command += [*arguments, "--project-dir", str(project), "--profiles-dir", str(PROJECT)]
    command += ["--target", target, "--vars", json.dumps(variables)]
    given = {
        **os.environ,
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        # The session's zone is far from all others: it must not matter.
        "TZ": "Asia/Kolkata",
        "PGOPTIONS": "-c timezone=Asia/Kolkata",
        "DBT_TARGET_PATH": str(folder / "target"),
        "HALO_WAREHOUSE": str(folder / "warehouse.db"),
        **(environment or {}),
    }
    return subprocess.run(command, env=given, capture_output=True, text=True, check=False)


def build(*arguments: str, folder: Path, variables: Mapping[str, Any], **how: Any) -> None:
    """Builds and tests all models; what dbt says is in the error when anything fails."""
    done = dbt("build", *arguments, folder=folder, variables=variables, **how)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
