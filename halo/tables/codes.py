"""Code tables, which tell what the numbers on tickets and actions mean."""

from halo.api.pages import Raw
from halo.tables.rights import CODES, LOOKUPS, SERVICE_LEVELS
from halo.tables.sources import Snapshot, of_parent
from halo.tables.table import Table, names, yes

STATUS = Table(
    name="status",
    plural="statuses",
    source=Snapshot("/Status", "statuses", yes("showall")),
    rights=CODES,
    volatile=names("ticket_count"),
    long="id type sequence ticket_count statuschangeto",
    double="timeuntilloffhold statuschangetofreq",
    boolean="showonquickchange slaignorerelease",
    string="guid name shortname colour slaaction statuschangetoname",
    json="tickettypes outcomes",
)

PRIORITY = Table(
    name="priority",
    plural="priorities",
    source=Snapshot("/Priority", "priorities"),
    rights=CODES,
    long="slaid priorityid catprompt workdaysoverride",
    double="fixtime responsetime firstresponsetime",
    boolean="""ishidden fixendofday responseendofday responsestartofday startofday setfixtostartdate
        setfixtotargetdate enterslaexcuse enterslaresponseexcuse""",
    string="""id sla_guid name fixunits responseunits firstresponseunits colour
        responsestartofdaytime startofdaytime""",
    json="workdays",
)

CATEGORY = Table(
    name="category",
    plural="categories",
    source=Snapshot("/Category", "categories"),
    rights=CODES,
    long="id type_id sla_id priority_id category_group_id itilrequesttype",
    double="chargerate",
    boolean="include_note is_integration",
    string="guid value category_name note user_note",
)

TICKET_TYPE = Table(
    name="ticket_type",
    source=Snapshot("/TicketType", "tickettypes", yes("showall showinactive")),
    rights=CODES,
    volatile=names("ticket_count"),
    long="""id sequence group_id default_sla default_priority default_agent itilrequesttype
        project_type ticket_count""",
    boolean="""visible cancreate agentscanselect enduserscanselect anonymouscanselect
        allowattachments is_sprint""",
    string="""guid name use group_name default_agent_name default_team
        workflow_name""",
    json="fieldidlist",
)

SLA = Table(
    name="sla",
    plural="service levels",
    source=Snapshot("/SLA", "slas", yes("showpriorities")),
    rights=SERVICE_LEVELS,
    long="""id workday_id autoreleaselimit statusafterautorelease slstatusafterfirstwarning
        slstatusaftersecondwarning slstatusafterbreach access_control_level""",
    boolean="""hoursaretechslocaltime responsereset response_reset_approval autoreleaseoption
        trackslaresponsetime trackslafixbytime dontsendholdreminders""",
    string="guid name workday_name statusafterautorelease_name",
    json="priorities workdays access_control",
)

OUTCOME = Table(
    name="outcome",
    source=Snapshot("/Outcome", "outcomes", yes("showhidden showsystemactions")),
    rights=LOOKUPS,
    long="""id sequence systemid respondtype child_ticket_type_id colour_type newstatus chargerate
        approval_process_id requesttype workflow_id workflow_step_id callscreencallscript
        azure_action azure_connection_id ai_operation create_issue_type config_type
        child_emailtemplate_id child_template_id""",
    boolean="""hidden dontshowscreen actionvisibility slaholdischecked slareleaseischecked usetimer
        bccfollowers action_resets_response charge_rate_overrides_ticket isbillingaction""",
    string="""guid outcome labellong colour icon ccoverride automation_runbookname assetsearchtext
        customurl ai_model""",
)

LOOKUP = Table(
    name="lookup",
    source=Snapshot("/Lookup", "lookups", yes("showallcodes")),
    rights=LOOKUPS,
    key=("lookupid", "id"),
    long="lookupid id valueint1 sequence",
    boolean="inactive",
    string="""name value2 value3 value4 value5 value6 value7 value8 value9 custom1 custom2
        contract_ref sla_name""",
    json="sub_lookup",
)

_WORKDAYS = Snapshot("/Workday", "workdays", yes("showholidays"))

WORKDAY = Table(
    name="workday",
    source=_WORKDAYS,
    rights=LOOKUPS,
    secret=names("holidays"),
    long="id",
    boolean="""incmonday inctuesday incwednesday incthursday incfriday incsaturday incsunday
        alldayssame""",
    string="""guid name summary timezone start end startmonday endmonday starttuesday endtuesday
        startwednesday endwednesday startthursday endthursday startfriday endfriday startsaturday
        endsaturday startsunday endsunday""",
)
"""Starts and ends are clock times inside an old day, which as dates would be null; the holidays,
perhaps with agents' leave among them, are a table of their own (Halo's API notes, lists)."""


def _is_public(holiday: Raw) -> bool:
    """Whether nobody's leave: leave is personal, and has an agent (Halo's notes, lists)."""
    return holiday.get("agent_id") in (None, 0, -1)


HOLIDAY = Table(
    name="holiday",
    source=_WORKDAYS,
    rights=LOOKUPS,
    key=("workday_id", "id"),
    part=of_parent("holidays", "workday_id", _is_public),
    long="workday_id holid holiday_type agent_id entity entity_id",
    double="duration",
    boolean="allday isrecurring",
    string="id name workday_name agent_name",
    datetime="date end_date date_only end_date_only date_datetime",
)

TABLES = (STATUS, PRIORITY, CATEGORY, TICKET_TYPE, SLA, OUTCOME, LOOKUP, WORKDAY, HOLIDAY)
