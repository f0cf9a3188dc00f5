"""The whole benchmark: runs every tool, prints the tables, writes results.md and results.svg."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

from benchmarks import budget, picture
from tests import large

HERE = Path(__file__).parent
ROUNDS = 5
SMALL, LARGE = 4_000, 16_000
MEMORY = (20_000, 200_000, 1_000_000)
MOVING = 5_000
QUOTA = {"quota": "20", "window": "2"}
SLOW = {"size": "50", "people": "2100", "latency": "0.2"}

READERS = {
    "this connector": "halo",
    "dlt": "with_dlt",
    "singer-sdk": "with_singer",
    "airbyte-cdk": "with_airbyte",
    "reading only": "reading",
    "the connector, with op.upsert": "halo",
    "bare loop of op.upsert": "bare",
}
OURS, WITH_OP, BARE = "this connector", "the connector, with op.upsert", "bare loop of op.upsert"
PEERS = ("dlt", "singer-sdk", "airbyte-cdk")
PACKAGES = ("dlt", "singer-sdk", "airbyte-cdk", "requests", "urllib3", "fivetran-connector-sdk")


@dataclass
class Rates:
    """What one tool needed: seconds of wall and CPU by size, run by run; memory and requests."""

    wall: dict[int, list[float]] = field(default_factory=lambda: {SMALL: [], LARGE: []})
    cpu: dict[int, list[float]] = field(default_factory=lambda: {SMALL: [], LARGE: []})
    peak: list[float] = field(default_factory=list)
    above_start: list[float] = field(default_factory=list)
    requests: int = 0
    server_share: list[float] = field(default_factory=list)

    @property
    def cpu_ms(self) -> float:
        """Milliseconds of CPU for 1,000 further rows."""
        return 1e6 * median(_marginal(self.cpu))

    @property
    def rows_per_second(self) -> float:
        """Further rows in a second of wall time."""
        return 1 / median(_marginal(self.wall))

    @property
    def spread(self) -> str:
        """Least and most of the CPU figures."""
        each = [1e6 * one for one in _marginal(self.cpu)]
        return f"{min(each):.0f} to {max(each):.0f}"


def _marginal(seconds: Mapping[int, list[float]]) -> list[float]:
    """Seconds for one more row, run by run."""
    pairs = zip(seconds[SMALL], seconds[LARGE], strict=True)
    return [max(large - small, 1e-9) / (LARGE - SMALL) for small, large in pairs]


class Failed(Exception):
    """A tool's run ended with an error."""


