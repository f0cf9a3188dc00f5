"""How the lists that hang on a ticket begin: approvals, workflow, to-dos, targets, tags, files."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sandbox import full_tickets
from sandbox.model import Fields, Ticket
from sandbox.settings_lists import CHANGE_WORKFLOW, PROCESSES, STAGES, board

if TYPE_CHECKING:
    from sandbox.tenant import Tenant

CHANGE, PROBLEM = 3, 4
# Halo's codes have no public meaning; these are this tenant's.
WAITING, ACCEPTED, REJECTED = 0, 1, 2
RISKS = ("Low", "Medium", "High")
TODOS = ("Order the device", "Install the software", "Hand it over")


def approvers(tenant: "Tenant", ticket: Ticket) -> list[Fields]:
    """The votes of the board on a change: all are in on a closed one, some wait on an open one."""
    if ticket.tickettype_id != CHANGE:
        return []
    votes = [ACCEPTED] * 3 if ticket.is_closed else [ACCEPTED, WAITING, WAITING]
    return _votes(tenant, ticket, votes, first=1)


def past_approvers(tenant: "Tenant", ticket: Ticket) -> list[Fields]:
    """An earlier round, of which every third change has one: the board said no."""
    if ticket.tickettype_id != CHANGE or ticket.id % 3:
        return []
    return _votes(tenant, ticket, [REJECTED, REJECTED], first=11)


def _votes(tenant: "Tenant", ticket: Ticket, results: list[int], first: int) -> list[Fields]:
    made = []
    for place, (agent_id, result) in enumerate(zip(board(tenant), results, strict=False)):
        number, agent = first + place, tenant.entities["agent"].get(agent_id)
        asked: datetime = ticket.dateoccurred + timedelta(hours=number)
        made.append(
            {
                "ticket_id": ticket.id,
                "uniqueid": ticket.id * 100 + number,
                "seq": number,
                "actionnumber": 1,
                "result": result,
                "type": 1,
                "agent_id": agent_id,
                "agent_name": agent.name if agent else "",
                "name": agent.name if agent else "",
                "emailaddress": f"agent{agent_id}@desk.example.com",
                "cab_id": 1,
                "approval_process_id": 1,
                "approval_process_guid": f"a9960000-0000-4000-8000-{1:012x}",
                "approval_process_name": PROCESSES[0],
                "step_id": 1,
                "step_name": "Board",
                "votes_required_to_accept": 2,
                "votes_required_to_reject": 2,
                "requestor_agent_id": ticket.agent_id,
                "requestor_name": f"Agent {ticket.agent_id}",
                "is_mandatory": place == 0,
                "approval_inprogress": result == WAITING,
                "datetime": asked,
                "dateapproved": asked + timedelta(hours=5) if result else None,
                "lastreminderdatetime": None,
                "note": "Not in the last week of the quarter." if result == REJECTED else "",
                "approver_note": "Fine with me." if result == ACCEPTED else "",
                # Whoever has it may vote.
                "token": f"hunter2-approval-{ticket.id}-{number}",
            }
            | _FULL_APPROVAL
        )
    return made


_FULL_APPROVAL = full_tickets.standing(
    zero="""
        emailstatus user_id ticket_user_id templateid requestor_user_id delegated_by_uid
        faresultchanged role_id admin_override_id purchase_order_id quote_id invoice_id
    """,
    decimal="timetaken",
    no="adhoc admin_overridden",
    empty="""
        ticket_user_name delegated_by_username summary role_name step_group_name starttime
        targettime startdate_timezone targetdate_timezone
    """,
    arrays="customfields",
    dates="startdate targetdate",
)


def workflow_moves(_tenant: "Tenant", ticket: Ticket) -> list[Fields]:
    """The moves of a change from stage to stage: through all of them once it is closed."""
    if ticket.tickettype_id != CHANGE:
        return []
    reached = len(STAGES) if ticket.is_closed else 1 + ticket.id % 2
    return [
        move(ticket, stage, ticket.dateoccurred + timedelta(hours=3 * stage))
        for stage in range(1, reached + 1)
    ]


def move(ticket: Ticket, stage: int, moment: datetime) -> Fields:
    """A move of a ticket into a stage, counted from 1, with its target of four hours."""
    name = STAGES[(stage - 1) % len(STAGES)]
    return {
        "id": ticket.id * 100 + stage,
        "ticket_id": ticket.id,
        "flow_id": CHANGE_WORKFLOW,
        "moved_from": stage - 1,
        "moved_to": stage,
        "moved_from_stage": stage - 1,
        "moved_to_stage": stage,
        "action_id": 1,
        "moved_date": moment,
        "target_date": moment + timedelta(hours=4),
        "override_date": None,
        "target_hours": 4.0,
        "actual_hours": 1.5 + stage,
        "target_met": 1.5 + stage <= 4,
        "summary": f"Moved to {name}",
    }


def changes_planned(ticket: Ticket) -> Fields:
    """The plans of a change, and how it stands with its approval."""
    begins: datetime = ticket.dateoccurred + timedelta(days=4)
    risk = 1 + ticket.id % len(RISKS)
    return {
        "justification": "The old version is out of support.",
        "backoutplan": "Restore the snapshot of the evening before.",
        "testplan": "Sign in, print, send a mail.",
        "communicationplan": "A mail to all users two days ahead.",
        "riskdescription": f"{RISKS[risk - 1]} risk: one hour without the service.",
        "impactdescription": "Users of one site.",
        "risklevel": risk,
        "planneddate": begins,
        "planneddateend": begins + timedelta(hours=2),
        "changestate": "Closed" if ticket.is_closed else "Assess",
        "approval_process_id": 1,
        "approval_process_step": 1,
        "approval_process_step_name": "Board",
        "approval_cab_name": "Change Advisory Board",
    }


def todo_list(_tenant: "Tenant", ticket: Ticket) -> list[Fields]:
    """A checklist on every fifth ticket; all is done on a closed one."""
    if ticket.id % 5:
        return []
    opened: datetime = ticket.dateoccurred
    return [
        {
            "ticket_id": ticket.id,
            "id": place,
            "sequence": place,
            "text": text,
            "done": ticket.is_closed or place == 1,
            "done_by_id": ticket.agent_id if ticket.is_closed or place == 1 else 0,
            "done_by_name": f"Agent {ticket.agent_id}" if ticket.is_closed or place == 1 else "",
            "addedby": ticket.agent_id,
            "group_id": 1,
            "group_seq": 1,
            "group_name": "Fulfilment",
            "start_date": opened + timedelta(days=place - 1),
            "end_date": opened + timedelta(days=place),
            "actual_start": opened if place == 1 else None,
            "actual_end": opened + timedelta(hours=2) if place == 1 else None,
        }
        for place, text in enumerate(TODOS, start=1)
    ]


def targets(_tenant: "Tenant", ticket: Ticket) -> list[Fields]:
    """An operational target on every fourth ticket: the second line answers within eight hours."""
    if ticket.id % 4:
        return []
    start: datetime = ticket.dateoccurred
    hours = 2.5 + ticket.id % 9
    return [
        {
            "id": ticket.id * 10 + 1,
            "fault_id": ticket.id,
            "target_id": 1,
            "target_name": "Second line answers",
            "status": 2 if ticket.is_closed else 1,
            "target_hours": 8.0,
            "actual_hours": hours if ticket.is_closed else 0.0,
            "target_met": hours <= 8,
            "target_date": start + timedelta(hours=8),
            "start_date": start,
            "pause_date": None,
            "end_date": start + timedelta(hours=hours) if ticket.is_closed else None,
            "dates": [{"id": 1, "seq": 1}],
            "target": {"id": 1, "name": "Second line answers"},
        }
    ]


def tags(_tenant: "Tenant", ticket: Ticket) -> list[Fields]:
    """The tags that the ticket's row has as text."""
    text = full_tickets.ticket(ticket.fields)["ticket_tags"]
    given = ticket.fields.get("ticket_tags", text) or ""
    return [{"id": place, "text": tag} for place, tag in enumerate(given.split(","), 1) if tag]


def attachments(_tenant: "Tenant", ticket: Ticket) -> list[Fields]:
    """As many files as the ticket's row counts."""
    return [
        {
            "id": ticket.id * 10 + place,
            "filename": f"screenshot{place}.png",
            "filesize": 48_213,
            "isimage": True,
            "faultid": ticket.id,
            "datecreated": ticket.dateoccurred,
            "download_url": f"/api/attachment/{ticket.id}?token=hunter2-file-{ticket.id}",
        }
        for place in range(1, int(ticket.fields.get("attachment_count") or 0) + 1)
    ]
