"""What rows of tickets and actions carry where nobody said anything: as full as Halo's documents.

The names are those of Halo's OpenAPI document of 2025-03 and of rows recorded in 2026. A field that
real tenants leave out of the list is left out here: null is no key.
"""

from datetime import datetime, timedelta

from sandbox import codes, rare_fields
from sandbox.model import Fields
from sandbox.services import CATEGORIES as SERVICE_CATEGORIES
from sandbox.services import service_of

NIL = "00000000-0000-0000-0000-000000000000"


def standing(
    *,
    zero: str = "",
    decimal: str = "",
    no: str = "",
    empty: str = "",
    minus_one: str = "",
    nil: str = "",
    arrays: str = "",
    dates: str = "",
) -> Fields:
    """Fields by name with the value of something that nobody filled."""
    kinds: tuple[tuple[str, object], ...] = (
        (zero, 0),
        (decimal, 0.0),
        (no, False),
        (empty, ""),
        (minus_one, -1),
        (nil, NIL),
        (arrays, []),
        (dates, None),
    )
    return {name: value for names, value in kinds for name in names.split()}


TICKET: Fields = standing(
    zero="""
        parent_id child_count child_count_open attachment_count enduserstatus matched_kb_id
        product_id workflow_id workflow_step workflow_stage_id workflow_seq pipeline_stage_id
        starttimeslot targettimeslot quantity source releasenotegroup_id supplier_id
        supplier_status impactlevel milestone_id merged_into_id reassigncount useful_count
        notuseful_count approval_status categoryid_2 categoryid_3 categoryid_4 closure_agent_id
        unread_child_action_count unread_related_action_count child_action_count
        related_action_count oppattemptsmade oppclosurecategory third_party_id appointment_id
        connectedinstance_id salesorder_id orderhead_id pr_id branch_id parent_status parent_agent
        child_status maximumRestrictedPriority statusseq next_appointment_type orionalert orionwho
        createdfromautomationstdid _open_search_score
    """,
    decimal="""
        estimate estimatedays timetaken chargehours nonchargehours travelhours totalmileage
        slaholdtime cost oppvalueadjusted projecttimebudget projecttimeactual projectmoneybudget
        projectmoneyactual projecttimepercentage projectcompletionpercentage itemsprice oppvalue
        oppprofit oppconversionprobability milestone_value search_score overrideticketcost
    """,
    no="""
        flagged onhold excludefromsla excludefromslas is_vip isimportantcontact inactive reviewed
        release_important projectinternaltask updateservicestatus invoiceseperatelyoverride
        parentassign canbevotedfor isbeingclosed closed_in_integration_system area_inactive
        status_change_frozen ticket_invoices_for_each_site recalculate_billing
    """,
    minus_one="release_id release2_id release3_id appointment_type itil_requesttype_id",
) | {
    "dateclosed": None,
    "responsedate": None,
    "dateassigned": None,
    "deadlinedate": None,
    "followupdate": None,
    "nextactivitydate": None,
    "targettime": "00:00",
    "starttime": "00:00:00",
    "budgethours": "0.00",
    "read": True,
    "organisation_id": 1,
    "department_id": 1,
    "impact": 3,
    "urgency": 3,
    "use": "ticket",
    "child_ticket_ids": [],
    "additional_agents": [],
    "timeentries": [],
}

ACTION: Fields = standing(
    zero="""
        replied_to_ticket_id replied_to_action_id created_from_ticket_id created_from_action_id
        merged_from_ticketid action_contract_id action_travel_contract_id actioncontractid
        project_id action_systemid chargerate travel_chargerate attachment_count unread
        actionby_user_id on_behalf_of timesheet_approval_status email_status charge_rate_id
        old_status new_status who_onlinestatus warning_type actioncalendarstatus actionsmsstatus
        svid asset_id asset_site action_appointment_id actionbillingplanid surchargeid
    """,
    decimal="""
        timetaken timetakendays nonbilltime traveltime mileage actionchargehours
        actionnonchargehours actionchargeamount actionnonchargeamount actionprepayhours
        actionprepayamount actiontravelchargehours actiontravelamount actionmileageamount
        actionoohtime actionholidaytime actiontotaloohtime
    """,
    no="""
        actisbillable actisreadyforprocessing travelisreadyforprocessing actreviewed
        isbillingaction hiddenfromuser important personal_unread senttowhatsapp tweet_sent
        facebook_sent labourwarranty isjson
    """,
    empty="emailcc",
) | {
    "who_type": 1,
    "actionby_application_id": "-1",
    "actionarrivaldate": None,
    "actioncompletiondate": None,
    "translations": [],
    "attachments": [],
    "reactions": [],
}

