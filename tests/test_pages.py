"""Reading one answer of a list: an envelope that is not understood is never "no rows"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

import pytest

from halo.api.connection import Answer, HaloApi
from halo.api.pages import PAGE_SIZE, Listing, fetch, one_page, read
from halo.errors import Unreadable
from halo.tables.columns import LONG, RowMaker

TICKETS = Listing("/Tickets", "tickets", {"ticketidonly": "false"})
NOW = datetime(2025, 5, 1, tzinfo=UTC)
ROWS: list[object] = [{"id": 2}, {"id": 1}]


class Canned:
    """An API that has one answer for everything, and remembers what it was asked."""

    def __init__(self, value: object) -> None:
        self.value = value
        self.asked: list[tuple[str, Mapping[str, str]]] = []

    def get(self, path: str, params: Mapping[str, str]) -> Answer:
        self.asked.append((path, params))
        return Answer(self.value, NOW)

    def get_once(self, path: str, params: Mapping[str, str]) -> Answer:
        return self.get(f"once {path}", params)

    @property
    def api(self) -> HaloApi:
        return cast(HaloApi, self)


@pytest.mark.parametrize(
    ("value", "rows", "count"),
    [
        (ROWS, ROWS, None),
        ([], [], None),
        ({"record_count": 2, "tickets": ROWS}, ROWS, 2),
        ({"record_count": 717, "results": ROWS}, ROWS, 717),
        ({"tickets": ROWS}, ROWS, None),
        ({"record_count": True, "tickets": ROWS}, ROWS, None),
        ({"record_count": "717", "tickets": ROWS}, ROWS, 717),
        ({"record_count": 717.0, "tickets": ROWS}, ROWS, 717),
        ({"record_count": "many", "tickets": ROWS}, ROWS, None),
        ({"record_count": 0, "tickets": []}, [], 0),
        ({"record_count": 0}, [], 0),
        ({"record_count": 0, "tickets": None}, [], 0),
    ],
)
def test_each_envelope_is_understood(value: object, rows: list[object], count: int | None) -> None:
    page = read(Answer(value, NOW), TICKETS, number=3)
    assert (page.rows, page.count, page.number, page.date) == (rows, count, 3, NOW)


def test_the_rows_are_taken_by_their_name_and_never_from_a_sidecar() -> None:
    value = {"columns": [{"id": 9}], "results": [{"id": 8}], "tickets": ROWS, "statuses": [{}]}
    assert read(Answer(value, NOW), TICKETS).rows == ROWS


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        5,
        "maintenance",
        {},
        {"error": "no access"},
        {"record_count": 5},
        {"record_count": 5, "tickets": None},
        {"record_count": 0, "tickets": "none"},
        {"record_count": 0, "tickets": {"id": 1}},
        {"columns": [{"id": 9}]},
        {"record_count": False},
        [[{"id": 1}]],
        [{"id": 1}, None],
        {"tickets": [1, 2]},
        {"results": ["a"]},
    ],
)
def test_a_changed_envelope_is_never_taken_for_no_rows(value: object) -> None:
    with pytest.raises(Unreadable, match=r"^/Tickets answered "):
        read(Answer(value, NOW), TICKETS)


def test_an_envelope_without_end_makes_a_short_sentence() -> None:
    envelope = {f"field_{number}": number for number in range(10_000)}
    with pytest.raises(Unreadable) as refused:
        read(Answer(envelope, NOW), TICKETS)
    assert len(str(refused.value)) < 400


def test_an_id_as_a_decimal_counts_and_a_row_without_one_does_not() -> None:
    value: list[object] = [{"id": 95.0}, {"id": None}, {}, {"id": "x"}, {"id": -1}, {"id": "7"}]
    page = read(Answer(value, NOW), replace(TICKETS, make=RowMaker({"id": LONG}).row))
    assert page.ids == [95, -1, 7]
    assert len(page.rows) == 6


def test_all_three_paging_parameters_are_sent_from_page_1_on() -> None:
    canned = Canned({"record_count": 2, "tickets": ROWS})
    page = fetch(canned.api, TICKETS, 1, {"order": "id", "orderdesc": "true"})
    assert canned.asked == [
        (
            "/Tickets",
            {
                "ticketidonly": "false",
                "pageinate": "true",
                "page_no": "1",
                "page_size": str(PAGE_SIZE),
                "order": "id",
                "orderdesc": "true",
            },
        )
    ]
    assert page.number == 1


def test_a_list_without_pages_is_asked_without_paging() -> None:
    canned = Canned(ROWS)
    assert one_page(canned.api, TICKETS).rows == ROWS
    assert canned.asked == [("/Tickets", {"ticketidonly": "false"})]


@pytest.mark.parametrize("value", [ROWS, {"record_count": 2, "tickets": ROWS}])
def test_a_list_that_is_whole_on_its_only_page_is_read(value: object) -> None:
    assert one_page(Canned(value).api, TICKETS).rows == ROWS


def test_a_capped_page_of_a_list_without_pages_is_not_taken_for_the_whole() -> None:
    with pytest.raises(Unreadable, match="2 rows and says that it has 50"):
        one_page(Canned({"record_count": 50, "tickets": ROWS}).api, TICKETS)


def test_a_list_that_several_sources_need_is_asked_once() -> None:
    canned = Canned(ROWS)
    one_page(canned.api, replace(TICKETS, shared=True))
    assert canned.asked == [("once /Tickets", {"ticketidonly": "false"})]


@pytest.mark.parametrize(
    ("rows", "count", "is_all"),
    [
        (2, 2, True),
        (0, 0, True),
        (2, 3, False),
        (2, None, False),
        (49, 49, True),
        (50, 50, False),
        (100, 100, False),
        (50, 51, False),
    ],
)
def test_a_first_page_is_the_whole_list_only_if_its_count_is_not_that_of_a_capped_page(
    rows: int, count: int | None, is_all: bool
) -> None:
    value = {"record_count": count, "tickets": [{"id": number} for number in range(rows)]}
    assert read(Answer(value, NOW), TICKETS).is_all is is_all
