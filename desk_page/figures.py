"""What the page shows, in its order: a question each, and a sentence to read the answer by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from desk_page.answers import Answer
from desk_page.charts import ages, backlog, bars, flow, months, shares, stacks


@dataclass(frozen=True)
class Figure:
    """A chart's name in the rows, its heading, a sentence to read it by, and how it is drawn.

    `missing` is said in place of a chart that has no rows.
    """

    name: str
    title: str
    sentence: str
    draw: Callable[[Sequence[Answer]], Any]
    missing: str = "There is nothing to show yet."


FIGURES = (
    Figure(
        "backlog",
        "Backlog by team",
        "Open tickets at the end of each day of the last year, by the team that has them now.",
        backlog,
    ),
    Figure(
        "flow",
        "Opened against closed",
        "Whole weeks of the last half year. Where closed stays below opened, the backlog grows; "
        "a ticket that was reopened is closed twice.",
        flow,
    ),
    Figure(
        "first response",
        "Time to first response",
        "Median of the tickets closed in a month; this month is not over. Working hours are those "
        "of the ticket's service level.",
        months("First response (hours)"),
    ),
    Figure(
        "resolution",
        "Time to resolve",
        "Median of the tickets closed in a month, from opening to the last closing. Holds are "
        "included.",
        months("Resolution (hours)"),
    ),
    Figure(
        "targets",
        "Service levels met",
        "Of the tickets closed in a month that had a target, how many were responded to and "
        "resolved by their due date. A hold is not taken off.",
        shares,
        "No closed ticket had a target.",
    ),
    Figure(
        "ageing",
        "Age of what is open",
        "Open tickets by the time since they were opened.",
        ages,
        "No ticket is open.",
    ),
    Figure(
        "workload",
        "Open tickets by agent",
        "What each agent has in hand now.",
        bars("Agent (name)", "Open tickets (number)"),
        "No ticket is open.",
    ),
    Figure(
        "worked",
        "Work this week against last",
        "Hours noted on actions in the last 7 days, and in the 7 days before.",
        bars("Agent (name)", "Work (hours)", stacked=False),
        "No work was noted in the last 14 days.",
    ),
    Figure(
        "satisfaction",
        "Satisfaction",
        "How many closed tickets were rated, and how many of the ratings mean satisfied.",
        shares,
        "No closed ticket was rated.",
    ),
    Figure(
        "hours",
        "Hours by month",
        "Hours noted on actions; this month is not over.",
        stacks("Work (hours)"),
        "No hours were noted.",
    ),
    Figure(
        "clients",
        "Hours by client",
        "All hours on the tickets closed in the last 90 days, the 12 clients with most.",
        bars("Client (name)", "Work (hours)"),
        "No ticket was closed in the last 90 days.",
    ),
    Figure(
        "approvals",
        "Waiting for approval",
        "Changes and requests on which somebody has yet to decide, the 12 that wait longest.",
        bars("Ticket (subject)", "Waiting (days)", coloured=False),
        "Nothing waits for an approval, or approvals are not synced (ticket_details).",
    ),
)
