"""Writes docs/columns.md: every column, from the registry and the facts that the project keeps.

`python -m docs.columns` does it; a test holds the page to the registry.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from halo.tables import REGISTRY, Table
from tests.facts import OURS, Field, documented

PAGE = Path(__file__).with_suffix(".md")

HEAD = """# Columns

Written by `make columns` from the registry and from what Halo's public documents and clients say.
Every table also has `additional_fields` (`JSON`): what no column holds, under Halo's own name.

How sure a column is:

- **seen**: public clients received it from live tenants
- **documented**: Halo's OpenAPI document has it among the rows of the list, or has one schema for
  list and detail; whether your tenant fills it shows in the tenant report
- **detail**: documented of the detail call alone
- **new**: only the documents of 2026 have it
- **own**: the connector's own

"by itself" marks columns that change without an edit: a row is not sent again for these alone. How
the tables join is in [the analyst's guide](analyst.md#the-tables).
"""

POINTS_TO = {
    "agent_id": "agent.id; 1 is Unassigned, 0 and -1 are none",
    "who_agentid": "agent.id of who did it",
    "actionby_agent_id": "agent.id",
    "actionby_user_id": "user.id",
    "business_owner_id": "agent.id (guess)",
    "technical_owner_id": "agent.id (guess)",
    "linemanager": "agent.id",
    "done_by_id": "agent.id",
    "user_id": "user.id",
    "client_id": "client.id",
    "site_id": "site.id",
    "main_site_id": "site.id",
    "team_id": "team.id",
    "department_id": "department.id (guess)",
    "organisation_id": "organisation.id",
    "tickettype_id": "ticket_type.id",
    "sla_id": "sla.id",
    "slaid": "sla.id",
    "categoryid_1": "category.id",
    "categoryid_2": "category.id",
    "categoryid_3": "category.id",
    "categoryid_4": "category.id",
    "ticket_id": "ticket.id",
    "merged_into_id": "ticket.id; 0 is not merged",
    "merged_from_ticketid": "ticket.id",
    "milestone_id": "a milestone of a project",
    "workflow_id": "workflow.id",
    "flow_id": "workflow.id",
    "workday_id": "workday.id",
    "outcome_id": "outcome.id",
    "old_status": "status.id before the action; 0 or absent where it touched none",
    "new_status": "status.id after the action; differs from old_status where it moved the ticket",
    "newstatus": "status.id that the outcome sets",
    "assettype_id": "asset_type.id",
    "assetgroup_id": "asset_group.id",
    "supplier_id": "supplier.id",
    "contract_id": "contract.id",
    "service_id": "service.id",
    "service_category_id": "service_category.id",
    "approval_process_id": "approval_process.id",
    "cab_id": "cab.id",
    "release_id": "release.id",
    "release2_id": "release.id",
    "release3_id": "release.id",
    "matched_kb_id": "kb_article.id",
    "lookupid": "the list of values; list 11 names the lists",
}
"""What columns of these names mean wherever they stand; a guess is called one."""

MEANS = {
    "ticket.id": "the ticket's number",
    "ticket.status_id": "status.id",
    "ticket.priority_id": "priority.priorityid, with sla_id = priority.slaid",
    "ticket.parent_id": "ticket.id of the parent",
    "ticket.user_id": "user.id of who reported it",
    "ticket.client_id": "client.id; 1 is Unknown",
    "ticket.team": "the team's name",
    "ticket.itil_requesttype_id": "tells incident, request, problem and change apart",
    "ticket.dateoccurred": "opened",
    "ticket.dateclosed": "closed",
    "ticket.hasbeenclosed": "whether it is or was closed; null while open",
    "ticket.last_update": "last change; null on imported tickets that were never touched",
    "ticket.targetdate": "nearly always null: the dates of the SLA are the next two",
    "ticket.respondbydate": "response due by the SLA",
    "ticket.fixbydate": "resolution due by the SLA",
    "ticket.first_respond_by_date": "first response due",
    "ticket.slaholdtime": "hours on hold",
    "ticket.slatimeleft": "hours left until the SLA is breached",
    "ticket.timetaken": "hours, decimal",
    "ticket.table": "a number of Halo's enumeration of its objects",
    "ticket.customfields": "custom fields by name; field_info describes them",
    "ticket.slastate": "state of the resolution's SLA",
    "ticket.slaresponsestate": "state of the response's SLA",
    "action.id": "counts from 1 within its ticket",
    "action.datetime": "when it occurred",
    "action.timetaken": "hours, decimal: 0.5 is 30 minutes",
    "action.outcome": "what was done, as text",
    "action.action_systemid": "kind of system action, as outcome.systemid",
    "action.emaildirection": "I came in, O went out",
    "ticket_satisfaction.satisfactionlevel": "on the tenant's own scale: 1 can be the best",
    "feedback.score": "on the tenant's own scale: 1 can be the best",
    "feedback.score_band": "Halo's band of the score",
    "feedback.ticket_id": "ticket.id, of a deleted ticket perhaps",
    "priority.id": "a UUID, which joins to nothing",
    "priority.priorityid": "repeats for each SLA",
    "priority.fixtime": "in fixunits",
    "priority.responsetime": "in responseunits",
    "priority.firstresponsetime": "in firstresponseunits",
    "status.slaaction": "what the status does to the clock of the SLA",
    "outcome.slaholdischecked": "the outcome puts the SLA on hold",
    "outcome.slareleaseischecked": "the outcome releases the SLA",
    "holiday.id": "a UUID",
    "holiday.name": "public holidays only: agents' leave is left out",
    "asset.key_field": "what the asset's type calls its name",
    "asset.parent_id": "asset.id",
    "asset.child_id": "asset.id",
    "asset.username": "name of its user",
    "department.type": "tells departments and customer groups apart (values open)",
    "ticket_approval.uniqueid": "the approval's own number",
    "ticket_approval.result": "a code without a public meaning",
    "ticket_approval.type": "a code without a public meaning",
    "ticket_field_history.value": "what changed",
    "ticket_field_history.from": "the value before",
    "ticket_field_history.to": "the value after",
    "ticket_field_history.id": "whether it is unique is open",
    "ticket_asset.id": "asset.id",
    "ticket_asset.is_primary_asset": "the ticket's main asset",
    "ticket_link.id": "ticket.id of the linked ticket",
    "ticket_target.target_met": "whether the operational target was met",
    "ticket_change.firsttimefix": "whether the first contact solved it, as a number",
    "ticket_change.knownerror": "a problem whose cause is known",
    "ticket_change.planneddate": "planned start of the change",
    "ticket_change.planneddateend": "planned end of the change",
    "ticket_change.responsetime": "hours",
    "ticket_change.risklevel": "a code; lookup holds its text (which list is open)",
}
"""What single columns mean."""


def page() -> str:
    """The whole page."""
    return HEAD + "".join(f"\n{section}\n" for section in map(_section, REGISTRY))


def _section(table: Table) -> str:
    path = f"`{table.source.path}{'/{id}' if table.source.parent and table.part.arrays else ''}`"
    key = ", ".join(f"`{name}`" for name in table.key)
    head = f"## {table.name}\n\n{table.called.capitalize()}, of {path}. Key: {key}.\n"
    lines = ["| Column | Type | How sure | Meaning |", "|---|---|---|---|", *_lines(table)]
    return head + "\n" + "\n".join(lines)


def _lines(table: Table) -> Iterator[str]:
    fields = documented(table)
    for name, kind in table.columns.items():
        meaning = MEANS.get(f"{table.name}.{name}") or POINTS_TO.get(name, "")
        if table.name == "time_entry":
            meaning = MEANS.get(f"action.{name}") or meaning
        if name in table.volatile:
            meaning = f"{meaning}; by itself" if meaning else "by itself"
        yield f"| `{name}` | `{kind.name}` | {_sure(table, name, fields)} | {meaning} |"


def _sure(table: Table, name: str, fields: dict[str, Field]) -> str:
    if name in OURS and (name in table.key or name == "position"):
        return "own"
    field = fields[name]
    if field.is_seen:
        return "seen"
    return {"detail": "detail", "2026": "new"}.get(field.where, "documented")


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
