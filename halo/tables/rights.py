"""What an administrator grants so that a table can be read: one entry for each module of Halo."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rights:
    """A module's rights; `test` is the label of its setup test, so no table can be without one.

    `permission` is that of the API application (Halo's API notes, signing in: scopes narrower than
    `all` are known for tickets and customers alone). `carries` is a field that a role may hide,
    without which the rows would say nothing. `optional`: a help desk may do without the module, so
    that its test passes and only tells what is missing.
    """

    test: str
    permission: str = "all"
    carries: str = ""
    optional: bool = False


_TICKETS = "read:tickets or all"
TICKETS = Rights("Tickets can be read", _TICKETS)
ACTIONS = Rights("Time entries can be read and carry their time", _TICKETS, carries="timetaken")
DETAILS = Rights("Details of tickets can be read", _TICKETS)
CUSTOMERS = Rights("People and organisation can be read", "read:customers or all")
AGENTS = Rights("People and organisation can be read")
CODES = Rights("Statuses, priorities, categories and ticket types can be read")
SERVICE_LEVELS = Rights("Service levels can be read")
CUSTOM_FIELDS = Rights("Custom fields can be read")


def _optional(rows: str) -> Rights:
    """Of a module that may be missing; the label is true of a tenant without it too."""
    return Rights(f"{rows} can be read, or are skipped", optional=True)


DEPARTMENTS = _optional("Departments and organisations")
LOOKUPS = _optional("Outcomes, lookups and working hours")
ASSETS = _optional("Assets")
LICENCES = _optional("Software licences")
SERVICES = _optional("Services")
CONTRACTS = _optional("Contracts")
SUPPLIERS = _optional("Suppliers")
SURVEYS = _optional("Survey answers")
KNOWLEDGE = _optional("Knowledge base articles")
APPROVALS = _optional("Approval processes and boards")
WORKFLOWS = _optional("Workflows")
RELEASES = _optional("Releases")
APPOINTMENTS = _optional("Appointments")
