"""People and their organisation: users, clients, sites, agents, teams, departments."""

from halo.tables.rights import AGENTS, CUSTOMERS, DEPARTMENTS
from halo.tables.sources import Snapshot
from halo.tables.table import Table, names, yes

_ALL_USERS = yes("includeactive includeinactive includeserviceaccount includenonserviceaccount")
_ALL_CLIENTS = yes("includeactive includeinactive")
_ALL_SITES = yes(
    "includeactive includeinactive includestocklocations includenonstocklocations includeaddress"
)
_ALL_AGENTS = yes("includeenabled includedisabled includeunassigned includeapiagents showall")

USER = Table(
    name="user",
    source=Snapshot("/Users", "users", _ALL_USERS, paged=True, filtered=True),
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
    source=Snapshot("/Client", "clients", _ALL_CLIENTS, paged=True, filtered=True),
    rights=CUSTOMERS,
    volatile=names("open_ticket_count opps_ticket_count"),
    long="""id toplevel_id pritech sectech accountmanagertech main_site_id messagegroup_id
        mailbox_override default_mailbox_id item_tax_code service_tax_code prepay_tax_code
        client_to_invoice client_to_invoice_recurring contract_tax_code default_currency_code
        customertype stopped confirmemail actionemail clearemail open_ticket_count
        opps_ticket_count key table overridepdftemplateinvoice overridepdftemplatequote""",
    double="percentage_to_survey",
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
    source=Snapshot("/Site", "sites", _ALL_SITES, paged=True, filtered=True),
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

DEPARTMENT = Table(
    name="department",
    source=Snapshot("/TopLevel", "tree", yes("show_all"), paged=True),
    rights=DEPARTMENTS,
    volatile=names(
        "user_count open_ticket_count onhold_ticket_count total_ticket_count opened_thismonth_count"
    ),
    long="id accounts_override_mailbox concurrent_lic_limit organisation_id type",
    string="guid name organisation_name org_department_name long_name",
)

ORGANISATION = Table(
    name="organisation",
    source=Snapshot("/Organisation", "organisations"),
    rights=DEPARTMENTS,
    secret=names(
        "bank_details_line_1 bank_details_line_2 bank_details_line_3 bank_details_line_4 "
        "bank_details_line_5"
    ),
    long="id messagegroup_id deliverysite linked_client_id",
    boolean="all_user_faqlists_allowed allowall_tickettypes",
    string="""guid name reply_address phone fax email website logo portal_logo
        portalbackgroundimageurl portalurl portalcolour portal_title tax_number""",
    json="address",
)

TABLES = (USER, CLIENT, SITE, AGENT, TEAM, DEPARTMENT, ORGANISATION)
