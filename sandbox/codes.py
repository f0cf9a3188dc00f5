"""The code tables that every tenant has: teams, statuses, SLAs, categories, fields and so on."""

from collections.abc import Iterator
from random import Random
from uuid import UUID

from sandbox.model import Fields

TEAMS = ("1st Line Support", "2nd Line Support", "Infrastructure", "Applications", "Field Service")
NEW_STATUS, IN_PROGRESS, RESOLVED_STATUS, CLOSED_STATUS, REOPENED_STATUS = 1, 2, 8, 9, 21
MERGED_STATUS = 29
CLOSED_STATUSES = (RESOLVED_STATUS, CLOSED_STATUS, MERGED_STATUS)
WITH_USER, WITH_SUPPLIER, ON_HOLD = HOLD_STATUSES = (4, 5, 28)
WAITING_FOR_USER_STATUSES = (WITH_USER,)
SATISFIED_LEVELS = (4, 5)
# The type whose tickets the desk leaves out of its figures.
ALERT = 21

# (id, name, short name, type, what it does to the SLA clock)
STATUSES = (
    (NEW_STATUS, "New", "New", 0, ""),
    (IN_PROGRESS, "In Progress", "In Prog", 0, ""),
    (3, "Action Required", "Action", 0, ""),
    (WITH_USER, "With User", "User", 0, "H"),
    (WITH_SUPPLIER, "With Supplier", "Supplier", 0, "H"),
    (RESOLVED_STATUS, "Resolved", "Resolved", 1, ""),
    (CLOSED_STATUS, "Closed", "Closed", 1, ""),
    (REOPENED_STATUS, "Re-Opened", "Re-Open", 0, "R"),
    (ON_HOLD, "On Hold", "Hold", 0, "H"),
    (MERGED_STATUS, "Merged", "Merged", 1, ""),
)
# Statuses that a list without showall=true leaves out.
RESTRICTED_STATUSES = (MERGED_STATUS,)

# SLA id and name, then the response and fix hours of each priority.
SLAS = (
    (1, "Standard", {1: (1, 4), 2: (2, 8), 3: (4, 24), 4: (8, 72)}),
    (2, "Premium 24x7", {1: (0.25, 2), 2: (0.5, 4), 3: (2, 8), 4: (4, 24)}),
    (3, "Best Effort", {2: (8, 24), 3: (24, 72), 4: (48, 168)}),
)
# What is particular to an SLA: when it counts, and whether it counts responses.
SLA_HABITS: dict[int, Fields] = {
    1: {"workday_id": 1, "workday_name": "Monday to Friday"},
    2: {"workday_id": 2, "workday_name": "24x7", "responsereset": True},
    3: {"workday_id": 3, "workday_name": "Office Hours", "trackslaresponsetime": False},
}
PRIORITIES = {1: "Critical", 2: "High", 3: "Medium", 4: "Low"}

CATEGORIES = {
    "Email": ("Outlook", "Shared Mailbox", "Spam"),
    "Network": ("VPN", "Wi-Fi", "Firewall"),
    "Hardware": ("Laptop", "Printer", "Mobile"),
    "Software": ("Microsoft 365", "Installation", "Licence"),
    "Access": ("Password", "Starter", "Leaver"),
    "Security": ("Phishing", "Certificate", "Lost Device"),
    "Data": ("Restore", "Reporting"),
    "Monitoring": ("Disk", "Backup"),
}

# (id, name, active, ITIL request type)
TICKET_TYPES = (
    (1, "Incident", True, 1),
    (2, "Service Request", True, 3),
    (3, "Change Request", True, 2),
    (4, "Problem", True, 4),
    (ALERT, "Alert", True, 1),
    (30, "Project", True, 0),
    (35, "Old Helpdesk Import", False, 1),
)

# Fields of asset types: (kind, id, name). The id repeats from kind to kind.
ASSET_FIELDS = (
    ("T", 1, "Serial Number"),
    ("T", 2, "Operating System"),
    ("T", 3, "Warranty End"),
    ("T", 4, "Memory"),
    ("S", 1, "Licence Key"),
    ("S", 2, "Version"),
    ("G", 1, "Location"),
    ("G", 2, "Owner"),
    ("G", 3, "Purchase Date"),
)

SERVICES = ("Email", "VPN", "ERP", "Telephony", "File Shares", "Website")
ROOT_CAUSES = ("User error", "Configuration", "Hardware fault", "Software defect", "Third party")
RISKS = ("Low", "Medium", "High")

# (id, name, label, type, choices). Types: 1 memo, 2 single, 3 multi select, 4 date, 6 checkbox.
CUSTOM_FIELDS: tuple[tuple[int, str, str, int, tuple[str, ...]], ...] = (
    (151, "CFRootCause", "Root cause", 2, ROOT_CAUSES),
    (152, "CFChangeRisk", "Change risk", 2, RISKS),
    (153, "CFAffectedServices", "Affected services", 3, SERVICES),
    (154, "CFApprovedOn", "Approved on", 4, ()),
    (155, "CFNotes", "Internal notes", 1, ()),
    (156, "CFOnCall", "Out of hours", 6, ()),
)


