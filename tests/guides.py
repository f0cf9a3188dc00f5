"""Follows the guides word by word in a fresh clone, in a folder with a space in its name.

`make docs-test` runs it. Each guide's shell blocks run in one shell, as somebody would type them;
where a guide says to put values in, those are put in that it gives for the stand-in tenant.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
PORT = 8765

NOT_RUN = (
    r"fivetran deploy (.*\\\n)*.*",  # Needs an account at Fivetran.
    r"git pull",  # The clone has no newer release.
    r"make (test|docs-test|simulate|lives)\b.*",  # Longer than all the rest, and tested by itself.
    r"python -m pytest .*",  # As above.
    r"\.venv/bin/python$",  # Begins a dialogue, which is followed by `query`.
    r"HALO=.*",  # Given by the guide, and set again for the free port.
)
"""Commands that are left out, each with the reason."""


class Broken(Exception):
    """A guide that somebody could not follow."""


def blocks(page: Path, language: str) -> list[str]:
    """The code blocks of a page, without their indent."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```", page.read_text("utf-8"), re.M | re.S)
    return [re.sub(rf"^{indent}", "", block, flags=re.M) for indent, block in found]


def is_tenant(block: str) -> bool:
    """Whether a block starts the stand-in tenant, which goes on in a second shell."""
    return "python -m sandbox" in block


def to_type(block: str) -> str:
    """A block without what is not run."""
    for left_out in NOT_RUN:
        block = re.sub(rf"^{left_out}\n?", "", block, flags=re.M)
    return block


def run(script: str, folder: Path, what: str) -> str:
    """One shell that stops at the first command that fails; its output."""
    print(f"== {what}", flush=True)
    done = subprocess.run(
        ["bash", "-euo", "pipefail"],
        input=script,
        cwd=folder,
        env={**os.environ, "DO_NOT_TRACK": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Broken(f"{what} failed:\n{script}\n{done.stdout[-3000:]}")
    return done.stdout


def expect(output: str, *said: str) -> None:
    """Raises Broken where something is missing that the guide promises."""
    for part in said:
        if part not in output:
            raise Broken(f"{part!r} is not in the output:\n{output[-3000:]}")


@contextmanager
def tenant(block: str, folder: Path) -> Iterator[None]:
    """The stand-in tenant, as a guide starts it."""
    with subprocess.Popen(["bash", "-c", block], cwd=folder, start_new_session=True) as process:
        try:
            for _ in range(300):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", PORT)) == 0:
                        break
                time.sleep(0.2)
            else:
                raise Broken(f"the stand-in tenant does not start:\n{block}")
            yield
        finally:
            os.killpg(process.pid, signal.SIGINT)


def settings(guide: Path) -> dict[str, str]:
    """The values that the data engineer's guide gives for the stand-in tenant, in its own file."""
    (example,) = blocks(guide, "json")
    told = re.search(r"`(http://127[^`]+)`, `([\w-]+)` and `([\w-]+)`", guide.read_text("utf-8"))
    budget = re.search(r'`"requests_per_5_minutes": "(\d+)"`', guide.read_text("utf-8"))
    if not told or not budget:
        raise Broken(f"{guide.name} gives no values for the stand-in tenant")
    filled = dict(zip(json.loads(example), told.groups(), strict=True))
    return filled | {"requests_per_5_minutes": budget[1]}


def data_engineer(clone: Path) -> None:
    """The data engineer's guide and the README's steps, from settings to a local sync."""
    guide = clone / "docs" / "data-engineer.md"
    typed = blocks(guide, "sh")
    (standing,) = filter(is_tenant, typed)
    typed.remove(standing)
    with tenant(standing, clone):
        at = next(n for n, block in enumerate(typed) if "cp configuration.json" in block)
        run(to_type("\n".join(typed[: at + 1])), clone, f"{guide.name}: set up")
        filled = clone / "build" / "connector" / "configuration.json"
        filled.write_text(json.dumps(settings(guide)), "utf-8")
        rest = to_type(f"{typed[0]}\n" + "\n".join(typed[at + 1 :]))
        said = run(rest, clone, f"{guide.name}: test, report, sync, deploy")
        expect(said, "This tenant can be synced.", "SYNC SUCCEEDED", "Tickets can be read")
        steps = [b for b in blocks(clone / "README.md", "sh") if "make demo" not in b]
        kept = [block for block in steps if "cp configuration.json" not in block]
        expect(run(to_type("\n".join(kept)), clone, "README.md: getting started"), "SYNC SUCCEEDED")
        found = blocks(clone / "docs" / "troubleshooting.md", "sh")
        run("\n".join([typed[0], *found]), clone, "troubleshooting.md: the two commands")


def administrator(clone: Path) -> None:
    """The administrator's three commands."""
    guide = clone / "docs" / "halo-administrator.md"
    values, info, token, tickets = blocks(guide, "sh")
    start = f". .venv/bin/activate\npython -m sandbox --port {PORT}\n"
    if "`python -m sandbox --port 8765`" not in guide.read_text("utf-8").replace("\n", " "):
        raise Broken(f"{guide.name} does not say how to start the stand-in tenant")
    with tenant(start, clone):
        said = run(values + info + "echo\n" + token, clone, f"{guide.name}: three commands")
        answers = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
        expect(str(answers[0]), "auth_url", "tenant_id")
        last = tickets.replace("TOKEN", answers[1]["access_token"])
        expect(run(values + last, clone, f"{guide.name}: tickets"), "record_count")


def analyst(clone: Path) -> None:
    """The analyst's queries on the demo's warehouse: each answers rows."""
    guide = clone / "docs" / "analyst.md"
    (begin,) = blocks(guide, "python")
    counted = [f"select count(*) from ({query})" for query in blocks(guide, "sql")]
    asked = "".join(f"print(warehouse.sql({query!r}).fetchone()[0])\n" for query in counted)
    script = f".venv/bin/python - <<'QUERIES'\n{begin}\n{asked}\nQUERIES\n"
    counts = re.findall(r"^\d+$", run(script, clone, f"{guide.name}: queries"), re.M)
    if len(counts) != len(counted) or "0" in counts:
        raise Broken(f"a query of {guide.name} answers nothing: {counts}")


def main() -> int:
    """Follows all guides; 0 when they could be followed."""
    with tempfile.TemporaryDirectory() as made:
        clone = Path(made) / "a folder" / "halo connector"
        run(f"git clone --quiet '{ROOT}' '{clone}'", ROOT, "a fresh clone, with spaces in its path")
        try:
            first = next(b for b in blocks(clone / "README.md", "sh") if "make demo" in b)
            said = run(to_type(first), clone, "README.md: make demo")
            expect(
                said, "Rows in the warehouse", "A week passes", "halo__trust", "Look at the page"
            )
            for follow in (data_engineer, administrator, analyst):
                follow(clone)
        except Broken as broken:
            print(broken, file=sys.stderr)
            return 1
    print("== all guides can be followed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
