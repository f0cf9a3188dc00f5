"""Lists that are read whole: people and their organisation, code tables, custom fields."""

from halo.tables.rights import AGENTS, CODES, CUSTOM_FIELDS, CUSTOMERS, SERVICE_LEVELS
from halo.tables.sources import Snapshot
from halo.tables.table import Table, names, yes

_ALL_USERS = yes("includeactive includeinactive includeserviceaccount includenonserviceaccount")
_ALL_SITES = yes(
    "includeactive includeinactive includestocklocations includenonstocklocations includeaddress"
)
_ALL_AGENTS = yes("includeenabled includedisabled includeunassigned includeapiagents showall")

CHANGED_SINCE = "lastupdatefromdate"
"""Documented for users, clients, sites and assets (Halo's API notes, what changed)."""

USER = Table(
    name="user",
    source=Snapshot("/Users", "users", _ALL_USERS, paged=True, since=CHANGED_SINCE),
    rights=CUSTOMERS,
    long="""id site_id site_id_int client_id linked_agent_id priority_id telpref messagegroup_id
        relationship_id""",
    boolean="""inactive isimportantcontact isimportantcontact2 isserviceaccount neversendemails
        is_prospect covered_by_contract""",
    string="""name firstname surname initials title emailaddress phonenumber_preferred phonenumber
        sitephonenumber homenumber mobilenumber mobilenumber2 fax login site_name client_name colour
        use notes azureoid okta_id other1 other2 other3 other4 other5""",
    custom_fields="customfields",
)

CLIENT = Table(
    name="client",
    source=Snapshot(
        "/Client",
        "clients",
        yes("includeactive includeinactive"),
        paged=True,
        since=CHANGED_SINCE,
    ),
    rights=CUSTOMERS,
    volatile=names("open_ticket_count opps_ticket_count"),
    long="""id toplevel_id pritech sectech accountmanagertech main_site_id messagegroup_id
        mailbox_override default_mailbox_id item_tax_code service_tax_code prepay_tax_code
        client_to_invoice client_to_invoice_recurring default_currency_code customertype stopped
        confirmemail actionemail clearemail open_ticket_count opps_ticket_count key table
        overridepdftemplateinvoice overridepdftemplatequote contracttax_code""",
    double="percentage_to_survey percentage_to_surved",
    boolean="""inactive is_vip taxable is_account excludefrominvoicesync
        ticket_invoices_for_each_site servicenow_validated jira_validated""",
    string="""name toplevel_name colour use ref main_phonenumber notes accountsid
        customer_relationship_list clientcurrency xero_tenant_id sentinel_subscription_id
        sentinel_workspace_name sentinel_resource_group_name qbo_company_id dbc_company_id
        itglue_id""",
    json="customer_relationship",
    custom_fields="customfields",
)

SITE = Table(
    name="site",
    source=Snapshot("/Site", "sites", _ALL_SITES, paged=True, since=CHANGED_SINCE),
    rights=CUSTOMERS,
    long="id client_id sla_id messagegroup_id maincontact_id",
    boolean="inactive isstocklocation invoice_address_isdelivery",
    string="""name client_name clientsite_name phonenumber timezone colour use ref notes
        delivery_address_line1 delivery_address_line2 delivery_address_line3 delivery_address_line4
        delivery_address_line5 country_code_name region_code_name""",
    custom_fields="customfields",
)

AGENT = Table(
    name="agent",
    source=Snapshot("/Agent", "agents", _ALL_AGENTS, paged=True),
    rights=AGENTS,
    volatile=names(
        "is_online onlinestatus onlinestatus_actual lastonline lastlogindate ticket_count "
        "named_licences_in_use concurrent_licences_in_use concurrent_agent_total"
    ),
    long="""id onlinestatus onlinestatus_actual linemanager licence_type workday_id apptsync
        ticket_count one_client""",
    double="costprice chargerate",
    boolean="""isdisabled is_online is_agent isapiagent enableshifts can_approve_invoice
        gotoresolve_authorized""",
    string="""name firstname surname initials email team jobtitle sms extensionnumber ad colour
        agentphotopath use namewithinactive lastonline linemanager_name workday_name
        workday_timezone role_list""",
    datetime="lastlogindate",
    json="teams departments clients tickettypes qualifications",
)

TEAM = Table(
    name="team",
    source=Snapshot("/Team", "teams", yes("includeenabled includedisabled showall")),
    rights=AGENTS,
    volatile=names("ticket_count"),
    long="id sequence department_id ticket_count timesheet_approver",
    boolean="inactive forrequests foropps forprojects",
    string="guid name department_name org_team_name use timesheet_approver_name",
    datetime="last_modified",
    json="agents managers",
)

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
    double="fixtime responsetime",
    boolean="""ishidden fixendofday responseendofday responsestartofday startofday setfixtostartdate
        setfixtotargetdate enterslaexcuse enterslaresponseexcuse""",
    string="id sla_guid name fixunits responseunits colour responsestartofdaytime startofdaytime",
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
    boolean="""active visible cancreate agentscanselect enduserscanselect anonymouscanselect
        allowattachments is_sprint""",
    string="""guid name use group_name description colour default_agent_name default_team
        workflow_name""",
    json="fieldidlist",
)

SLA = Table(
    name="sla",
    plural="service levels",
    source=Snapshot("/SLA", "slas", yes("showpriorities")),
    rights=SERVICE_LEVELS,
    long="""id workday_id autoreleaselimit statusafterautorelease slstatusafterfirstwarning
        slstatusaftersecondwarning access_control_level""",
    boolean="""hoursaretechslocaltime responsereset response_reset_approval autoreleaseoption
        trackslaresponsetime trackslafixbytime dontsendholdreminders""",
    string="guid name workday_name statusafterautorelease_name",
    json="priorities workdays access_control",
)

FIELD = Table(
    name="field",
    plural="asset fields",
    source=Snapshot("/Field", "fields"),
    rights=CUSTOM_FIELDS,
    key=("kind", "id"),
    long="""id typeinfo_id systemuse datafrom datalength sequence lookup parenttype_id mapping_id
        tab_id tab_sequence access_level""",
    boolean="issoftware mandatory showoncalendar showonactivity order_values_alphanumerically",
    string="guid kind name validate url idstring parenttype_name tab_name groupname",
    json="values",
)

CUSTOM_FIELD_LIST = Snapshot("/FieldInfo", "fieldinfos", shared=True)

FIELD_INFO = Table(
    name="field_info",
    plural="custom fields",
    source=CUSTOM_FIELD_LIST,
    rights=CUSTOM_FIELDS,
    long="""id type custom usage lookup tab_id tab_sequence table_id inputtype extratype
        characterlimit seq visibility access_control_level""",
    boolean="""readonly searchable user_searchable calendar_searchable copytochild copytoparent
        mandatory onlyshowforagents isencrypted""",
    string="""guid name label labellong summary hint tab_name table_name defaultvalue calculation
        faults_field_name actions_field_name groupname regex""",
    json="values table_values",
)

PEOPLE = (USER, CLIENT, SITE, AGENT, TEAM)
CODE_TABLES = (STATUS, PRIORITY, CATEGORY, TICKET_TYPE, SLA, FIELD, FIELD_INFO)