def code_tables(random: Random, custom_field_count: int) -> Iterator[tuple[str, Fields]]:
    """Every code as (kind, fields), in the order of the kinds' ids."""
    for number, name in enumerate(TEAMS, start=1):
        yield "team", team(number, name)
    yield "team", team(len(TEAMS) + 1, "Legacy Desk") | {"inactive": True}
    for identity, name, short, kind, sla_action in STATUSES:
        yield "status", status(identity, name, short, kind, sla_action)
    for identity, name, priorities in SLAS:
        yield "sla", sla(identity, name) | SLA_HABITS[identity]
        for priority_id, (response, fix) in priorities.items():
            yield "priority", priority(random, identity, priority_id, response, fix)
    yield from (("category", fields) for fields in _categories())
    for identity, name, active, itil in TICKET_TYPES:
        yield "ticket_type", ticket_type(identity, name, active, itil)
    for letter, identity, name in ASSET_FIELDS:
        yield "field", asset_field(letter, identity, name)
    for number, name, label, type_, choices in CUSTOM_FIELDS[:custom_field_count]:
        yield "field_info", field_info(number, name, label, type_, choices)
    for number in range(1, custom_field_count - len(CUSTOM_FIELDS) + 1):
        yield "field_info", field_info(1000 + number, f"CFExtra{number}", f"Extra {number}")


def team(identity: int, name: str) -> Fields:
    """A team of the service desk."""
    return {
        "id": identity,
        "guid": f"7ea00000-0000-4000-8000-{identity:012x}",
        "name": name,
        "sequence": identity * 10,
        "forrequests": True,
        "foropps": False,
        "forprojects": identity == 3,
        "department_id": 1,
        "department_name": "IT",
        "inactive": False,
        "use": "team",
    }


def status(identity: int, name: str, short: str, kind: int = 0, sla_action: str = "") -> Fields:
    """A ticket's status; `kind` 0 stands in the quick menu."""
    return {
        "id": identity,
        "name": name,
        "shortname": short,
        "type": kind,
        "colour": f"#{identity * 998_877 % 0xFFFFFF:06x}",
        "sequence": identity,
        "slaaction": sla_action,
        "showonquickchange": kind == 0,
    }


def sla(identity: int, name: str) -> Fields:
    """A service level, without its priorities."""
    return {
        "id": identity,
        "name": name,
        "hoursaretechslocaltime": False,
        "workday_id": 1,
        "workday_name": "Monday to Friday",
        "responsereset": False,
        "trackslafixbytime": True,
        "trackslaresponsetime": True,
    }


def priority(
    random: Random, slaid: int, priorityid: int, response: float = 4, fix: float = 24
) -> Fields:
    """A priority of a service level; `response` and `fix` are hours."""
    return {
        "id": str(UUID(int=random.getrandbits(128), version=4)),
        "priorityid": priorityid,
        "slaid": slaid,
        "name": PRIORITIES.get(priorityid, f"Priority {priorityid}"),
        "ishidden": False,
        "colour": ("#d9534f", "#f0ad4e", "#5bc0de", "#5cb85c")[priorityid % 4],
        "responsetime": float(response),
        "responseunits": "H",
        "fixtime": float(fix),
        "fixunits": "H",
        "fixendofday": False,
    }


def category(identity: int, value: str, type_id: int = 1) -> Fields:
    """A category; `value` is its whole path, as in `Hardware>Printer`."""
    return {
        "id": identity,
        "value": value,
        "category_name": value.rpartition(">")[2],
        "type_id": type_id,
        "sla_id": 0,
        "priority_id": 0,
        "category_group_id": 0,
    }


def ticket_type(identity: int, name: str, active: bool = True, itil: int = 1) -> Fields:
    """A ticket type; users may choose the first two."""
    return {
        "id": identity,
        "name": name,
        "use": "tickettype",
        "active": active,
        "sequence": identity,
        "default_sla": 1,
        "group_id": 1,
        "group_name": "Service Desk",
        "itilrequesttype": itil,
        "cancreate": active,
        "agentscanselect": active,
        "enduserscanselect": identity < 3,
        "visible": True,
    }


def asset_field(letter: str, identity: int, name: str) -> Fields:
    """A field of assets; its id is unique among those of its letter only."""
    return {
        "kind": letter,
        "id": identity,
        "name": name,
        "systemuse": 0,
        "sequence": identity,
        "mandatory": False,
        "datalength": 50,
        "lookup": 0,
    }


def field_info(
    identity: int, name: str, label: str, type_: int = 0, choices: tuple[str, ...] = ()
) -> Fields:
    """A custom field of tickets; `type_` is Halo's number of its kind."""
    values = [{"id": number, "name": choice} for number, choice in enumerate(choices, start=1)]
    return {
        "id": identity,
        "name": name,
        "label": label,
        "type": type_,
        "custom": 1,
        "usage": 1,
        "searchable": True,
        "values": values or None,
    }


def category_paths() -> Iterator[str]:
    """The path of every category, in the order of their ids from 1 on."""
    for top, children in CATEGORIES.items():
        yield top
        yield from (f"{top}>{child}" for child in children)


def _categories() -> Iterator[Fields]:
    for identity, path in enumerate(category_paths(), start=1):
        yield category(identity, path)
