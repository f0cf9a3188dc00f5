"""The page of the desk: true figures, drawn by a real browser, without a word to anyone."""

from __future__ import annotations

import json
import os
import re
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import duckdb
import pytest

from desk_page.answers import Answer, by_week, largest, read
from tests.models.browser import browser, program
from tests.models.conftest import SHARED, Built, shares_build
from tests.models.dbt import DBT, PROJECT, ROOT, needs_dbt

pytestmark = [needs_dbt, shares_build]
CHROMIUM = program()
needs_browser = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium here: apt-get install chromium"
)
FIGURES = 12
# The marks of each chart: lines, areas, columns and bars.
DRAWN = """Object.fromEntries([...document.querySelectorAll(".chart")].map(chart =>
    [chart.id, chart.querySelectorAll(
        ".mark-line path[d], .mark-area path[d], .mark-rect path[d]").length]))"""
# A subject that tries to be a program.
HOSTILE = "</script><script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>"
MAKE_HOSTILE = """
import sys
from pathlib import Path
from desk_page.answers import Answer
from desk_page.document import page
hostile = sys.argv[2]
answers = [
    Answer("now", hostile, "open", 1),
    Answer("approvals", hostile, hostile, 1, 1, hostile),
    Answer("trust", hostile, "does not hold", 1, 1, hostile),
    Answer("trust", "of nothing", "nothing seen", None, 0, hostile),
]
Path(sys.argv[1]).write_text(page(answers), "utf-8")
"""


def in_environment(*arguments: str, **environment: str) -> None:
    """Runs Python in the environment of dbt, which has Altair."""
    done = subprocess.run(
        [str(DBT.parent / "python"), *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def page(build_of: Any, tmp_path_factory: Any) -> Path:
    """The page of the shared build."""
    truth, warehouse = build_of(SHARED.name)
    path: Path = tmp_path_factory.mktemp("page") / "page.html"
    in_environment(
        *("-m", "desk_page", "--out", str(path)),
        *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
        *("--vars", json.dumps(SHARED.variables(truth.now))),
        HALO_WAREHOUSE=str(warehouse),
        DBT_TARGET_PATH=str(warehouse.parent / "target"),
        DBT_SEND_ANONYMOUS_USAGE_STATS="false",
    )
    return path


def specs(page: Path) -> dict[str, Any]:
    """The charts of a page."""
    found = re.search(
        r'<script type="application/json" id="specs">(.*?)</script>', page.read_text()
    )
    assert found
    read: dict[str, Any] = json.loads(found[1])
    return read


def test_the_figures_are_the_tenants(page: Path, shared: Built) -> None:
    truth, _ = shared
    tickets = truth.ticket_rows.values()
    text = page.read_text("utf-8")
    is_open = [row for row in tickets if row["is_open"]]
    overdue = [row for row in is_open if row["resolution_state"] == "overdue"]
    assert f"<b>{len(is_open)}</b> open</div>" in text
    assert f"<b>{len(overdue)}</b> overdue</div>" in text
    backlog = specs(page)["figure-backlog"]["data"]["values"]
    last = max(value["day"] for value in backlog)
    assert sum(value["amount"] for value in backlog if value["day"] == last) == len(is_open)
    ages = specs(page)["figure-ageing"]["data"]["values"]
    assert sum(value["amount"] for value in ages) == len(is_open)


def test_each_check_of_halo__trust_is_told_with_its_sentence(page: Path, shared: Built) -> None:
    _, warehouse = shared
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        checks = connection.execute(
            "select check_name, rows_disagreeing, rows_seen, holds, meaning "
            "from halo_models.halo__trust"
        ).fetchall()
    text = unescape(page.read_text("utf-8"))
    verdicts = {True: "holds", False: "does not hold", None: "nothing seen"}
    for name, wrong, seen, holds, meaning in checks:
        row = f"<td>{verdicts[holds]}</td><th>{name}</th>"
        row += f'<td class="count">{wrong or 0:,} of {seen:,}</td><td>{meaning}</td>'
        assert row in text
    assert text.count('<td class="count">') == len(checks)


def test_each_axis_has_a_title_and_a_unit(page: Path) -> None:
    found = specs(page)
    assert len(found) == FIGURES
    for name, spec in found.items():
        for axis in ("x", "y"):
            assert re.fullmatch(r"[A-Z].+ \(.+\)", spec["encoding"][axis]["title"]), (name, axis)


@needs_browser
def test_a_browser_draws_each_chart_asks_nobody_and_need_not_scroll_sideways(
    page: Path, tmp_path: Path
) -> None:
    hostile = tmp_path / "hostile.html"
    in_environment("-c", MAKE_HOSTILE, str(hostile), HOSTILE)
    assert CHROMIUM
    with browser(CHROMIUM) as here:
        for width in (1280, 390):
            here.open(page, width)
            drawn = here.ask(DRAWN)
            assert len(drawn) == FIGURES
            assert [name for name, marks in drawn.items() if not marks] == []
            assert here.ask("document.documentElement.scrollWidth") <= width
            assert here.ask("Math.max(...[...document.querySelectorAll('svg.marks')].map("
                            "svg => svg.getBoundingClientRect().right))") <= width  # fmt: skip
        assert here.requests == [page.as_uri()] * 2
        here.open(hostile, 390)
        assert here.ask("window.hacked") is None
        assert here.ask("document.querySelectorAll('td.count').length") == 2
        assert here.ask("document.querySelectorAll('.missing').length") == FIGURES - 1
        assert here.complaints == []


def test_weeks_are_whole_and_begin_on_a_monday() -> None:
    days = [Answer("flow", f"2026-03-{day:02}", "opened", 1) for day in range(4, 25)]
    assert by_week(days) == [
        Answer("", "2026-03-09", "opened", 7),
        Answer("", "2026-03-16", "opened", 7),
    ]


def test_many_teams_become_the_largest_and_the_rest() -> None:
    rows = [
        Answer("", day, team, size)
        for day, sizes in (("1", (9, 1, 1)), ("2", (0, 5, 7)))
        for team, size in zip("abc", sizes, strict=True)
    ]
    held = {(row.label, row.series): row.amount for row in largest(rows, 2, "rest")}
    assert held == {("1", "rest"): 9, ("2", "rest"): 0, ("1", "b"): 1, ("1", "c"): 1,
                    ("2", "b"): 5, ("2", "c"): 7}  # fmt: skip


def test_names_that_look_like_numbers_stay_names_whatever_case_the_engine_writes() -> None:
    said = 'said before {"show": [{"CHART": "clients", "LABEL": 365.0, "AMOUNT": 2, "NOTE": null}]}'
    assert read(said) == [Answer("clients", "365.0", "", 2)]
