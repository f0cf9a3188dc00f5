"""One run of one tool in a process of its own, on a core of its own; writes what it measured."""

from __future__ import annotations

import gc
import importlib
import json
import os
import resource
import sys
import time
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any


def main(tool: str, url: str, size: int, wish: str, result: str) -> None:
    """Reads with `benchmarks.readers.{tool}`; `wish` is time, ids, or further tables' names."""
    os.sched_setaffinity(0, {1})
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        reader = importlib.import_module(f"benchmarks.readers.{tool}")
        ids: list[Any] = []
        take = (lambda row: ids.append(row["id"])) if wish == "ids" else ignored(reader)
        source = reader.prepare(size) if tool == "bare" else url
        gc.collect()
        before, began, spent = peak_memory(), time.perf_counter(), cpu()
        if wish in ("time", "ids"):
            reader.read(source, take)
        else:
            reader.read(source, take, frozenset(wish.split(",")))
        wall, used = time.perf_counter() - began, cpu() - spent
    figures = {"wall": wall, "cpu": used, "before": before, "peak": peak_memory(), "ids": ids}
    Path(result).write_text(json.dumps(figures), "utf-8")


def ignored(reader: Any) -> Any:
    """A sink that throws away; the reader's own, where it has one."""
    return getattr(reader, "ignore", lambda _row: None)


def cpu() -> float:
    """Seconds of user and system time of this process, all threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak_memory() -> float:
    """Peak resident memory in MB; not `ru_maxrss`, which a process inherits from its parent."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4], sys.argv[5])
