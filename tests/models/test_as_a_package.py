"""The package in somebody else's project: by folder or by git, with less than all of it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from tests.models.dbt import PROJECT, dbt, needs_dbt
from tests.models.scenarios import SCENARIOS, lived
from tests.models.warehouse import MarkingWarehouse
from tests.world import small, world

pytestmark = needs_dbt
IGNORED = shutil.ignore_patterns("target", "logs", "dbt_packages")
MISSING = {"ticket": ("customfields", "slaholdtime", "fixbydate"), "action": ("hiddenfromuser",)}


def project(folder: Path, package: str, variables: str) -> Path:
    """Somebody's project, which takes the package and sets its variables."""
    made = folder / "theirs"
    (made / "models").mkdir(parents=True)
    (made / "packages.yml").write_text(f"packages:\n{package}\n")
    (made / "dbt_project.yml").write_text(
        "name: theirs\nversion: 1.0.0\nprofile: halo\nvars:\n"
        f"{variables}\nmodels:\n  halo:\n    +schema: desk\n"
    )
    (made / "models" / "open_by_team.sql").write_text(
        "select team_name, count(*) as tickets from {{ ref('halo', 'halo__ticket') }}\n"
        "where is_open group by team_name\n"
    )
    deps = dbt("deps", folder=folder, variables={}, project=made)
    assert deps.returncode == 0, deps.stdout[-3000:] + deps.stderr
    return made


def built(folder: Path, made: Path) -> None:
    done = dbt("build", folder=folder, variables={}, project=made)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr


def asked(folder: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folder / "warehouse.db"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def drop_columns(path: Path, schema: str) -> None:
    """Blocks columns, as a user does in Fivetran."""
    with duckdb.connect(str(path)) as connection:
        for table, names in MISSING.items():
            for name in names:
                connection.execute(f'alter table "{schema}"."{table}" drop column "{name}"')


def test_by_folder_with_a_schema_of_its_own_tables_left_out_and_columns_blocked(
    tmp_path: Path,
) -> None:
    here, held = lived(SCENARIOS[0])
    left_out: Sequence[str] = ("ticket_satisfaction", "workday", "category", "asset", "holiday")
    held.write(tmp_path / "warehouse.db", without=left_out, schema="acme_halo")
    drop_columns(tmp_path / "warehouse.db", "acme_halo")
    variables = (
        "  halo_schema: acme_halo\n  halo_using_ticket_satisfaction: false\n"
        "  halo_timezone: America/New_York\n  halo_closed_status_ids: [8, 9, 29]"
    )
    made = project(tmp_path, f"  - local: {PROJECT}", variables)

    built(tmp_path, made)

    ticket = "halo_models_desk.halo__ticket"
    assert asked(tmp_path, f"select count(*), count(resolution_due_at) from {ticket}") == [
        (len(here.tenant.tickets), 0)
    ]
    assert asked(tmp_path, f"select count(*) from {ticket} where satisfaction_level > 0") == [(0,)]
    missing = asked(
        tmp_path,
        "select check_name from halo_models_desk.halo__trust where not holds",
    )
    assert {(f"table {name} is there",) for name in left_out} <= set(missing)
    assert asked(tmp_path, "select sum(tickets) from halo_models.open_by_team") == asked(
        tmp_path, f"select count(*) from {ticket} where is_open"
    )


def test_by_git_and_subdirectory_with_an_empty_tenant(tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    shutil.copytree(PROJECT, repository / "dbt", ignore=IGNORED)
    git = ["git", "-C", str(repository), "-c", "user.name=t", "-c", "user.email=t@example.com"]
    for command in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-qm", "The package"]):
        subprocess.run([*git, *command], check=True)
    with world(0, small(), http=False) as here:
        here.warehouse = held = MarkingWarehouse(here.tenant.registry)
        here.sync()
    empty = [table.name for table in held.registry if not held.tables[table.name]]
    held.write(tmp_path / "warehouse.db", without=[name for name in empty if name != "ticket"])
    package = f"  - git: file://{repository}\n    subdirectory: dbt\n    revision: main"
    made = project(tmp_path, package, "  halo_schema: tester")

    built(tmp_path, made)

    assert asked(tmp_path, "select count(*) from halo_models_desk.halo__ticket") == [(0,)]
    assert asked(tmp_path, "select count(*) from halo_models_desk.halo__backlog_daily") == [(0,)]


def test_a_schema_without_tickets_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "warehouse.db")) as connection:
        connection.execute("create schema tester")
    done = dbt(
        "run", "--select", "stg_halo__ticket", folder=tmp_path, variables={"halo_schema": "nowhere"}
    )
    assert done.returncode != 0
    assert "There is no table ticket in the schema nowhere: set the variable halo_schema" in (
        done.stdout
    )


@pytest.mark.parametrize("name", ["dbt_project.yml", "README.md", "profiles.yml"])
def test_what_a_user_needs_is_in_the_folder(name: str) -> None:
    assert (PROJECT / name).is_file()