CATEGORY_IDS = {name: number for number, name in enumerate(codes.category_paths(), start=1)}
ITIL_NAMES = {1: "Incident", 2: "Change Request", 3: "Service Request", 4: "Problem"}
TYPE_NAMES = {identity: name for identity, name, _, _ in codes.TICKET_TYPES}
WITH_SUPPLIER, CHANGE, SERVICE_REQUEST, PROJECT = 5, 3, 2, 30


def ticket(fields: Fields) -> Fields:
    """What a ticket's row says besides its own fields, all of it from those."""
    number: int = fields["id"]
    return (
        {
            "tickettype_name": TYPE_NAMES.get(fields["tickettype_id"]),
            "priority_name": codes.PRIORITIES.get(fields["priority_id"]),
            "itilname": ITIL_NAMES.get(fields.get("itil_requesttype_id", 0)),
            "section_timezone": "Europe/London" if number % 4 else None,
            "created_by": fields.get("user_name") if number % 3 else "API",
            "userdef1": f"Desk {number % 40}" if number % 11 == 0 else None,
            "userdef2": "Building B" if number % 13 == 0 else None,
            "userdef3": "Call back" if number % 17 == 0 else None,
            "userdef4": "n/a" if number % 19 == 0 else None,
            "userdef5": "x" if number % 23 == 0 else None,
            "ticket_tags": "vpn,remote" if number % 6 == 0 else None,
            "servicestatusnote": "Degraded since 9:00" if number % 31 == 0 else None,
            "colour": "#ffffff",
        }
        | _categories(fields)
        | _dates(fields)
        | _commerce(fields)
        | _mail(fields)
        | _of_current_builds(fields)
        | rare_fields.of_ticket(number)
    )


def _of_current_builds(fields: Fields) -> Fields:
    """What builds of 2026 send besides: states of the SLA, the service and the release."""
    number, state = fields["id"], fields.get("slaresponsestate") or "I"
    made: Fields = {
        "slastate": state,
        "sla_first_response_state": state,
        "billable_time": round(float(fields.get("chargehours") or 0.0), 2),
    }
    if service := service_of(fields):
        category = SERVICE_CATEGORIES[service % len(SERVICE_CATEGORIES)]
        described = {"related_service_descriptions": codes.SERVICES[service - 1]}
        made |= described | {"related_service_category_names": category}
    if number % 33 == 0:
        made |= {"release_id": 1, "release_name": "ERP 4.1"}
        made |= {"release2_id": 2, "release2_name": "ERP 4.2"}
        made |= {"release3_id": 3, "release3_name": "ERP 4.3"}
    return made


def _categories(fields: Fields) -> Fields:
    """Four categories: what it was about; and once closed, what it turned out to be."""
    number, first = fields["id"], fields.get("category_1")
    children = [path for path in CATEGORY_IDS if path.startswith(f"{first}>")]
    known: dict[int, str | None] = {
        1: first,
        2: children[number % len(children)] if children and number % 3 else None,
        3: "Monitoring" if number % 10 == 0 else None,
        4: "Data>Restore" if number % 40 == 0 else None,
    }
    made: Fields = {}
    for place, path in known.items():
        made[f"category_{place}"] = path
        made[f"category_{place}_display"] = path and path.replace(">", " > ")
        made[f"categoryid_{place}"] = CATEGORY_IDS.get(path or "", 0)
    return made


