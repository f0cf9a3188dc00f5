"""Starts a stand-in tenant: `python -m sandbox --port 8765 --seed 7 --tickets 400 --years 2`."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from threading import Event

from sandbox.oauth import CLIENT_ID, CLIENT_SECRET, PASSWORD, USERNAME
from sandbox.quirks import Quirks, parse_quirk, quirk_names
from sandbox.server import serve
from sandbox.tenant import Tenant
from sandbox.workdays import LONDON, NEW_YORK, UTC_ZONE, desk_workdays

ZONES = {"London": LONDON, "New_York": NEW_YORK, "UTC": UTC_ZONE}


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted; the exit status."""
    options = _parser().parse_args(arguments)
    try:
        quirks = replace(Quirks(), **dict(map(parse_quirk, options.quirk)))
    except ValueError as error:
        print(f"--quirk: {error}", file=sys.stderr)
        return 2
    tenant = Tenant.build(
        options.seed,
        options.tickets,
        options.years,
        quirks,
        lambda: datetime.now(UTC),
        workdays=desk_workdays(ZONES[options.zone]),
        desk=True,
    )
    try:
        with serve(tenant, options.port, options.host) as server:
            print(_greeting(server.url + quirks.base_path, tenant), flush=True)
            Event().wait()
    except OSError as error:
        print(f"Port {options.port} cannot be used: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Closed.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("sandbox", description="A stand-in HaloITSM tenant.")
    parser.add_argument("--port", type=int, default=8765, help="0 takes a free one")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--seed", type=int, default=7, help="the same seed, the same tenant")
    parser.add_argument("--tickets", type=int, default=400)
    parser.add_argument("--years", type=float, default=2, help="over which the tickets came in")
    parser.add_argument("--zone", choices=ZONES, default="London", help="whose clocks it keeps")
    parser.add_argument(
        "--quirk",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help=f"how this tenant differs; may be repeated. Names: {', '.join(quirk_names())}",
    )
    return parser


def _greeting(url: str, tenant: Tenant) -> str:
    origin = url.removesuffix(tenant.quirks.base_path)
    return (
        f"A stand-in Halo tenant with {len(tenant.tickets)} tickets at {url} "
        f"(client_id {CLIENT_ID}, client_secret {CLIENT_SECRET}; "
        f"username {USERNAME}, password {PASSWORD}).\n"
        f"Let a day go by: curl -X POST '{origin}/sandbox/live?days=1'   Stop: Ctrl-C"
    )


if __name__ == "__main__":
    sys.exit(main())
