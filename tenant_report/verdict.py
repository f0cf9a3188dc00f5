"""The report's first lines: whether the tenant can be synced, in what time, without what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from halo.errors import HaloError, NothingReadable
from halo.setup.grants import listed
from halo.tables import REGISTRY, Table
from tenant_report.lists import came_of
from tenant_report.size import Load, Pace
from tenant_report.tenant import Finding, Tenant, Unseen, without_words


def verdict(
    missing: Mapping[str, Sequence[Table]],
    load: Load | None,
    pace: Pace,
    unusual: Sequence[Finding],
) -> tuple[str, ...]:
    """The sentences; `missing` are tables that cannot be read, by the reason."""
    needed = [why for why, tables in missing.items() if any(table.required for table in tables)]
    if needed or load is None:
        return (f"This tenant cannot be synced: tickets cannot be read ({listed(needed)}).",)
    return (
        "This tenant can be synced.",
        f"The first load takes about {pace.of(load.requests)} at most: {pace.of(load.lists)} for "
        "tickets and lists, then history, newest first.",
        _without(missing),
        f"{_these(len(unusual), 'answer', 'is')} unusual:" if unusual else "No answer is unusual.",
        *(f"- {finding.question} {finding.answer}" for finding in unusual),
    )


def _without(missing: Mapping[str, Sequence[Table]]) -> str:
    if not missing:
        return "Every table that is wanted can be read."
    count = sum(map(len, missing.values()))
    told = (f"{', '.join(t.name for t in tables)} ({why})" for why, tables in missing.items())
    return f"{_these(count, 'table', 'will be')} missing: {'; '.join(told)}."


def _these(count: int, what: str, verb: str) -> str:
    verb = "are" if verb == "is" and count > 1 else verb
    return f"This {what} {verb}" if count == 1 else f"These {count} {what}s {verb}"


def missing(tenant: Tenant) -> dict[str, list[Table]]:
    """The wanted tables that cannot be read, by the reason."""
    found: dict[str, list[Table]] = {}
    wanted = [t for t in REGISTRY if t.name not in tenant.settings.excluded_tables]
    for source in dict.fromkeys(table.source for table in wanted):
        try:
            came_of(source, tenant)
        except NothingReadable:
            raise
        except Unseen:
            continue
        except HaloError as error:
            theirs = [table for table in wanted if table.source is source]
            found.setdefault(without_words(error), []).extend(theirs)
    return found
