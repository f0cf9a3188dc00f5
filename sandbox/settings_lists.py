"""Settings that are lists: outcomes, lookups, workflows, approval processes and boards (CABs)."""

from typing import TYPE_CHECKING

from sandbox.content import OUTCOMES
from sandbox.model import Fields

if TYPE_CHECKING:
    from sandbox.tenant import Tenant

# System actions by the code that stands as action_systemid on actions: (systemid, name).
SYSTEM_OUTCOMES = ((1, "Re-Assign"), (3, "SLA Hold"), (4, "SLA Release"), (7, "Merged"))
HIDDEN_OUTCOME = 8
FIRST_SYSTEM_OUTCOME = 100

NAMES_OF_LOOKUPS, CHARGE_RATES = 11, 17
# What each lookup holds, by its id: only 11 and 17 are known, the others are readable from 11.
LOOKUPS: dict[int, tuple[str, tuple[str, ...]]] = {
    CHARGE_RATES: ("Charge Rates", ("Standard", "Out of Hours", "Not Chargeable")),
    27: ("Impact", ("Company Wide", "Multiple Users", "Single User")),
    28: ("Urgency", ("High", "Medium", "Low")),
    55: ("Risk Level", ("Low", "Medium", "High")),
    70: ("Asset Status", ("In Use", "Retired", "In Stock")),
}
WORKFLOWS = ("Incident", "Change Management", "New Starter", "Old Purchase Process")
CHANGE_WORKFLOW = 2
STAGES = ("Assessment", "Approval", "Implementation", "Review")
PROCESSES = ("Change Approval", "Line Manager Approval")
MEMBERS = 3


def outcome(_tenant: "Tenant", number: int) -> Fields:
    """An outcome of actions: those that agents choose, one that is hidden, then the system's."""
    systemid, name = 0, f"Outcome {number}"
    if number <= len(OUTCOMES):
        name = OUTCOMES[number - 1][0]
    elif number == HIDDEN_OUTCOME:
        name = "Fax Sent"
    elif 0 <= (place := number - FIRST_SYSTEM_OUTCOME) < len(SYSTEM_OUTCOMES):
        systemid, name = SYSTEM_OUTCOMES[place]
    return {
        "id": number,
        "outcome": name,
        "buttonname": name,
        "labellong": name,
        "sequence": number,
        "systemid": systemid,
        "hidden": number == HIDDEN_OUTCOME,
        "sendemail": name == "Email User",
        "hidefromuser": name == "Private Note",
        "newstatus": 2 if name == "Change Status" else -1,
        "slaholdischecked": name == "SLA Hold",
        "slareleaseischecked": name == "SLA Release",
        "colour": "#5bc0de",
        "icon": "fas fa-envelope",
        "guid": f"00c0e000-0000-4000-8000-{number:012x}",
    }


def outcome_ids(_tenant: "Tenant") -> list[int]:
    """The ids that a tenant has: its own, then the system's."""
    own = range(1, HIDDEN_OUTCOME + 1)
    return [*own, *(FIRST_SYSTEM_OUTCOME + place for place in range(len(SYSTEM_OUTCOMES)))]


def lookup(_tenant: "Tenant", number: int) -> Fields:
    """A code of lookup 17 where nothing else is said."""
    return {"lookupid": CHARGE_RATES, "id": number, "name": f"Charge Rate {number}", "sequence": 1}


def lookups(_tenant: "Tenant") -> list[Fields]:
    """The codes of all lookups; those of lookup 11 are the names of the lookups."""
    names = {NAMES_OF_LOOKUPS: "Lookups"} | {key: name for key, (name, _) in LOOKUPS.items()}
    made = [(NAMES_OF_LOOKUPS, key, name) for key, name in names.items()]
    for lookupid, (_, values) in LOOKUPS.items():
        made += [(lookupid, at, value) for at, value in enumerate(values, start=1)]
    return [
        {
            "lookupid": lookupid,
            "id": at,
            "name": name,
            "sequence": at,
            "value2": str(50 * at) if lookupid == CHARGE_RATES else "",
            "inactive": name == "Not Chargeable",
        }
        for lookupid, at, name in made
    ]


def workflow(_tenant: "Tenant", number: int) -> Fields:
    """A workflow; the last one is out of use."""
    return {
        "id": number,
        "guid": f"f1060000-0000-4000-8000-{number:012x}",
        "name": WORKFLOWS[number - 1] if number <= len(WORKFLOWS) else f"Workflow {number}",
        "notinuse": number == len(WORKFLOWS),
        "active": number != len(WORKFLOWS),
        "in_use": number == CHANGE_WORKFLOW,
        "note": "Assess, approve, implement, review" if number == CHANGE_WORKFLOW else "",
    }


def approval_process(_tenant: "Tenant", number: int) -> Fields:
    """A process of approval."""
    known = number <= len(PROCESSES)
    return {
        "id": number,
        "guid": f"a9960000-0000-4000-8000-{number:012x}",
        "name": PROCESSES[number - 1] if known else f"Approval Process {number}",
        "type": 0,
    }


def cab(_tenant: "Tenant", number: int) -> Fields:
    """A change advisory board, with an address that lets anybody write into its chat."""
    return {
        "id": number,
        "guid": f"cab00000-0000-4000-8000-{number:012x}",
        "name": "Change Advisory Board" if number == 1 else f"Board {number}",
        "approvals_needed": 2,
        "rejection_threshold": 2,
        "teams_webhook_url": f"https://chat.example.com/webhook/hunter2-cab-{number}",
    }


def cab_members(tenant: "Tenant", cab_id: int) -> list[Fields]:
    """The members of a board, as asked with includemembers=true: some of the desk's agents."""
    agents = [agent for agent in tenant.entities["agent"].values() if agent.id in board(tenant)]
    return [
        {
            "id": cab_id * 10 + place,
            "cab_id": cab_id,
            "agent_id": agent.id,
            "type": 0,
            "member_name": agent.name,
            "is_mandatory": place == 1,
        }
        for place, agent in enumerate(agents, start=1)
    ]


def board(tenant: "Tenant") -> list[int]:
    """The agents on the change advisory board."""
    return [agent for agent in tenant.first_agents if agent != 1][:MEMBERS] or [1]