class Bench:
    """The local API, and runs of tools that read it."""

    def __init__(self, url: str) -> None:
        self._url = url

    def run(
        self, tool: str, wish: Mapping[str, str], mode: str = "time", **environment: str
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """One run: what the tool measured, and what the API counted. Raises Failed."""
        _get(f"{self._url}/control?{urlencode(wish)}")
        with tempfile.TemporaryDirectory() as folder:
            result = Path(folder) / "result.json"
            if tool in (WITH_OP, BARE):
                environment["OPERATIONS"] = "1"
            order = [sys.executable, "-m", "benchmarks.child", READERS[tool], self._url]
            order += [wish["size"], mode, str(result)]
            child = subprocess.run(
                order,
                cwd=HERE.parent,
                env=os.environ | environment | {"HOME": folder, "DO_NOT_TRACK": "1"},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                timeout=900,
                check=False,
            )
            if child.returncode:
                raise Failed(child.stderr.strip().splitlines()[-1][:160])
            measured = json.loads(result.read_text("utf-8"))
        return measured, _get(f"{self._url}/counts")


def _get(url: str) -> dict[str, Any]:
    with urlopen(url, timeout=30) as answer:
        return dict(json.load(answer))


@contextmanager
def api() -> Iterator[Bench]:
    """The local API in a process of its own, on core 0."""
    order = [sys.executable, "-m", "benchmarks.server", "0"]
    with subprocess.Popen(order, cwd=HERE.parent, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield Bench(f"http://127.0.0.1:{int(server.stdout.readline())}")
        finally:
            server.terminate()


def rates(bench: Bench, tools: list[str]) -> dict[str, Rates]:
    """Every tool at both sizes, again and again in turn."""
    found = {tool: Rates() for tool in tools}
    for number in range(ROUNDS):
        for tool, rate in found.items():
            for size in (SMALL, LARGE):
                measured, counted = bench.run(tool, {"size": str(size)})
                rate.wall[size].append(measured["wall"])
                rate.cpu[size].append(measured["cpu"])
            rate.peak.append(measured["peak"])
            rate.above_start.append(measured["peak"] - measured["before"])
            rate.requests = counted["requests"]
            rate.server_share.append(counted["server_cpu"] / measured["wall"])
        _say(f"round {number + 1} of {ROUNDS} is done")
    return found


def moving(bench: Bench, tool: str) -> dict[str, int]:
    """Reads once while rows move: rows handed over, distinct, missed and doubled ones."""
    measured, counted = bench.run(tool, {"size": str(MOVING), "moving": "1"}, "ids")
    ids, stayed = measured["ids"], counted["stayed"]
    distinct = set(ids)
    return {
        "rows": len(ids),
        "distinct": len(distinct),
        "missed": len(set(stayed) - distinct),
        "doubled": len(ids) - len(distinct),
        "requests": counted["requests"],
    }


def standing(bench: Bench, tool: str) -> dict[str, int]:
    """Reads once while nothing moves."""
    measured, _ = bench.run(tool, {"size": str(MOVING)}, "ids")
    ids = measured["ids"]
    return {"missed": MOVING - len(set(ids)), "doubled": len(ids) - len(set(ids))}


def with_quota(bench: Bench, tool: str) -> str:
    """Reads once from an API that allows 20 requests in 2 s: a row of a table."""
    try:
        measured, counted = bench.run(tool, {"size": str(MOVING), **QUOTA}, QUOTA="20:2")
    except Failed as error:
        return f"| {tool} | failed: {error} | | |"
    return f"| {tool} | {measured['wall']:.1f} | {counted['requests']} | {counted['refused']} |"


def slow(bench: Bench) -> dict[str, float]:
    """Three tables of 21 pages with 200 ms each: seconds from first question to last answer."""
    runs = []
    for _ in range(3):
        measured, counted = bench.run(OURS, SLOW, "user,client,site")
        spans = [counted["spans"][f"/api/{name}"] for name in ("users", "client", "site")]
        three = max(last for _, last in spans) - min(first for first, _ in spans)
        pages = sum(counted["by_path"][f"/api/{name}"] for name in ("users", "client", "site"))
        runs.append((three, measured["wall"], counted["most_in_flight"], pages))
    three, wall, _, pages = sorted(runs)[1]
    return {"three": three, "wall": wall, "most": max(run[2] for run in runs), "pages": pages}


def memory(bench: Bench) -> list[tuple[int, float, float]]:
    """Peak memory by number of tickets, and how much of it is above the start."""
    found = []
    for size in MEMORY:
        measured, _ = bench.run(OURS, {"size": str(size)}, QUOTA="1000000:300")
        found.append((size, measured["peak"], measured["peak"] - measured["before"]))
    return found


def report(bench: Bench) -> str:
    """Runs everything; the results as Markdown."""
    began, load, code = time.monotonic(), os.getloadavg()[0], _code()
    tools = [tool for tool in READERS if _works(bench, tool)]
    found = rates(bench, tools)
    readers = [tool for tool in tools if tool not in (WITH_OP, BARE)]
    real = [tool for tool in readers if tool != "reading only"]
    lines = ["# Results", "", *_machine(load), "", "## CPU, time, memory, requests", ""]
    lines += _rates_table(found)
    lines += ["", *_limits(found), "", "![CPU of each tool](results.svg)", ""]
    moves = {tool: moving(bench, tool) for tool in readers}
    stands = {tool: standing(bench, tool) for tool in readers}
    lines += ["## Whole", "", *_moving_table(moves, stands), ""]
    _say("rows that move: done")
    lines += ["## A quota of 20 requests in 2 seconds", ""]
    lines += [f"{MOVING:,} tickets, one run.", "", "| | seconds | requests | answered 429 |"]
    lines += ["|---|---:|---:|---:|", *(with_quota(bench, tool) for tool in real), ""]
    _say("quota: done")
    late = slow(bench)
    lines += [
        "## Latency",
        "",
        f"Users, clients and sites of 21 pages each, 200 ms an answer: **{late['three']:.1f} s** "
        f"for the three in {late['pages']:.0f} requests, {late['wall']:.1f} s with signing in and "
        f"a page of tickets; at most {late['most']:.0f} requests in flight, as the server counts.",
        "",
    ]
    lines += ["## Memory", "", "| tickets | peak, MB | above the start, MB |", "|---:|---:|---:|"]
    lines += [f"| {size:,} | {peak:.0f} | {above:.1f} |" for size, peak, above in memory(bench)]
    _say("memory: done")
    lines += ["", large.HEADING, "", *large.report()]
    _say("large desk: done")
    lines += ["", "## Budget", "", *_budget_lines(), ""]
    if _code() != code:
        lines += [_CODE_CHANGED, ""]
    lines.append(f"All this took {(time.monotonic() - began) / 60:.1f} minutes.")
    drawn = {tool: rate.cpu_ms for tool, rate in found.items() if tool not in (WITH_OP, BARE)}
    picture.write(HERE / "results.svg", drawn)
    return "\n".join(lines) + "\n"


def _works(bench: Bench, tool: str) -> bool:
    """Whether the tool is installed and reads what it should."""
    try:
        bench.run(tool, {"size": "200"})
    except Failed as error:
        _say(f"{tool} is left out: {error}")
        return False
    return True


def _machine(load: float) -> list[str]:
    cpus = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line]
    return [
        f"{datetime.now(UTC):%Y-%m-%d}, {cpus[0].partition(': ')[2]}, {len(cpus)} cores, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}; "
        f"load before the start {load:.1f} (what else runs makes rows/s much worse, and CPU "
        "somewhat).",
        "",
        ", ".join(f"{name} {_version(name)}" for name in PACKAGES)
        + f". {ROUNDS} rounds; medians of what {LARGE - SMALL:,} further rows cost, between "
        f"{SMALL:,} and {LARGE:,} tickets.",
    ]


_CODE_CHANGED = (
    "**The connector's code was changed while this ran: its runs are not all of one version.**"
)


def _code() -> str:
    """What tells one version of the connector's code from another."""
    content = hashlib.sha256()
    for path in sorted([HERE.parent / "connector.py", *(HERE.parent / "halo").rglob("*.py")]):
        content.update(path.read_bytes())
    return content.hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "(not installed)"


def _rates_table(found: Mapping[str, Rates]) -> list[str]:
    lines = [
        f"| | CPU ms / 1,000 rows | least to most | rows/s (wall) | peak MB | above start MB | "
        f"requests for {LARGE:,} | server's CPU, of the wall |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for tool, rate in found.items():
        small = rate.cpu_ms < 10
        lines.append(
            f"| {tool} | {rate.cpu_ms:{'.2f' if small else '.0f'}} | {rate.spread} | "
            + (f"{rate.rows_per_second:,.0f}" if rate.requests else "")
            + f" | {median(rate.peak):.0f} | {median(rate.above_start):.1f} | "
            + (f"{rate.requests} | {median(rate.server_share):.0%} |" if rate.requests else " | |")
        )
    return lines


def _limits(found: Mapping[str, Rates]) -> list[str]:
    ours = found[OURS].cpu_ms
    said = [
        f"{tool} needs {rate.cpu_ms / ours:.2f} times our CPU"
        for tool, rate in found.items()
        if tool in PEERS
    ]
    said += [
        f"with the SDK's own operations the connector needs {whole.cpu_ms / bare.cpu_ms:.2f} times "
        f"the CPU of the bare loop, which is {bare.cpu_ms / whole.cpu_ms:.0%} of it"
        for whole, bare in [(found.get(WITH_OP), found.get(BARE))]
        if whole and bare
    ]
    return ["; ".join(said) + ".", "", _WHAT_THE_LIMITS_ARE]


_WHAT_THE_LIMITS_ARE = (
    "*Reading only*: one session, `json.loads`, raw rows to the sink: what any reader in Python "
    "with `requests` and the standard library needs. *With op.upsert*: up to here a row ends where "
    "the connector hands it over, as with the peers; now the SDK's own `op.upsert` checks it and "
    "encodes each value, up to the record of its core, which its licence keeps out of benchmarks. "
    "*Bare loop*: the same rows, already read, parsed and typed, are handed to `op.upsert`: the "
    "limit of any connector."
)


def _moving_table(
    moves: Mapping[str, Mapping[str, int]], stands: Mapping[str, Mapping[str, int]]
) -> list[str]:
    lines = [
        f"{MOVING:,} tickets. Moving: a ticket is created and one deleted after every page. Missed "
        "are tickets that were there from the beginning to the end.",
        "",
        "| | missed, standing | doubled, standing | rows, moving | distinct | missed | doubled | "
        "requests |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for tool, move in moves.items():
        lines.append(
            f"| {tool} | {stands[tool]['missed']} | {stands[tool]['doubled']} | {move['rows']:,} | "
            f"{move['distinct']:,} | {move['missed']} | {move['doubled']} | {move['requests']} |"
        )
    return lines


def _budget_lines() -> list[str]:
    found = budget.outcomes()
    least = min(outcome.share for outcome in found)
    refused = sum(outcome.refused for outcome in found)
    return [
        "The transport and its budget in simulated time, with something to ask at any moment, "
        "against a rolling window: share of the budget used by latency. *Of* is what so many "
        f"requests in flight can use at all. Least of that: {least:.1%}; answered 429: {refused}.",
        "",
        *budget.table(found),
    ]


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    with api() as served:
        results = report(served)
    (HERE / "results.md").write_text(results, "utf-8")
    print(results)
