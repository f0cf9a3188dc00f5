"""Code tables: statuses, priorities, categories, ticket types, service levels, custom fields."""

from halo.tables.columns import columns
from halo.tables.rights import CODES, CUSTOM_FIELDS, SERVICE_LEVELS
from halo.tables.sources import Snapshot
from halo.tables.table import Table, names, yes

STATUS = Table(
    name="status",
    plural="statuses",
    source=Snapshot("/Status", "statuses", yes("showall")),
    rights=CODES,
    volatile=names("ticket_count"),
    columns=columns(
        long="id type sequence ticket_count statuschangeto",
        double="timeuntilloffhold statuschangetofreq",
        boolean="showonquickchange slaignorerelease",
        string="guid name shortname colour slaaction statuschangetoname",
        json="tickettypes outcomes",
    ),
)

PRIORITY = Table(
    name="priority",
    plural="priorities",
    source=Snapshot("/Priority", "priorities"),
    rights=CODES,
    columns=columns(
        long="slaid priorityid catprompt workdaysoverride",
        double="fixtime responsetime",
        boolean="""ishidden fixendofday responseendofday responsestartofday startofday
            setfixtostartdate setfixtotargetdate enterslaexcuse enterslaresponseexcuse""",
        string="""id sla_guid name fixunits responseunits colour responsestartofdaytime
            startofdaytime""",
        json="workdays",
    ),
)

CATEGORY = Table(
    name="category",
    plural="categories",
    source=Snapshot("/Category", "categories"),
    rights=CODES,
    columns=columns(
        long="id type_id sla_id priority_id category_group_id itilrequesttype",
        double="chargerate",
        boolean="include_note is_integration",
        string="guid value category_name note user_note",
    ),
)

TICKET_TYPE = Table(
    name="ticket_type",
    source=Snapshot("/TicketType", "tickettypes", yes("showall showinactive")),
    rights=CODES,
    volatile=names("ticket_count"),
    columns=columns(
        long="""id sequence group_id default_sla default_priority default_agent itilrequesttype
            project_type ticket_count""",
        boolean="""active visible cancreate agentscanselect enduserscanselect anonymouscanselect
            allowattachments is_sprint""",
        string="""guid name use group_name description colour default_agent_name default_team
            workflow_name""",
        json="fieldidlist",
    ),
)

SLA = Table(
    name="sla",
    plural="service levels",
    source=Snapshot("/SLA", "slas", yes("showpriorities")),
    rights=SERVICE_LEVELS,
    columns=columns(
        long="""id workday_id autoreleaselimit statusafterautorelease slstatusafterfirstwarning
            slstatusaftersecondwarning access_control_level""",
        boolean="""hoursaretechslocaltime responsereset response_reset_approval autoreleaseoption
            trackslaresponsetime trackslafixbytime dontsendholdreminders""",
        string="guid name workday_name statusafterautorelease_name",
        json="priorities workdays access_control",
    ),
)

FIELD = Table(
    name="field",
    plural="asset fields",
    source=Snapshot("/Field", "fields"),
    rights=CUSTOM_FIELDS,
    key=("kind", "id"),
    columns=columns(
        long="""id typeinfo_id systemuse datafrom datalength sequence lookup parenttype_id
            mapping_id tab_id tab_sequence access_level""",
        boolean="issoftware mandatory showoncalendar showonactivity order_values_alphanumerically",
        string="guid kind name validate url idstring parenttype_name tab_name groupname",
        json="values",
    ),
)

CUSTOM_FIELD_LIST = Snapshot("/FieldInfo", "fieldinfos", shared=True)

FIELD_INFO = Table(
    name="field_info",
    plural="custom fields",
    source=CUSTOM_FIELD_LIST,
    rights=CUSTOM_FIELDS,
    columns=columns(
        long="""id type custom usage lookup tab_id tab_sequence table_id inputtype extratype
            characterlimit seq visibility access_control_level""",
        boolean="""readonly searchable user_searchable calendar_searchable copytochild copytoparent
            mandatory onlyshowforagents isencrypted""",
        string="""guid name label labellong summary hint tab_name table_name defaultvalue
            calculation faults_field_name actions_field_name groupname regex""",
        json="values table_values",
    ),
)

TABLES = (STATUS, PRIORITY, CATEGORY, TICKET_TYPE, SLA, FIELD, FIELD_INFO)
