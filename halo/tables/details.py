"""What only a ticket's own call has: satisfaction, the facts of a change, and nested lists."""

from dataclasses import replace

from halo.tables import rights
from halo.tables.assets import ASSET
from halo.tables.sources import Details, fields, nested
from halo.tables.table import Table, names, yes
from halo.tables.tickets import TICKETS

DETAILS = Details(TICKETS, "/Tickets", params=yes("includedetails"))

TICKET_SATISFACTION = Table(
    name="ticket_satisfaction",
    plural="satisfaction ratings",
    source=DETAILS,
    rights=rights.DETAILS,
    key=("ticket_id",),
    part=fields(
        "satisfactionlevel satisfactioncomment",
        unless_all_empty="satisfactionlevel satisfactioncomment",
    ),
    asked_of_closed=True,
    long="ticket_id satisfactionlevel",
    string="satisfactioncomment",
)

_OF_A_CHANGE = """justification backoutplan testplan communicationplan riskdescription
    impactdescription risklevel planneddate planneddateend changestate knownerror firsttimefix
    responsetime first_responsetime elapsed_response_hours elapsed_resolution_hours service_id
    service_request_detail_id approval_process_id approval_process_step approval_process_step_name
    approval_cab_name laststatuschangestatus laststatuschangestatusdate lessonslearned"""

TICKET_CHANGE = Table(
    name="ticket_change",
    plural="facts of changes and problems",
    source=DETAILS,
    rights=rights.DETAILS,
    key=("ticket_id",),
    part=fields(_OF_A_CHANGE, unless_all_empty=_OF_A_CHANGE),
    long="""ticket_id risklevel firsttimefix service_id service_request_detail_id
        approval_process_id approval_process_step laststatuschangestatus""",
    double="responsetime first_responsetime elapsed_response_hours elapsed_resolution_hours",
    boolean="knownerror",
    string="""justification backoutplan testplan communicationplan riskdescription
        impactdescription changestate approval_process_step_name approval_cab_name
        lessonslearned""",
    datetime="planneddate planneddateend laststatuschangestatusdate",
)

_NESTED = Table(
    name="nested",
    source=DETAILS,
    rights=rights.DETAILS,
    key=("ticket_id", "position"),
    long="ticket_id position",
)

TICKET_APPROVAL = replace(
    _NESTED,
    name="ticket_approval",
    part=nested("approvers approvers_history", own_id="uniqueid"),
    asks="includelinkedobjects",
    secret=names("token link image requestor_imgpath agent_requestor_imgpath signature"),
    long="""ticket_id position uniqueid seq actionnumber emailstatus result type agent_id user_id
        ticket_user_id cab_id templateid requestor_agent_id requestor_user_id approval_process_id
        delegated_by_uid votes_required_to_accept votes_required_to_reject faresultchanged role_id
        step_id admin_override_id purchase_order_id quote_id invoice_id""",
    double="timetaken",
    boolean="adhoc is_mandatory approval_inprogress admin_overridden",
    string="""emailaddress name agent_name ticket_user_name requestor_name delegated_by_username
        approval_process_name approval_process_guid approver_note summary note role_name step_name
        step_group_name starttime targettime startdate_timezone targetdate_timezone""",
    datetime="datetime dateapproved lastreminderdatetime startdate targetdate",
    custom_fields="customfields",
)

TICKET_FIELD_HISTORY = replace(
    _NESTED,
    name="ticket_field_history",
    plural="field histories of tickets",
    part=nested("audit_log"),
    asks="include_auditing",
    long="ticket_id position id agent_id user_id id1 id2 clientid",
    string="value from to table_name actoutcome username",
    datetime="date datetime_from datetime_to",
)

TICKET_WORKFLOW_HISTORY = replace(
    _NESTED,
    name="ticket_workflow_history",
    plural="workflow histories of tickets",
    part=nested("workflow_history"),
    long="""ticket_id position id moved_from moved_to flow_id moved_from_stage moved_to_stage
        action_id""",
    double="target_hours actual_hours",
    boolean="target_met",
    string="summary",
    datetime="moved_date target_date override_date",
)

TICKET_ASSET = replace(
    _NESTED,
    name="ticket_asset",
    part=nested("assets"),
    asks="includelinkedobjects",
    secret=ASSET.secret,
    # What the asset is now, not what it was when the ticket was read.
    volatile=names("inventory_number key_field key_field2 key_field3 client_id site_id inactive"),
    long="ticket_id position id client_id site_id assettype_id",
    boolean="is_primary_asset inactive",
    string="inventory_number key_field key_field2 key_field3 assettype_name",
)

TICKET_LINK = replace(
    _NESTED,
    name="ticket_link",
    part=nested("related_tickets"),
    # What the other ticket is now, not what it was when this one was read.
    volatile=names("summary status_id tickettype_id parent_id dateoccurred dateclosed"),
    asks="includelinkedobjects",
    long="ticket_id position id status_id tickettype_id itil_requesttype_id parent_id",
    string="summary",
    datetime="dateoccurred dateclosed",
)

TICKET_TODO = replace(
    _NESTED,
    name="ticket_todo",
    plural="to-dos of tickets",
    part=nested("todo_list"),
    long="ticket_id position id done_by_id sequence addedby group_id group_seq",
    boolean="done",
    string="text done_by_name group_name",
    datetime="start_date end_date actual_start actual_end",
)

TICKET_TARGET = replace(
    _NESTED,
    name="ticket_target",
    plural="operational targets of tickets",
    part=nested("olas"),
    long="ticket_id position id fault_id target_id status",
    double="target_hours actual_hours",
    boolean="target_met",
    string="target_name",
    datetime="target_date start_date pause_date end_date",
    json="dates target",
)

TABLES = (
    TICKET_SATISFACTION,
    TICKET_CHANGE,
    TICKET_APPROVAL,
    TICKET_FIELD_HISTORY,
    TICKET_WORKFLOW_HISTORY,
    TICKET_ASSET,
    TICKET_LINK,
    TICKET_TODO,
    TICKET_TARGET,
)