def _dates(fields: Fields) -> Fields:
    number: int = fields["id"]
    occurred: datetime = fields["dateoccurred"]
    is_open = fields.get("dateclosed") is None
    return {
        "first_responsedate": fields.get("responsedate"),
        "responsestartdate": occurred,
        "targetdate": occurred + timedelta(days=5) if number % 47 == 0 else "1900-01-01T00:00:00",
        "first_respond_by_date": fields.get("respondbydate"),
        "date_fully_closed": fields.get("dateclosed"),
        "slaactiondate": fields.get("dateassigned") or occurred,
        "deadlinedate": occurred + timedelta(days=14) if number % 45 == 0 else None,
        "lastchildactiondate": occurred if fields.get("child_count") else None,
        "lastincomingemail": occurred if number % 2 else "0001-01-01T00:00:00",
        "nextactivitydate": occurred + timedelta(days=3) if is_open and number % 7 == 0 else None,
        "followupdate": occurred + timedelta(days=1) if is_open and number % 12 == 0 else None,
        "slastate": fields.get("slaresponsestate") or "I",
        "sla_first_response_state": fields.get("slaresponsestate") or "I",
        "billable_time": fields.get("chargehours") or 0.0,
    }


def _commerce(fields: Fields) -> Fields:
    """Purchases, suppliers, opportunities and workflows, on the tickets that have such."""
    number, made = fields["id"], Fields()
    if fields["tickettype_id"] == SERVICE_REQUEST and number % 4 == 0:
        made |= {"purchaseordernumber": f"PO-{number:06d}"}
    if fields["status_id"] == WITH_SUPPLIER:
        supplier = {"supplier_id": 3, "supplier_name": "Northwind Hardware", "supplier_status": 1}
        made |= supplier | {"supplier_reference": f"NW-{number}"}
    if fields["tickettype_id"] == CHANGE:
        flow = {"workflow_id": 2, "workflow_name": "Change Management", "workflow_step": 1}
        made |= flow | {"workflow_stage_id": 4, "workflow_stage": "Assessment", "workflow_seq": 1}
    if number % 50 == 0:
        made |= {"oppcompanyname": "Prospect Ltd"}
    return made


def _mail(fields: Fields) -> Fields:
    number: int = fields["id"]
    return {
        "emailtolist": fields.get("user_email") if number % 2 else None,
        "emailcclist": "manager@client.example.com" if number % 9 == 0 else None,
        "mailbox": "servicedesk@desk.example.com" if number % 2 else None,
    }


def action(fields: Fields, salt: int) -> Fields:
    """What an action's row says besides its own fields, all of it from those."""
    who = str(fields.get("who") or "")
    hours = float(fields.get("timetaken") or 0.0)
    agent = fields.get("who_agentid", 0)
    made: Fields = {
        "timetakendays": round(hours / 8, 4),
        "actionby_agent_id": agent,
        "who_initials": "".join(word[0] for word in who.split()[:2]) or None,
        "who_imgpath": f"/images/agents/{agent}.png" if agent and salt % 3 == 0 else None,
        "who_colour": "#5cb85c",
        "colour": "#5bc0de" if fields.get("outcome_id") == 2 else None,
        "on_behalf_of_name": "Front Desk" if salt % 37 == 0 else None,
        "action_contract_ref": "SUP-2024" if salt % 29 == 0 else None,
        "asset_site": 0,
    }
    if hours and salt % 6 == 0:
        arrived = fields["datetime"] - timedelta(hours=hours)
        made |= {"actionarrivaldate": arrived, "actioncompletiondate": fields["datetime"]}
    made |= rare_fields.of_action(salt, fields)
    return made | (_sent_by_mail(fields, salt) if fields.get("emaildirection") else {})


def _sent_by_mail(fields: Fields, salt: int) -> Fields:
    desk, user = "servicedesk@desk.example.com", f"user{salt % 90}@client.example.com"
    sender, receiver = (user, desk) if fields["emaildirection"] == "I" else (desk, user)
    return {
        "emailfrom": sender,
        "emailto": receiver,
        "emailcc": "team@client.example.com" if salt % 4 == 0 else "",
        "emailsubject": f"Re: ticket {fields['ticket_id']:07d}",
        "email_message_id": f"<{fields['ticket_id']}.{fields['id']}@mail.example.com>",
        "email_status": 1,
        "dateemailed": fields["datetime"],
    }
