"""What a simulated life draws: a tenant with odd habits, faults on its way, changing settings."""

from __future__ import annotations

from collections.abc import Callable, Collection
from random import Random
from typing import Any

import requests

from halo.tables.sources import Snapshot
from sandbox.faults import Fault
from sandbox.quirks import Quirks
from tests.world import FIRST, small

HABITS: dict[str, tuple[object, ...]] = {
    "order_honoured": ("dateoccurred", "none"),
    "boundary_inclusive": (False,),
    "past_end": ("empty",),
    "envelope": ({"/tickets": "results"}, {"/users": "array"}, {"/status": "results"}),
    "agent_paged": (True,),
    "action_add_moves_ticket": (False,),
    "action_edit_moves_ticket": (False,),
    "action_delete_moves_ticket": (False,),
    "last_action_date": ("added",),
    "stamp_lag_ms": (173, 2000),
    "last_action_follows_deletion": ("follows",),
    "deleted_parameter": ("also",),
    "deleted_detail": ("missing",),
    "action_dates": ("ignored", "nothing"),
    "dates_time_out": (True,),
    "time_entries_only": (False,),
    "actions_cap": (25, 60),
    "actions_count_honest": (True,),
    "reference_lastupdate": (True,),
    "filter_offset_hours": (1, 5, -5),
    "deepest_page": (3, 8),
    "deepest_page_status": (504,),
    "max_query": (400,),
    "doubled_rows": tuple(
        frozenset({path}) for path in ("/tickets", "/users", "/team", "/actions", "/category")
    ),
    "id_as_text": (frozenset({"ticket_id"}), frozenset({"id"}), frozenset({"agent_id", "sla_id"})),
    "custom_field_count": (0, 3, 340),
    "satisfaction_in_list": (True,),
    "ticketage_grows": (False,),
    "clocks_in_list": (False,),
    "table_in_lists": (False,),
    "untold_status_changes": (0.3, 1.0),
    "written_status_leaves_action": (False,),
    "reopened_keeps_closed": (True,),
    "hold_moves_due": (True,),
    "first_response_sent": (False,),
    "timetaken_missing": (True,),
    "retry_after": ("date", "none"),
    "rate_limit": (300,),
    "rate_window_seconds": (180,),
    "token_seconds": (60,),
    "rotate_refresh_tokens": (True,),
    "tenant_name": ("",),
    "discovery": (False,),
    "base_path": ("/haloapi",),
    "date_skew_seconds": (-300, 300),
}
"""Every switch of the stand-in tenant, with what it may be besides its default.

`page_cap` and `list_page_cap` differ in every life; `permissions` and `hidden_teams` change while
it lasts; `latency_seconds` would only take time.
"""

LISTS = tuple(t.source.path.lower() for t in FIRST if isinstance(t.source, Snapshot))
PATHS = ("/tickets", "/actions", "/tickets/", "/users", *LISTS, None)


def habits(seed: int, without: Collection[str]) -> Quirks:
    """A tenant's habits: most lives have a few odd ones, some many."""
    how_odd = Random(f"{seed} how odd").choice((0.03, 0.08, 0.2))
    odd: dict[str, Any] = {}
    for name, values in HABITS.items():
        draw = Random(f"{seed} {name}")
        if draw.random() < how_odd and name not in without:
            odd[name] = draw.choice(values)
    draw = Random(f"{seed} pages")
    return small(page_cap=draw.choice((3, 10, 100)), list_page_cap=draw.choice((3, 25, 100)), **odd)


def settings_of(draw: Random, today: str) -> dict[str, str]:
    """What somebody sets before a sync; `today` is an ISO 8601 date."""
    made = {
        "history_minutes": draw.choice(("0", "1", "30", "30", "1440")),
        "ticket_details": draw.choice(("all", "all", "changed", "none")),
        "requests_per_5_minutes": draw.choice(("60", "240", "3000")),
    }
    if draw.random() < 0.3:
        names = [table.name for table in FIRST if not table.required]
        made["excluded_tables"] = ",".join(draw.sample(names, draw.randint(1, 4)))
    if draw.random() < 0.15:
        made["start_date"] = draw.choice(("2026-06-01", "2026-05-20", today))
    return made


def empty(body: Any) -> Any:
    """A false answer with status 200: there is nothing."""
    if isinstance(body, list):
        return []
    emptied = {name: [] if isinstance(held, list) else held for name, held in body.items()}
    return emptied | {"record_count": 0}


def _times_out(_body: Any) -> Any:
    raise requests.ReadTimeout("the simulated tenant did not answer in time")


def fault(draw: Random) -> Fault:
    """One thing that goes wrong on some path, once, a few times or all the time."""
    path, nth = draw.choice(PATHS), draw.choice((1, 1, 2, draw.randint(1, 40)))
    times = draw.choice((1, 1, 2, 5, 0))
    kinds: tuple[Callable[[], Fault], ...] = (
        lambda: Fault(path, nth, times, status=draw.choice((400, 401, 403, 404, 429, 500, 504))),
        lambda: Fault(path, nth, times, status=draw.choice((429, 500, 503, 504))),
        lambda: Fault(path, nth, times, kind="html"),
        lambda: Fault(path, nth, times, kind="body", body=""),
        lambda: Fault(path, nth, times, kind="body", body='{"record_count":3,"tick'),
        lambda: Fault(
            draw.choice(("/tickets", "/actions", "/users")), nth, times, "mutate", mutate=empty
        ),
        lambda: Fault(draw.choice(LISTS), nth, times, "mutate", mutate=empty),
        lambda: Fault(path, nth, times, "mutate", mutate=_times_out),
    )
    return draw.choice(kinds)()
