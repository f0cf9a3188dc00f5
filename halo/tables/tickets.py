"""Tickets, and what was done on them: actions and time entries."""

from dataclasses import replace

from halo.tables import rights
from halo.tables.custom_fields import CUSTOM_FIELD_LIST
from halo.tables.sources import Actions, Changes, only_with
from halo.tables.table import Table, names, yes

_FILLED = yes(
    "includeslatimer includeslaactiondate includenextactivitydate includechildids includeitilname "
    "includerelatedservices includeservicecategory includeworkflowstage includesupplier "
    "includerelease1 includerelease2 includerelease3 includetimetaken inlcludeopenchildcount "
    "includelastincomingemail includeagent includestatus includetickettype"
)
"""Switches that fill declared columns, and the misspelt one is Halo's (Halo's document)."""

TICKETS = Changes("/Tickets", "tickets", custom_fields=CUSTOM_FIELD_LIST, params=_FILLED)

_ALL_ACTIONS = {"excludesys": "false"}
ACTIONS = Actions(
    TICKETS, "/Actions", "actions", _ALL_ACTIONS, timed=_ALL_ACTIONS | yes("timeentriesonly")
)

TICKET = Table(
    name="ticket",
    source=TICKETS,
    rights=rights.TICKETS,
    required=True,
    volatile=names("ticketage slatimeleft slapercused slatimeelapsed currentelapsedhours read"),
    long="""id status_id tickettype_id sla_id priority_id client_id site_id user_id agent_id team_id
        categoryid_1 categoryid_2 categoryid_3 categoryid_4 parent_id child_count child_count_open
        attachment_count enduserstatus organisation_id department_id matched_kb_id product_id
        release_id release2_id release3_id workflow_id workflow_step workflow_stage_id
        pipeline_stage_id impact urgency impactlevel starttimeslot targettimeslot quantity source
        releasenotegroup_id supplier_id supplier_status appointment_type milestone_id merged_into_id
        reassigncount useful_count notuseful_count itil_requesttype_id closure_agent_id
        approval_status table""",
    double="""estimate estimatedays timetaken chargehours nonchargehours travelhours totalmileage
        slaholdtime slapercused slatimeleft slatimeelapsed currentelapsedhours cost oppvalueadjusted
        projecttimebudget projecttimeactual projectmoneybudget projectmoneyactual ticketage
        billable_time""",
    boolean="""flagged read onhold excludefromsla hasbeenclosed is_vip
        isimportantcontact inactive reviewed release_important projectinternaltask
        updateservicestatus invoiceseperatelyoverride""",
    string="""summary details status_name tickettype_name priority_name sla_name client_name
        site_name user_name user_email reportedby team agent_name category_1 category_2 category_3
        category_4 category_1_display category_2_display category_3_display category_4_display
        slaresponsestate site_timezone section_timezone emailtolist emailcclist starttime targettime
        userdef1 userdef2 userdef3 userdef4 userdef5 oppcompanyname guid use idsummary
        servicestatusnote ticket_tags purchaseordernumber supplier_name supplier_reference
        workflow_name workflow_stage itilname created_by budgethours slastate
        sla_first_response_state release_name release2_name release3_name
        related_service_descriptions related_service_category_names""",
    datetime="""dateoccurred datecreated dateassigned respondbydate first_respond_by_date
        responsedate first_responsedate responsestartdate fixbydate dateclosed date_fully_closed
        deleted_date slaactiondate lastactiondate last_update lastchildactiondate
        lastincomingemail nextactivitydate startdate targetdate deadlinedate followupdate""",
    json="priority child_ticket_ids additional_agents timeentries",
    custom_fields="customfields",
)

ACTION = Table(
    name="action",
    source=ACTIONS,
    rights=rights.ACTIONS,
    key=("ticket_id", "id"),
    volatile=names("personal_unread unread"),
    secret=names("link"),
    long="""ticket_id id who_type who_agentid actionby_agent_id actionby_user_id outcome_id
        action_systemid old_status new_status replied_to_ticket_id replied_to_action_id
        created_from_ticket_id created_from_action_id merged_from_ticketid action_contract_id
        action_travel_contract_id actioncontractid project_id chargerate
        travel_chargerate attachment_count unread email_status on_behalf_of
        timesheet_approval_status""",
    double="""timetaken timetakendays timetakenadjusted nonbilltime traveltime mileage
        actionchargehours actionchargeamount actionnonchargehours actionnonchargeamount
        actionprepayhours actionprepayamount actiontravelchargehours actiontravelamount
        actionmileageamount""",
    boolean="""hiddenfromuser important personal_unread actisbillable actisreadyforprocessing
        travelisreadyforprocessing actreviewed isbillingaction""",
    string="""outcome who note note_html emailfrom emailto emailcc emailsubject emaildirection
        email_message_id new_status_name on_behalf_of_name actionby_application_id who_imgpath
        who_initials guid colour action_contract_ref""",
    datetime="""datetime actiondatecreated actionarrivaldate actioncompletiondate last_updated
        dateemailed""",
    json="translations attachments reactions",
    custom_fields="customfields",
)

TIME_ENTRY = replace(
    ACTION,
    name="time_entry",
    plural="time entries",
    part=only_with(
        "timetaken timetakenadjusted nonbilltime traveltime actionchargehours actionnonchargehours "
        "actionprepayhours actiontravelchargehours"
    ),
)

TABLES = (TICKET, ACTION, TIME_ENTRY)
