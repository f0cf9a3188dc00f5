"""What lists nest in their rows, or add to them, where they are asked for it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from sandbox import rows
from sandbox.model import Entity, Row
from sandbox.partners import logins
from sandbox.settings_lists import cab_members

if TYPE_CHECKING:
    from sandbox.tenant import Tenant


def with_members(tenant: "Tenant", cab: Row) -> Row:
    """A board with its members."""
    return cab | {"members": cab_members(tenant, cab["id"])}


def with_holidays(tenant: "Tenant", workday: Row) -> Row:
    """A workday with its holidays, agents' leave among them where the tenant sends that here."""
    leave = tenant.quirks.leave_in_workdays

    def is_its_own(day: Entity) -> bool:
        return day.workday_id == workday["id"] and (leave or not day.agent_id)

    return workday | {"holidays": holiday_rows(tenant, is_its_own)}


def with_logins(tenant: "Tenant", supplier: Row) -> Row:
    """A supplier with what it takes to sign in there, on the builds that send it."""
    sent = tenant.quirks.supplier_logins_in_list
    return supplier | logins(supplier["id"]) if sent else supplier


def holiday_rows(tenant: "Tenant", wanted: Callable[[Entity], bool]) -> list[Row]:
    """The rows of some holidays."""
    held = tenant.entities["holiday"].values()
    return [rows.entity_row(day, tenant.quirks) for day in held if wanted(day)]


WHOLE: dict[str, Callable[["Tenant", Row], Row]] = {
    "cab": with_members,
    "workday": with_holidays,
    "supplier": with_logins,
}
"""What makes a row of a kind as full as it comes."""
