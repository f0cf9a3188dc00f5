"""The page itself: one HTML file with its scripts inside, which requests nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from pathlib import Path
from string import Template

import vl_convert

from desk_page.answers import Answer, of
from desk_page.figures import FIGURES, Figure

TEMPLATE = Template((Path(__file__).parent / "page.html").read_text("utf-8"))
TILES = (
    "open",
    "overdue",
    "on hold",
    "unassigned",
    "opened in the last 7 days",
    "closed in the last 7 days",
)
# What is wrong comes first.
VERDICTS = ("does not hold", "nothing seen", "holds")


def page(answers: Sequence[Answer]) -> str:
    """The whole page. What comes from the warehouse is text in it, whatever it contains."""
    shown = {figure.name: of(answers, figure.name) for figure in FIGURES}
    specs = {
        place(figure): figure.draw(shown[figure.name]).to_dict()
        for figure in FIGURES
        if shown[figure.name]
    }
    return TEMPLATE.substitute(
        as_of=escape(next(row.label for row in of(answers, "now") if row.label)[:16]),
        tiles="".join(
            map(_tile, sorted(of(answers, "now"), key=lambda row: TILES.index(row.series)))
        ),
        figures="".join(_figure(figure, bool(shown[figure.name])) for figure in FIGURES),
        verdict=escape(verdict(answers)),
        **_checks(answers),
        # A closing tag in a text would end the script.
        specs=json.dumps(specs).replace("<", "\\u003c"),
        script=vl_convert.javascript_bundle(),
    )


def place(figure: Figure) -> str:
    """The id of a figure's place in the page."""
    return f"figure-{figure.name.replace(' ', '-')}"


def trust(answers: Sequence[Answer]) -> list[Answer]:
    """The checks of halo__trust, what does not hold first."""
    checks = [row for row in answers if row.chart == "trust"]
    return sorted(checks, key=lambda row: VERDICTS.index(row.series))


def verdict(answers: Sequence[Answer]) -> str:
    """One sentence on how many checks hold."""
    checks = trust(answers)
    wrong, unseen, right = (sum(row.series == one for row in checks) for one in VERDICTS)
    return f"{right} of {len(checks)} checks hold, {wrong} do not, {unseen} saw nothing to check."


def _tile(row: Answer) -> str:
    return f"<div><b>{row.amount:,.0f}</b> {escape(row.series)}</div>"


def _figure(figure: Figure, has_rows: bool) -> str:
    chart = f'<div class="chart" id="{place(figure)}"></div>'
    if not has_rows:
        chart = f'<p class="missing">{escape(figure.missing)}</p>'
    return (
        f"<section><h2>{escape(figure.title)}</h2>"
        f"<p>{escape(figure.sentence)}</p>{chart}</section>\n"
    )


def _checks(answers: Sequence[Answer]) -> dict[str, str]:
    """What holds is folded away: what does not is to be read."""
    rows = [(row.series == "holds", _check(row)) for row in trust(answers)]
    return {
        "doubtful": "".join(row for holds, row in rows if not holds),
        "holding": "".join(row for holds, row in rows if holds),
        "held": str(sum(holds for holds, _ in rows)),
    }


def _check(row: Answer) -> str:
    kind = row.series.replace(" ", "-")
    return (
        f'<tr class="{kind}"><td>{escape(row.series)}</td><th>{escape(row.label)}</th>'
        f'<td class="count">{row.amount or 0:,.0f} of {row.out_of or 0:,.0f}</td>'
        f"<td>{escape(row.note)}</td></tr>\n"
    )
