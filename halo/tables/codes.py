"""Code tables: statuses, priorities, categories, ticket types, service levels, custom fields."""

from halo.tables.columns import columns
from halo.tables.table import Table, names, yes

STATUS = Table(
    name="status",
    plural="statuses",
    path="/Status",
    rows="statuses",
    params=yes("showall"),
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
    path="/Priority",
    rows="priorities",
    columns=columns(
        long="slaid priorityid catprompt workdaysoverride",
        double="fixtime responsetime",
        boolean="""
            ishidden fixendofday responseendofday responsestartofday startofday setfixtostartdate
            setfixtotargetdate enterslaexcuse enterslaresponseexcuse
        """,
        string="""
            id sla_guid name fixunits responseunits colour responsestartofdaytime startofdaytime
        """,
        json="workdays",
    ),
)

CATEGORY = Table(
    name="category",
    plural="categories",
    path="/Category",
    rows="categories",
    columns=columns(
        long="id type_id sla_id priority_id category_group_id itilrequesttype",
        double="chargerate",
        boolean="include_note is_integration",
        string="guid value category_name note user_note",
    ),
)

TICKET_TYPE = Table(
    name="ticket_type",
    path="/TicketType",
    rows="tickettypes",
    params=yes("showall showinactive"),
    volatile=names("ticket_count"),
    columns=columns(
        long="""
            id sequence group_id default_sla default_priority default_agent itilrequesttype
            project_type ticket_count
        """,
        boolean="""
            active visible cancreate agentscanselect enduserscanselect anonymouscanselect
            allowattachments is_sprint
        """,
        string="""
            guid name use group_name description colour default_agent_name default_team
            workflow_name
        """,
        json="fieldidlist",
    ),
)

SLA = Table(
    name="sla",
    plural="service levels",
    path="/SLA",
    rows="slas",
    params=yes("showpriorities"),
    columns=columns(
        long="""
            id workday_id autoreleaselimit statusafterautorelease slstatusafterfirstwarning
            slstatusaftersecondwarning access_control_level
        """,
        boolean="""
            hoursaretechslocaltime responsereset response_reset_approval autoreleaseoption
            trackslaresponsetime trackslafixbytime dontsendholdreminders
        """,
        string="guid name workday_name statusafterautorelease_name",
        json="priorities workdays access_control",
    ),
)

FIELD = Table(
    name="field",
    plural="asset fields",
    path="/Field",
    rows="fields",
    key=("kind", "id"),
    columns=columns(
        long="""
            id typeinfo_id systemuse datafrom datalength sequence lookup parenttype_id mapping_id
            tab_id tab_sequence access_level
        """,
        boolean="issoftware mandatory showoncalendar showonactivity order_values_alphanumerically",
        string="guid kind name validate url idstring parenttype_name tab_name groupname",
        json="values",
    ),
)

FIELD_INFO = Table(
    name="field_info",
    plural="custom fields",
    path="/FieldInfo",
    rows="fieldinfos",
    columns=columns(
        long="""
            id type custom usage lookup tab_id tab_sequence table_id inputtype extratype
            characterlimit seq visibility access_control_level
        """,
        boolean="""
            readonly searchable user_searchable calendar_searchable copytochild copytoparent
            mandatory onlyshowforagents isencrypted
        """,
        string="""
            guid name label labellong summary hint tab_name table_name defaultvalue calculation
            faults_field_name actions_field_name groupname regex
        """,
        json="values table_values",
    ),
)
