"""The switches for everything on which Halo's builds and tenants differ, or where nobody knows."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, get_args, get_origin, get_type_hints

Envelope = Literal["keyed", "results", "array"]


@dataclass(frozen=True)
class Quirks:
    """One tenant's habits. Each comment says what the switch does; the value is the default."""

    # Which `order` is honoured by Tickets, Users, Client and Site: any column, one, or none.
    order_honoured: Literal["any", "dateoccurred", "none"] = "any"
    # Whether from- and to-dates include the boundary itself (tickets and actions).
    boundary_inclusive: bool = True
    # What a page past the end holds: nothing, or the last page once more.
    past_end: Literal["empty", "repeat"] = "repeat"
    # The most rows on a page of Tickets, whatever is asked.
    page_cap: int = 100
    # The same for Users, Client, Site and the paged Agent.
    list_page_cap: int = 100
    # Another envelope for a path, as in {"/tickets": "results"}.
    envelope: Mapping[str, Envelope] = field(default_factory=dict)
    # Agent answers an object with `results` when asked with pageinate=true (builds since 2025).
    agent_paged: bool = False
    # Whether adding, editing, deleting an action moves its ticket's last_update.
    action_add_moves_ticket: bool = True
    action_edit_moves_ticket: bool = True
    action_delete_moves_ticket: bool = True
    # What a new action makes of its ticket's lastactiondate: when it occurred, or was added.
    last_action_date: Literal["occurred", "added"] = "occurred"
    # Whether Tickets?deleted=true answers deleted tickets only, or also.
    deleted_parameter: Literal["only", "also"] = "only"
    # How many milliseconds after a ticket's last_update the lastactiondate of one event is noted.
    stamp_lag_ms: int = 0
    # Whether an approval, an asset, a link or a workflow move changes its ticket's last_update.
    details_move_ticket: bool = True
    # What becomes of lastactiondate when a ticket's last action is deleted: it stays as it was, or
    # is the previous action's, absent where there is none.
    last_action_follows_deletion: Literal["stays", "follows"] = "stays"
    # What the detail call says of a deleted ticket: the row with `deleted`, or 404.
    deleted_detail: Literal["flagged", "missing"] = "flagged"
    # Actions without a ticket id: dates work, are ignored (the newest come), or nothing comes.
    action_dates: Literal["honoured", "ignored", "nothing"] = "honoured"
    # Whether Actions without a ticket id answers 504, as large tenants do.
    dates_time_out: bool = False
    # Whether Actions?timeentriesonly=true is honoured.
    time_entries_only: bool = True
    # The most actions in one answer.
    actions_cap: int = 1000
    # Whether record_count of Actions says how many there are though the answer is cut; else it is
    # that of the answer.
    actions_count_honest: bool = False
    # Whether lastupdatefromdate and lastupdatetodate are honoured by Users, Client and Site.
    reference_lastupdate: bool = False
    # The most rows on a page of Asset, whatever is asked (recorded by one).
    asset_page_cap: int = 50
    # Whether lastupdatefromdate is honoured by Asset, which documents it with a nonsense text.
    asset_lastupdate: bool = False
    # Whether Asset sends `customfields` for include_custom_fields, as documents of 2026 have it.
    asset_custom_fields: bool = True
    # Whether KBArticle without a page gives no answer in time (a gateway's 504).
    articles_need_page: bool = True
    # Whether Supplier sends the names by which somebody signs in there; recorded rows have none.
    supplier_logins_in_list: bool = False
    # Whether codes that are switched off come from Lookup only with showallcodes=true.
    lookup_hides_inactive: bool = True
    # Whether the holidays nested in workdays have agents' leave among them, as /Holiday has.
    leave_in_workdays: bool = True
    # What TicketApproval gives without a ticket: all, those that wait for a decision, or nothing.
    approvals_without_ticket: Literal["all", "waiting", "none"] = "all"
    # What the score of Feedback is: the ticket's satisfactionlevel, the same from 5 to 1 where 1 is
    # the best, or that in per cent.
    feedback_score: Literal["level", "reversed", "percent"] = "level"
    # Whether a row of Feedback stays when its ticket is deleted.
    feedback_outlives: bool = True
    # Arrays and fields of the detail call that never come, as in frozenset({"audit_log"}).
    absent_arrays: frozenset[str] = frozenset()
    # Arrays that come only with includelinkedobjects=true, and whether audit_log does only with
    # include_auditing=true.
    need_linked_objects: frozenset[str] = frozenset({"assets", "related_tickets"})
    audit_needs_switch: bool = True
    # Arrays of the detail call in which two rows share an id, that have none, and whose order is
    # another in each answer.
    repeated_ids: frozenset[str] = frozenset()
    missing_ids: frozenset[str] = frozenset()
    shuffled_arrays: frozenset[str] = frozenset()
    # Whether elapsed_resolution_hours of an open ticket grows with the clock.
    elapsed_hours_run: bool = False
    # Which appointments a window of dates holds: those that begin in it, that overlap it, that lie
    # inside of it, or all, since the dates are ignored.
    window_dates: Literal["begin", "overlap", "inside", "ignored"] = "begin"
    # Whether appointments come in pages, or at once.
    window_paged: bool = True
    # The most appointments that are given, whatever the page; 0 is any. Whether record_count says
    # how many there are though the list is cut; else it is that of what is given.
    window_cap: int = 0
    window_count_honest: bool = False
    # In which time zone lastupdatefromdate, lastupdatetodate and the dates of windows are read: the
    # bound lies so many hours later. Tickets adds its documented parameter `utcoffset` (hours).
    filter_offset_hours: float = 0
    # The last page that Tickets gives, 0 is any; what is beyond answers `deepest_page_status`.
    deepest_page: int = 0
    deepest_page_status: int = 400
    # The longest query in characters; what is longer answers IIS's 404. 0 is any.
    max_query: int = 2048
    # Paths whose list shows one row twice, as in frozenset({"/tickets"}); record_count counts both.
    doubled_rows: frozenset[str] = frozenset()
    # Fields of rows whose number comes as text, as in frozenset({"ticket_id"}).
    id_as_text: frozenset[str] = frozenset()
    # How many custom fields of tickets a tenant is built with (a recorded one has 430).
    custom_field_count: int = 6
    # Whether the ticket list carries the satisfaction fields, which belong to the detail.
    satisfaction_in_list: bool = False
    # Whether open tickets carry a `ticketage` that grows with the clock.
    ticketage_grows: bool = True
    # Whether open tickets carry their clocks, those of 2026 documents too (targettimeleft and
    # targetpercused, which no column holds), all of which run.
    clocks_in_list: bool = True
    # Whether Tickets and Client carry `table`, and Client `itglue_id`: by the documents a number of
    # an enumeration, and a text.
    table_in_lists: bool = True
    # The share of status changes of which no action tells, 0 to 1.
    untold_status_changes: float = 0.0
    # Whether writing a ticket's status leaves an action; what an action changes is told either way.
    written_status_leaves_action: bool = True
    # Whether a ticket that is reopened keeps hasbeenclosed and dateclosed.
    reopened_keeps_closed: bool = False
    # Whether the end of a hold moves fixbydate on by the working hours that it took.
    hold_moves_due: bool = False
    # Whether tickets carry first_responsedate; responsedate moves when a response is reset.
    first_response_sent: bool = True
    # Whether the build leaves `timetaken` out of actions.
    timetaken_missing: bool = False
    # How a 429 says when to come back.
    retry_after: Literal["seconds", "date", "none"] = "seconds"
    # Requests allowed in the rolling window; 0 allows any number.
    rate_limit: int = 300
    rate_window_seconds: float = 300
    # Life of an access token.
    token_seconds: int = 3600
    # Whether a refresh token is used up by its use and replaced by another.
    rotate_refresh_tokens: bool = False
    # The name that the token call must carry; empty is an installation on premises.
    tenant_name: str = "sandbox"
    # Whether /api/authinfo exists.
    discovery: bool = True
    # A path in front of /api, as in "/haloapi".
    base_path: str = ""
    # How far the Date header is off the tenant's clock.
    date_skew_seconds: float = 0
    # A real pause before each answer.
    latency_seconds: float = 0.0
    # Paths that answer 403, as in frozenset({"/agent"}).
    permissions: frozenset[str] = frozenset()
    # Names of teams whose tickets the API's agent cannot see.
    hidden_teams: frozenset[str] = frozenset()


