"""Reads marts, and tells where they differ from the truth."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.models.truth import Rows, Truth
from tests.models.truth_beyond import marts_beyond
from tests.models.truth_trust import trust_rows

MODELS = "halo_models"


def differences(truth: Truth, path: Path) -> list[str]:
    """Cells in which marts and truth differ, and rows that only one of them has."""
    found = []
    trust = {"halo__trust": (("check_name",), lambda: trust_rows(truth))}
    for mart, (key, rows) in (truth.marts() | marts_beyond(truth) | trust).items():
        here, there = mart_rows(path, mart, key), rows()
        assert there, f"{mart} is empty, which proves nothing"
        for one in here.keys() | there.keys():
            if one not in here or one not in there:
                found.append(f"{mart} {one}: only in the {'truth' if one in there else 'mart'}")
                continue
            wrong = {n for n, v in there[one].items() if here[one][n] != v}
            unknown = here[one].keys() - there[one].keys() - {*key, "meaning"}
            found += [f"{mart} {one}: no truth about {name}" for name in sorted(unknown)]
            found += [
                f"{mart} {one} {name}: {here[one][name]!r}, true {there[one][name]!r}"
                for name in sorted(wrong)
            ]
    return found


def mart_rows(path: Path, mart: str, key: tuple[str, ...]) -> Rows:
    """The rows of a mart by key, which is unique."""
    with duckdb.connect(str(path), read_only=True) as connection:
        cursor = connection.execute(f"select * from {MODELS}.{mart}")
        names = [column[0] for column in cursor.description or ()]
        rows = [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]
    keyed = {tuple(row[name] for name in key): row for row in rows}
    assert len(keyed) == len(rows), f"two rows of {mart} have one key"
    return keyed
