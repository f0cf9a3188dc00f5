"""The tenant report: what a tenant's API really does, found out by reading a few dozen answers.

`python -m tenant_report CONFIGURATION.json [--json FILE]` prints it. It holds field names, counts
and yes or no, and neither texts, names, addresses nor ids, so that a maintainer may have it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from textwrap import wrap

from halo import VERSION
from halo.api.clock import REAL, Clock
from halo.api.connection import Connection, HaloApi
from halo.api.pulse import Pulse
from halo.api.requests import Log
from halo.errors import HaloError, SettingsError
from halo.settings import parse
from halo.setup.tests import GIVES_UP, LONGEST_SILENCE
from halo.tables import REGISTRY
from tenant_report.actions import ACTION_PROBES
from tenant_report.details import DETAIL_PROBES
from tenant_report.lists import FIELD_PROBES, LIST_PROBES
from tenant_report.objects import OBJECT_PROBES
from tenant_report.size import ROWS, load_of, pace_of, time_of
from tenant_report.tenant import Finding, Probe, Tenant
from tenant_report.tickets import TICKET_PROBES
from tenant_report.verdict import missing, verdict

PATIENCE = 30.0
"""Seconds for which a request is tried again: what answers later is a finding too."""

PROBES: tuple[Probe, ...] = (
    *LIST_PROBES,
    *TICKET_PROBES,
    *ACTION_PROBES,
    *DETAIL_PROBES,
    *OBJECT_PROBES,
    *FIELD_PROBES,
    ROWS,
)

ENCRYPTED = "fivetran_encrypted:"
"""How a value begins that `fivetran configuration` encrypted: only Fivetran's tools can read it."""


@dataclass(frozen=True)
class Report:
    """What follows for a sync, all findings in the order of the questions, and what they cost."""

    requests: int
    seconds: float
    findings: tuple[Finding, ...]
    verdict: tuple[str, ...] = ()
    version: str = VERSION

    @property
    def text(self) -> str:
        """The report to be read."""
        seen = sum(finding.answer != "not seen" for finding in self.findings)
        head = (
            f"Tenant report: {seen} of {len(self.findings)} questions answered by {self.requests} "
            f"requests in {self.seconds:.0f} s, by version {self.version} of the connector. It "
            "holds no ticket text, name, address or id."
        )
        told = [line for sentence in self.verdict for line in wrap(sentence, 100)]
        parts = [*wrap(head, 120), "", *told, *map(_lines, self.findings)]
        return "\n".join(parts) + "\n"

    @property
    def json(self) -> str:
        """The report as JSON."""
        return json.dumps(asdict(self), indent=2) + "\n"


def _lines(finding: Finding) -> str:
    evidence = wrap(finding.evidence, 96, initial_indent="    ", subsequent_indent="    ")
    return "\n".join(["", finding.question, f"  {finding.answer}", *evidence])


def examine(configuration: Mapping[str, object], clock: Clock, log: Log = lambda _: None) -> Report:
    """Reads the tenant and nothing but reads. Raises SettingsError and NothingReadable."""
    encrypted = [k for k, v in configuration.items() if isinstance(v, str) and _encrypted(v)]
    if encrypted:
        raise SettingsError(
            f"{', '.join(encrypted)} is encrypted for Fivetran's tools alone; copy "
            "build/connector to build/plain, run `fivetran configuration build/plain "
            "--disable-encryption`, and give build/plain/configuration.json."
        )
    settings = parse(configuration, REGISTRY)
    said = Pulse(log, clock, LONGEST_SILENCE)
    with (
        closing(Connection.to(settings, clock, said, PATIENCE, GIVES_UP)) as connection,
        said.beating(connection.transport.status),
    ):
        tenant = Tenant(HaloApi(connection), settings)
        started = clock.now()
        found = [(p, p.finding(tenant)) for p in (*PROBES, time_of(clock, started))]
        unusual = [finding for probe, finding in found if probe.is_unusual(finding)]
        pace = pace_of(tenant, clock, started)
        told = verdict(missing(tenant), load_of(tenant), pace, unusual)
        took, findings = clock.now() - started, tuple(finding for _, finding in found)
        return Report(connection.requests, took, findings, told)


def _encrypted(value: str) -> bool:
    return value.startswith(ENCRYPTED)


def main(arguments: Sequence[str] | None = None, clock: Clock | None = None) -> int:
    """The command; its exit status."""
    parser = argparse.ArgumentParser(
        "python -m tenant_report",
        description="What a Halo tenant's API really does; only reads.",
    )
    parser.add_argument("configuration", type=Path, help="the configuration, as configuration.json")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report there as JSON")
    options = parser.parse_args(arguments)
    said, status = _report(options.configuration, options.json, clock or REAL)
    sys.stdout.write(said)
    return status


def _report(source: Path, target: Path | None, clock: Clock) -> tuple[str, int]:
    """What is printed, and the exit status."""
    try:
        configuration = json.loads(source.read_text("utf-8"))
        if not isinstance(configuration, dict):
            return f"{source} is no configuration: it has to hold one JSON object.\n", 1
        report = examine(configuration, clock, lambda line: print(line, file=sys.stderr))
        if target:
            target.write_text(report.json, "utf-8")
    except HaloError as error:
        return f"{error}\n", 1
    except OSError as error:
        return f"{error.filename} cannot be read or written: {error.strerror}.\n", 1
    except ValueError as error:
        return f"{source} is no configuration: {error}.\n", 1
    return report.text, 0
