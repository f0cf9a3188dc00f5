"""What an administrator grants so that a table can be read: one entry for each module of Halo."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rights:
    """A module's rights; `test` is the label of its setup test, so no table can be without one.

    `permission` is that of the API application (Halo's API notes, signing in: scopes narrower than
    `all` are known for tickets and customers alone). `carries` is a field that a role may hide,
    without which the rows would say nothing.
    """

    test: str
    permission: str = "all"
    carries: str = ""


_TICKETS = "read:tickets or all"
TICKETS = Rights("Tickets can be read", _TICKETS)
ACTIONS = Rights("Time entries can be read and carry their time", _TICKETS, carries="timetaken")
DETAILS = Rights("Details of tickets can be read", _TICKETS)
CUSTOMERS = Rights("People and organisation can be read", "read:customers or all")
AGENTS = Rights("People and organisation can be read")
CODES = Rights("Statuses, priorities, categories and ticket types can be read")
SERVICE_LEVELS = Rights("Service levels can be read")
CUSTOM_FIELDS = Rights("Custom fields can be read")
ASSETS = Rights("Assets can be read")
LICENCES = Rights("Software licences can be read")
SERVICES = Rights("Services can be read")
CONTRACTS = Rights("Contracts can be read")
SUPPLIERS = Rights("Suppliers can be read")
FEEDBACKS = Rights("Survey answers can be read")
KNOWLEDGE = Rights("The knowledge base can be read")
APPROVALS = Rights("Approval processes can be read")
WORKFLOWS = Rights("Workflows can be read")
RELEASES = Rights("Releases can be read")
APPOINTMENTS = Rights("Appointments can be read")
