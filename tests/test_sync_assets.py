"""Assets: they come with custom fields and within their pages, and no odd tenant loses one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from sandbox.listing import Listing
from sandbox.queries import Query
from tests.world import World, small, world


class Park:
    """So many assets, each made when it is asked for, with 50 a page and custom fields as asked."""

    def __init__(self, w: World, count: int, **habits: bool) -> None:
        self.w, self.count, self.habits = w, count, habits
        self.edited: dict[int, str] = {}
        self.gone: set[int] = set()

    def row(self, number: int, asked: list[int]) -> dict[str, Any]:
        """One asset; it has a custom field for each id that ends as its own does."""
        row: dict[str, Any] = {
            "id": number,
            "inventory_number": self.edited.get(number, f"LT-{number:06}"),
            "client_id": 1 + number % 7,
            "username": f"user {number % 900}",
            "technical_owner_id": 2,
            "parent_id": number - 1,
        }
        if asked and not self.habits.get("knows_no_custom_fields"):
            ids = [identity for identity in dict.fromkeys(asked) if identity % 10 == number % 10]
            row["customfields"] = [
                {"id": one, "name": f"CF{one}", "value": f"{number}/{one}"} for one in ids
            ]
        return row

    def __call__(self, _tenant: Any, query: Query, _remembered: Any) -> Listing:
        """A page of the list."""
        ids = [number for number in range(1, self.count + 1) if number not in self.gone]
        if query.moment("lastupdatefromdate") and self.habits.get("honours_dates"):
            ids = sorted(self.edited)
        if query.is_true("orderdesc"):
            ids.reverse()
        size, number = 50, query.number("page_no") or 1
        shown = ids[(number - 1) * size : number * size]
        asked = query.numbers("include_custom_fields")
        return Listing("assets", [self.row(one, asked) for one in shown], len(ids), "keyed")

    def held(self) -> bool:
        """Whether the warehouse has each asset with all that is known of it."""
        known = sorted(self.w.tenant.entities["field_info"])
        here = self.w.warehouse.tables["asset"]
        assert here.keys() == {(n,) for n in range(1, self.count + 1) if n not in self.gone}
        for (number,), row in here.items():
            there = self.row(number, known)
            assert row["inventory_number"] == there["inventory_number"]
            values = {name: field["value"] for name, field in row.get("customfields", {}).items()}
            assert values == {f["name"]: f["value"] for f in there.get("customfields", ())}
        return True


@contextmanager
def park(count: int, *, fields: int = 6, **habits: bool) -> Iterator[Park]:
    quirks = small(list_page_cap=50, custom_field_count=fields)
    with world(1, quirks, http=False, years=0.05) as w:
        w.only("asset")
        made = Park(w, count, **habits)
        w.app._lists["/asset"] = made
        yield made


def asked(park: Park) -> list[dict[str, str]]:
    return [record.params for record in park.w.asked("/asset")]


def refuse(park: Park, name: str, longest: int = -1) -> None:
    """From now on the list answers 400 where this parameter has more characters."""

    def status(path: str, query: Query) -> int | None:
        is_long = name in query.params and len(query.params[name]) > longest
        return 400 if path == "/asset" and is_long else None

    park.w.app._too_much = status  # type: ignore[method-assign]


def test_assets_come_with_the_custom_fields_that_are_asked_for() -> None:
    with park(120) as assets:
        assert assets.w.sync().warnings == []
        assert assets.held()
        known = ",".join(map(str, sorted(assets.w.tenant.entities["field_info"])))
        assert {params["include_custom_fields"] for params in asked(assets)} == {known}
        assert all({"pageinate", "page_no", "page_size"} <= p.keys() for p in asked(assets))
        row = assets.w.warehouse.tables["asset"][7,]
        assert (row["client_id"], row["technical_owner_id"], row["parent_id"]) == (1, 2, 6)
        assert row["username"] == "user 7"
        assert assets.w.sync_later().quiet


@pytest.mark.parametrize("longest", [2000, 700, 100])
def test_340_custom_fields_come_in_parts_whatever_the_longest_query(longest: int) -> None:
    with park(120, fields=340) as assets:
        refuse(assets, "include_custom_fields", longest)
        assert assets.w.sync().warnings == []
        assert assets.held()
        assert assets.w.sync_later().quiet


def test_assets_that_move_between_the_parts_of_a_page_have_all_their_fields() -> None:
    with park(420, fields=340) as assets:
        turn = iter(range(1000))

        def remove(*_: object) -> None:
            if (at := next(turn)) % 4 == 0 and at < 40:
                assets.gone.add(1 + at * 7)

        assets.w.app.before_request = remove
        assets.w.sync()
        assets.w.app.before_request = None
        for _ in range(3):
            assets.w.sync_later(days=1)
        assert assets.held()
        assert assets.w.sync_later().quiet


def test_a_tenant_that_knows_no_custom_fields_of_assets_loses_and_warns_nothing() -> None:
    with park(120, knows_no_custom_fields=True) as assets:
        assert assets.w.sync().warnings == []
        assert assets.held()
        assert assets.w.sync_later().quiet


def test_a_tenant_that_refuses_custom_fields_of_assets_loses_nothing_else() -> None:
    with park(120) as assets:
        refuse(assets, "include_custom_fields")
        (warning,) = assets.w.sync().warnings
        assert re.match("asset: Halo refuses the list when it is asked for custom fields", warning)
        assert len(assets.w.warehouse.tables["asset"]) == 120
        assert all(warning.again for warning in assets.w.sync_later().told)


def test_a_missing_right_is_told_and_not_taken_for_refused_fields() -> None:
    with park(120) as assets:
        assets.w.become(permissions=frozenset({"/asset"}))
        (warning,) = assets.w.sync().warnings
        assert "asset was not synced" in warning
        assert "grant" in warning
        assert len(asked(assets)) == 1


def test_a_custom_field_that_is_added_later_comes_with_the_next_read_of_all() -> None:
    with park(120) as assets:
        assets.w.sync()
        assets.w.tenant.add("field_info", name="CFLater", type=0)
        assets.w.sync_later(days=1)
        assert assets.held()


def test_a_tenant_that_refuses_the_date_of_changes_is_read_whole() -> None:
    with park(400) as assets:
        refuse(assets, "lastupdatefromdate")
        assets.w.sync()
        assets.edited[17] = "LT-NEW"
        for _ in range(2):
            assert assets.w.sync_later(hours=13).warnings == []
        assert assets.held()


def test_100000_assets_load_within_their_pages_and_change_by_date_where_that_is_proved() -> None:
    with park(100_000, honours_dates=True) as assets:
        assert assets.w.sync().warnings == []
        assert len(asked(assets)) <= 2020
        assets.w.app.requests.clear()
        assets.edited |= dict.fromkeys(range(500, 510), "LT-NEW")
        outcome = assets.w.sync_later()
        assert len(outcome.sent["asset"]) == 10
        assert len(asked(assets)) == 1
        assert assets.held()


def test_10000_assets_of_a_tenant_that_ignores_the_date_are_read_once_a_day() -> None:
    with park(10_000) as assets:
        assets.w.sync()
        assets.w.app.requests.clear()
        begun = assets.w.time.now
        while assets.w.time.now < begun + timedelta(hours=23):
            assets.w.sync_later(hours=6)
        assert len(asked(assets)) <= 1.01 * 200 + 4
        assets.edited[17] = "LT-NEW"
        assets.w.sync_later(days=1)
        assert assets.held()