def quirk_names() -> list[str]:
    """The name of every switch, in the order in which they are explained."""
    return [quirk.name for quirk in fields(Quirks)]


def parse_quirk(assignment: str) -> tuple[str, Any]:
    """Read a command line's `name=value`; raises ValueError with a sentence that says why not."""
    name, equals, text = assignment.partition("=")
    if not equals or name not in quirk_names():
        raise ValueError(f"'{assignment}' is not name=value of: {', '.join(quirk_names())}")
    return name, _parse_value(name, get_type_hints(Quirks)[name], text)


def _parse_value(name: str, kind: Any, text: str) -> Any:
    if kind is bool:
        if text.lower() not in ("true", "false"):
            raise ValueError(f"{name} is true or false, not '{text}'")
        return text.lower() == "true"
    if kind in (int, float):
        try:
            return kind(text)
        except ValueError as error:
            raise ValueError(f"{name} is a number, not '{text}'") from error
    if get_origin(kind) is Literal:
        if text not in get_args(kind):
            raise ValueError(f"{name} is one of {', '.join(get_args(kind))}, not '{text}'")
        return text
    if get_origin(kind) is frozenset:
        return frozenset(part.strip() for part in text.split(",") if part.strip())
    if get_origin(kind) is Mapping:
        return _parse_envelopes(text)
    return text


def _parse_envelopes(text: str) -> dict[str, str]:
    """Read `/tickets:results,/users:array`."""
    chosen = {}
    for part in filter(None, text.split(",")):
        path, _, form = part.partition(":")
        if form not in get_args(Envelope):
            raise ValueError(f"envelope is written /tickets:results,/users:array, not '{text}'")
        chosen[path.strip().lower()] = form
    return chosen
