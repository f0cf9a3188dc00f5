"""Writes the page: `python -m desk_page --out page.html`, and what `dbt show` needs to be told."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from desk_page.answers import Unanswered, ask
from desk_page.document import page, trust, verdict


def main(given: Sequence[str] | None = None) -> int:
    """Asks, writes and tells what halo__trust says; 1 where dbt could not answer."""
    parser = argparse.ArgumentParser(prog="python -m desk_page", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/page.html"))
    parser.add_argument("--dbt", default=str(Path(sys.executable).parent / "dbt"))
    chosen, arguments = parser.parse_known_args(given)
    try:
        answers = ask(chosen.dbt, arguments)
    except Unanswered as what:
        print(f"No page was made: dbt could not answer. Are the models built?\n{what}")
        return 1
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(page(answers), "utf-8")
    print(f"halo__trust: {verdict(answers)}")
    for check in trust(answers):
        if check.series == "does not hold":
            print(f"  {check.label}: {check.amount:,.0f} of {check.out_of or 0:,.0f}. {check.note}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
