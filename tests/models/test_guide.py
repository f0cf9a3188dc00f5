"""The analyst's guide: each question has its query, which answers; other dialects are parsed."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.models.conftest import SHARED, Built, shares_build
from tests.models.dbt import DBT, ROOT, needs_dbt

pytestmark = [needs_dbt, shares_build]
GUIDE = (ROOT / "docs" / "analyst.md").read_text("utf-8")
PARSE = Path(__file__).parent / "engines" / "parse.py"
BLOCK = re.compile(r"^```(sql|snowflake|bigquery)\n(.*?)^```", re.M | re.S)
QUESTIONS = GUIDE.partition("\n## Thirteen questions\n")[2].partition("\n## ")[0]
ON_MODELS = [query for _, query in BLOCK.findall(QUESTIONS)]


def spelled(dialect: str) -> Iterator[str]:
    """The queries on raw tables in a dialect: DuckDB's where no other stands below."""
    found = BLOCK.findall(GUIDE.replace(QUESTIONS, ""))
    for (language, query), (following, _) in zip(found, [*found[1:], ("", "")], strict=True):
        if language == dialect or (language == "sql" and following in {"sql", ""}):
            yield query


def test_each_of_the_thirteen_questions_has_its_query() -> None:
    parts = re.split(r"^\*\*(\d+)\. ", QUESTIONS, flags=re.M)
    assert parts[1::2] == [str(number) for number in range(1, 14)]
    assert all(BLOCK.search(part) for part in parts[2::2])


def test_each_query_on_the_models_answers(shared: Built) -> None:
    truth, path = shared
    today = f"date '{truth.now.date()}'"
    with duckdb.connect(str(path), read_only=True) as warehouse:
        warehouse.execute("set search_path = 'halo_models,tester'")
        empty = [
            query
            for query in ON_MODELS
            if not warehouse.execute(query.replace("current_date", today)).fetchall()
        ]
    assert empty == []


def test_what_waits_for_the_customer_is_what_truly_does(shared: Built) -> None:
    truth, path = shared
    (query,) = (query for query in ON_MODELS if "waiting for user" in query)
    with duckdb.connect(str(path), read_only=True) as warehouse:
        warehouse.execute("set schema = 'halo_models'")
        answered = {row[0] for row in warehouse.execute(query).fetchall()}
    rows = truth.ticket_rows.values()
    waiting = {
        row["ticket_id"] for row in rows if row["is_open"] and row["status_id"] in SHARED.waiting
    }
    assert waiting
    assert answered == waiting


@pytest.mark.parametrize("dialect", ["snowflake", "bigquery"])
def test_each_query_on_raw_tables_is_spelled_for_other_engines(
    dialect: str, tmp_path: Path
) -> None:
    asked = [*spelled(dialect), *(ON_MODELS if dialect == "snowflake" else [])]
    assert len(asked) >= 8
    assert not any("->>" in query or "strftime" in query for query in asked)
    for number, query in enumerate(asked):
        (tmp_path / f"{number}.sql").write_text(query, "utf-8")
    command = [str(DBT.parent / "python"), str(PARSE), dialect, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
