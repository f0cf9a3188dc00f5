"""The picture of the results: a bar for each tool's CPU, in SVG."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path

LEFT, WIDTH, BAR, GAP, TOP = 130, 560, 22, 12, 44
OURS, THEIRS, LIMIT = "#1f6feb", "#8b949e", "#d0d7de"


def write(path: Path, cpu_ms: Mapping[str, float]) -> None:
    """Draws milliseconds of CPU for 1,000 rows, by tool."""
    most = max(cpu_ms.values())
    height = TOP + len(cpu_ms) * (BAR + GAP) + 10
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 90}" height="{height}" '
        'font-family="system-ui, sans-serif" font-size="13">',
        '<rect width="100%" height="100%" fill="white"/>',
        '<text x="10" y="24" font-size="15" font-weight="600">'
        "CPU for 1,000 further rows, in milliseconds (less is better)</text>",
    ]
    for place, (tool, figure) in enumerate(cpu_ms.items()):
        y = TOP + place * (BAR + GAP)
        colour = OURS if place == 0 else LIMIT if tool == "reading only" else THEIRS
        length = max(1.0, figure / most * WIDTH)
        middle = y + BAR * 0.7
        parts += [
            f'<text x="{LEFT - 8}" y="{middle:.0f}" text-anchor="end">{escape(tool)}</text>',
            f'<rect x="{LEFT}" y="{y}" width="{length:.1f}" height="{BAR}" fill="{colour}"/>',
            f'<text x="{LEFT + length + 6:.1f}" y="{middle:.0f}">'
            f"{figure:{'.1f' if figure < 10 else '.0f'}}</text>",
        ]
    path.write_text("\n".join([*parts, "</svg>"]) + "\n", "utf-8")
