"""The charts of the page, as Vega-Lite by Altair: each axis has a title and a unit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import altair as alt

from desk_page.answers import Answer, by_week, largest, longest

# Told apart also by those who see no red or green (Okabe and Ito).
COLOURS = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#6b7280", "#b8a500"]
AGES = [
    "under 1 day",
    "1 to 3 days",
    "3 to 7 days",
    "1 to 4 weeks",
    "1 to 3 months",
    "over 3 months",
]
LOW, TALL, ROW = 100, 240, 26
Rows = Sequence[Answer]


def backlog(rows: Rows) -> Any:
    """Areas that lie on each other: the whole is all open tickets."""
    held = largest(rows, 7, "all other teams")
    return (
        _chart(held)
        .mark_area()
        .encode(x=_day("Day"), y=_amount("Open tickets (number)"), color=_colour(held))
    )


def flow(rows: Rows) -> Any:
    """A line each for opened and closed, by week."""
    return _lines(by_week(rows), "Week that begins", "Tickets in a week (number)")


def months(unit: str) -> Callable[[Rows], Any]:
    """Lines by month."""
    return lambda rows: _lines(rows, "Month", unit)


def stacks(unit: str) -> Callable[[Rows], Any]:
    """Columns by month, one upon the other."""
    return lambda rows: (
        _chart(rows)
        .mark_bar()
        .encode(
            x=_month("Month"), y=_amount(unit), color=_colour(rows), tooltip=_tooltip("Month", unit)
        )
    )


def shares(rows: Rows) -> Any:
    """Lines by month, each the share of `amount` in `out_of`."""
    held = [
        Answer("", row.label, row.series, 100 * (row.amount or 0) / row.out_of, row.out_of)
        for row in rows
        if row.out_of
    ]
    scale = alt.Scale(domain=[0, 100])
    return _lines(held, "Month", "Share of tickets (%)", scale)


def ages(rows: Rows) -> Any:
    """Columns in the order of age."""
    return (
        _chart(rows)
        .mark_bar()
        .encode(
            x=alt.X(
                "label:N",
                sort=AGES,
                title="Time since opening (days)",
                axis=alt.Axis(labelAngle=-30, labelLimit=120),
            ),
            y=_amount("Open tickets (number)"),
            color=_colour(rows),
            tooltip=_tooltip("Age", "Open tickets"),
        )
    )


def bars(
    title: str, unit: str, *, stacked: bool = True, coloured: bool = True
) -> Callable[[Rows], Any]:
    """Bars by name, the longest first; `stacked` or beside each other, `coloured` by series."""

    def draw(rows: Rows) -> Any:
        held = longest(rows, 12)
        several = coloured and len({row.series for row in held}) > 1
        height = max((ROW if stacked else ROW + 12) * len({row.label for row in held}), LOW)
        thickness = {} if several and not stacked else {"size": ROW - 6}
        chart = _chart(held, height).mark_bar(**thickness)
        chart = chart.encode(
            y=alt.Y("label:N", sort="-x", title=title, axis=alt.Axis(labelLimit=150)),
            x=alt.X("amount:Q", title=unit, axis=alt.Axis(tickMinStep=1, tickCount=5)),
            tooltip=_tooltip(title, unit),
        )
        if several:
            chart = chart.encode(color=_colour(held))
        return chart if stacked or not several else chart.encode(yOffset="series:N")

    return draw


def _lines(rows: Rows, title: str, unit: str, scale: Any = alt.Undefined) -> Any:
    return (
        _chart(rows)
        .mark_line(point=True, strokeWidth=2.5)
        .encode(
            x=_day(title),
            y=_amount(unit, scale),
            color=_colour(rows),
            tooltip=_tooltip(title, unit),
        )
    )


def _chart(rows: Rows, height: int = TALL) -> Any:
    values = [
        {
            "label": row.label,
            "day": row.label[:10],
            "series": row.series,
            "amount": row.amount,
            "of": row.out_of,
            "note": row.note,
        }
        for row in rows
    ]
    return alt.Chart(
        alt.Data(values=values),
        width="container",
        height=height,
        config=alt.Config(font="system-ui, sans-serif", bar=alt.BarConfig(color=COLOURS[0])),
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
    )


def _day(title: str) -> Any:
    """A time axis in UTC: a date must not slip to the day before in the reader's zone."""
    return alt.X(
        "utcyearmonthdate(day):T",
        title=f"{title} (date)",
        axis=alt.Axis(format="%b %y", tickCount=6, labelOverlap=True),
    )


def _month(title: str) -> Any:
    return alt.X(
        "utcyearmonth(day):O",
        title=f"{title} (date)",
        axis=alt.Axis(format="%b %y", labelOverlap=True, labelAngle=0),
    )


def _amount(title: str, scale: Any = alt.Undefined) -> Any:
    return alt.Y("amount:Q", title=title, scale=scale, axis=alt.Axis(tickMinStep=1, tickCount=6))


def _colour(rows: Rows) -> Any:
    """The series by colour, in the order of the rows, told above the chart."""
    names = list(dict.fromkeys(row.series for row in rows))
    return alt.Color(
        "series:N",
        title=None,
        sort=names,
        scale=alt.Scale(domain=names, range=COLOURS),
        legend=alt.Legend(orient="top", columns=2, labelLimit=220),
    )


def _tooltip(title: str, unit: str) -> list[Any]:
    return [
        alt.Tooltip("label:N", title=title),
        alt.Tooltip("series:N", title="Which"),
        alt.Tooltip("amount:Q", title=unit, format=".1f"),
    ]
