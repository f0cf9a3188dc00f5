"""The rows that the page shows, asked of the warehouse through dbt, whatever its adapter."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

TEXTS = ("chart", "label", "series", "note")


@dataclass(frozen=True)
class Answer:
    """A part of a chart: a row of the analysis `halo__page`, whose first lines tell its columns."""

    chart: str
    label: str = ""
    series: str = ""
    amount: float | None = None
    out_of: float | None = None
    note: str = ""


class Unanswered(Exception):
    """dbt could not answer; the message is what it said."""


def ask(dbt: str, arguments: Sequence[str]) -> list[Answer]:
    """Asks the warehouse by one `dbt show`; `arguments` say which project, profile and variables.

    Raises:
        Unanswered: the models are not built, or the warehouse cannot be reached.
    """
    command = [dbt, "--quiet", "--no-use-colors", "--log-level-file", "none", "show"]
    command += ["--select", "halo__page", "--output", "json", "--limit", "-1", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unanswered(f"{done.stdout}{done.stderr}".strip())
    return read(done.stdout)


def read(said: str) -> list[Answer]:
    """The rows in what `dbt show --output json` said; some engines write names in capitals."""
    shown = json.loads(said[said.index("{") :])["show"]
    return [_answer({name.lower(): cell for name, cell in row.items()}) for row in shown]


def _answer(row: Mapping[str, Any]) -> Answer:
    """A row as it was asked for: dbt makes numbers and dates of texts that look like them."""
    texts = {name: "" if row.get(name) is None else str(row[name]) for name in TEXTS}
    return Answer(**texts, amount=row.get("amount"), out_of=row.get("out_of"))


def of(answers: Iterable[Answer], chart: str) -> list[Answer]:
    """The rows of one chart that have an amount."""
    return [one for one in answers if one.chart == chart and one.amount is not None]


def by_week(days: Iterable[Answer]) -> list[Answer]:
    """Daily rows summed by whole weeks, each labelled by its Monday; the days run without a gap."""
    rows = list(days)
    found = [date.fromisoformat(row.label[:10]) for row in rows]
    sums: dict[tuple[date, str], float] = {}
    for row, day in zip(rows, found, strict=True):
        week = day - timedelta(days=day.weekday())
        whole = min(found) <= week and week + timedelta(days=6) < max(found)
        if whole:
            sums[week, row.series] = sums.get((week, row.series), 0) + (row.amount or 0)
    return [
        Answer("", str(week), series, amount) for (week, series), amount in sorted(sums.items())
    ]


def largest(rows: Sequence[Answer], count: int, rest: str) -> list[Answer]:
    """Rows whose series are the largest `count` by their last label; all others become `rest`."""
    last = max((row.label for row in rows), default="")
    now: dict[str, float] = {row.series: 0.0 for row in rows}
    now |= {row.series: row.amount or 0 for row in rows if row.label == last}
    kept = sorted(now, key=lambda series: -now[series])[:count]
    sums: dict[tuple[str, str], float] = {}
    for row in rows:
        place = (row.label, row.series if row.series in kept else rest)
        sums[place] = sums.get(place, 0) + (row.amount or 0)
    return [Answer("", label, series, amount) for (label, series), amount in sums.items()]


def longest(rows: Sequence[Answer], count: int) -> list[Answer]:
    """The rows of the `count` labels with the largest sums."""
    sums: dict[str, float] = {}
    for row in rows:
        sums[row.label] = sums.get(row.label, 0) + (row.amount or 0)
    kept = sorted(sums, key=lambda label: (-sums[label], label))[:count]
    return [row for row in rows if row.label in kept]
