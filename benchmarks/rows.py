"""The rows of the local API: 76 fields a ticket, nested ones among them, and custom fields."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""When the newest ticket of the beginning came in."""

STEP = timedelta(minutes=13)
"""Between two tickets: 200,000 take five years."""

BODIES = 211
"""Different bodies of tickets; which one a ticket has follows from its id."""

CUSTOM_FIELDS = ("CFRootCause", "CFChangeRisk", "CFAsset", "CFCostCentre")

_TEXT = (
    "Outlook asks for the password again and again since Monday; the VPN disconnects in calls, "
    "the café's scanner sends no mail, Zürich sees »no image«, and the invoice shows 14,50 €. "
)


def ticket_head(identity: int, moment: datetime) -> bytes:
    """What differs from ticket to ticket, as the beginning of its JSON object."""
    when = moment.strftime("%Y-%m-%dT%H:%M:%S.")
    return (
        f'{{"id":{identity},"guid":"71c00000-0000-4000-8000-{identity:012d}",'
        f'"idsummary":"{identity:07d}","dateoccurred":"{when}457","datecreated":"{when}457",'
        f'"dateassigned":"{when}463","respondbydate":"{when}511","fixbydate":"{when}977",'
        f'"lastactiondate":"{when}6","last_update":"{when}6",'
    ).encode()


def ticket_bodies() -> list[bytes]:
    """The rest of a ticket's JSON object, in all its variants."""
    draw = random.Random(5)
    return [
        json.dumps(_body(draw), separators=(",", ":"), ensure_ascii=False).encode()[1:]
        for _ in range(BODIES)
    ]


def ticket(identity: int, moment: datetime, bodies: list[bytes]) -> bytes:
    """One ticket as the API sends it."""
    return ticket_head(identity, moment) + bodies[identity % BODIES]


def _text(draw: random.Random, words: int) -> str:
    return " ".join(draw.choices(_TEXT.split(), k=words))


def _body(draw: random.Random) -> dict[str, Any]:
    closed = draw.random() < 0.8
    site = draw.randrange(1, 80)
    return {
        "summary": _text(draw, 6),
        "details": _text(draw, 14),
        "status_id": draw.randrange(1, 30),
        "tickettype_id": draw.randrange(1, 9),
        "sla_id": 1,
        "sla_name": "Standard",
        "priority_id": draw.randrange(1, 5),
        "priority": {"priorityid": 3, "slaid": 1, "name": "Medium", "colour": "#1a9ba1"},
        "client_id": float(draw.randrange(1, 40)),
        "client_name": "Northwind Logistics",
        "site_id": float(site),
        "site_name": f"Branch {site}",
        "user_id": draw.randrange(1, 2000),
        "user_name": "Lucía Bauer",
        "user_email": "lucia.bauer3@client3.example.com",
        "reportedby": "lucia.bauer3@client3.example.com",
        "team": "1st Line Support",
        "team_id": 1,
        "agent_id": draw.randrange(1, 40),
        "category_1": "Hardware>Printer",
        "category_2": "Network",
        "categoryid_1": draw.randrange(1, 90),
        "estimate": 1.0,
        "estimatedays": 0.0,
        "timetaken": draw.randrange(0, 40) / 4,
        "chargehours": 0.5,
        "cost": 0.0,
        "slaholdtime": 2.5,
        "slapercused": round(draw.random() * 100, 2),
        "slatimeleft": round(draw.random() * 50, 4),
        "slaresponsestate": "I",
        "slaactiondate": "2025-11-03T08:15:00",
        "parent_id": 0,
        "child_count": 0,
        "child_ticket_ids": [draw.randrange(1, 9999) for _ in range(draw.randrange(3))],
        "additional_agents": [],
        "attachment_count": draw.randrange(4),
        "flagged": False,
        "read": True,
        "onhold": draw.random() < 0.1,
        "excludefromsla": False,
        "hasbeenclosed": closed,
        "dateclosed": "2025-11-04T16:40:12.9470000" if closed else "1900-01-01T00:00:00",
        "responsedate": "2025-11-03T08:20:31.007",
        "deadlinedate": "1899-12-30T00:00:00",
        "targetdate": "1900-01-01T00:00:00",
        "targettime": "00:00",
        "lastincomingemail": "0001-01-01T00:00:00",
        "enduserstatus": 0,
        "organisation_id": 1,
        "department_id": 1,
        "matched_kb_id": 0,
        "product_id": 0,
        "release_id": -1,
        "workflow_id": 0,
        "projectcompletionpercentage": 12.5,
        "is_vip": False,
        "inactive": False,
        "impact": 2,
        "urgency": 1,
        "parentguid": "5d1e0c3a-77aa-4b10-9c55-0f6a1d2e3b4c",
        "source": draw.randrange(4),
        "merged_into_id": 0,
        "use": "ticket",
        "itil_requesttype_id": 1,
        "ticketage": round(draw.random() * 900, 2),
        "customfields": [
            {
                "id": 151 + number,
                "name": name,
                "label": name[2:],
                "type": 2,
                "value": draw.randrange(9),
                "display": "Configuration",
                "usage": 1,
                "searchable": True,
            }
            for number, name in enumerate(CUSTOM_FIELDS)
        ],
    }


def field_info() -> list[dict[str, Any]]:
    """The dictionary of the custom fields."""
    return [
        {"id": 151 + number, "name": name, "label": name[2:], "type": 2}
        for number, name in enumerate(CUSTOM_FIELDS)
    ]


def person(path: str, identity: int) -> dict[str, Any]:
    """A row of the lists of users, clients and sites."""
    row: dict[str, Any] = {"id": identity, "name": f"Name {identity}", "inactive": False}
    if path != "/client":
        row["client_id"] = float(identity % 40 + 1)
    if path == "/users":
        row |= {"site_id": float(identity % 80 + 1), "emailaddress": f"u{identity}@example.com"}
    return row


JSON_TYPES = {
    int: "integer",
    float: "number",
    bool: "boolean",
    str: "string",
    dict: "object",
    list: "array",
}


def json_types() -> dict[str, str]:
    """The JSON type of each field of a ticket, for the peers that want a schema declared.

    Dates are "date-time".
    """
    row = json.loads(ticket(1, EPOCH, ticket_bodies()))
    types = {name: JSON_TYPES[type(value)] for name, value in row.items()}
    for name, value in row.items():
        if isinstance(value, str) and value[4:5] == "-" and value[10:11] == "T":
            types[name] = "date-time"
    return types
