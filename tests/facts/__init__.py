"""What Halo's public documents and tenants say of fields and parameters, for the contract test."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from halo.tables import Table

HERE = Path(__file__).parent

OBJECTS = {
    "ticket": "Tickets",
    "action": "Actions",
    "time_entry": "Actions",
    "ticket_satisfaction": "Tickets",
    "ticket_change": "Tickets",
    "ticket_approval": "TicketApproval",
    "ticket_field_history": "Audit",
    "ticket_workflow_history": "WorkflowHistory",
    "ticket_asset": "Asset",
    "ticket_link": "Tickets",
    "ticket_todo": "ToDo",
    "ticket_target": "FaultOLA",
    "holiday": "Holiday",
}
"""The documents' name of a table's rows, where that is not the path of its list."""

OURS = {"ticket_id", "position", "workday_id"}
"""Columns that say of which ticket or workday a nested row is, and its place."""


@dataclass(frozen=True)
class Field:
    """A field as documented: its type, where it stands, whether a tenant was seen to send it."""

    type: str
    where: str
    is_seen: bool


def _objects() -> dict[str, dict[str, Field]]:
    held = json.loads((HERE / "fields.json").read_text("utf-8"))["objects"]
    return {
        name: {
            field.rstrip("*"): Field(kind, where, field.endswith("*"))
            for where, kinds in places.items()
            for kind, fields in kinds.items()
            for field in fields.split()
        }
        for name, places in held.items()
    }


def _parameters() -> dict[str, frozenset[str]]:
    held = json.loads((HERE / "parameters.json").read_text("utf-8"))["paths"]
    return {path.lower(): frozenset(names.split()) for path, names in held.items()}


FIELDS = _objects()
PARAMETERS = _parameters()
"""Documented query parameters, by path in lower case."""


def documented(table: Table) -> dict[str, Field]:
    """The documented fields of a table's rows."""
    return FIELDS[OBJECTS.get(table.name) or table.source.path.strip("/")]
