"""What rows of people, places and codes carry besides what somebody filled, as Halo documents them.

`standing` values are the same in every row of a kind; `MAKERS` make what depends on the row.
"""

from collections.abc import Callable

from sandbox import full_assets, full_catalogue, full_partners
from sandbox.full_tickets import standing
from sandbox.model import NEVER, Fields

STANDING: dict[str, Fields] = {
    "user": standing(
        zero="""
            priority_id telpref messagegroup_id relationship_id connectwiseid autotaskid
            client_account_manager_id overridepdftemplatequote question1 question2 question3
            question4 uddevsite uddevnum userdevicerolecount default_currency_code item_tax_code
        """,
        no="""
            isimportantcontact2 is_prospect covered_by_contract ignoreautomatedbilling
            automatic_sales_tax client_taxable neversendmarketingemails
        """,
        empty="onpremise_activedirectory_dn email2 email3",
        minus_one="key",
    )
    | {"contract_value": 0.0, "customfields": [], "table": 2},
    "client": standing(
        zero="""
            mailbox_override default_mailbox_id service_tax_code prepay_tax_code client_to_invoice
            client_to_invoice_recurring default_currency_code customertype stopped
            overridepdftemplateinvoice overridepdftemplatequote contracttax_code contract_tax_code
            percentage_to_survey percentage_to_surved kashflow_tenant_id invoiceduedaysextraclient
            cautomateid regmanagertech logmanagertech salesreptech accountownertech cxmleadtech
            snow_id due_date_type avalara_tenant
        """,
        no="""
            taxable is_account excludefrominvoicesync ticket_invoices_for_each_site
            servicenow_validated jira_validated override_org_logo automatic_sales_tax
        """,
        empty="""
            accountsid customer_relationship_list sentinel_subscription_id sentinel_workspace_name
            sentinel_resource_group_name logo qbo_company_id xero_tenant_id
        """,
        minus_one="key",
    )
    | {"customer_relationship": [], "customfields": []},
    "site": standing(
        zero="""
            messagegroup_id site_item_tax_code stopped stockbin_id gfisiteid client_to_invoice
            client_to_invoice_recurring default_client_currency_code default_currency_code
        """,
        decimal="geocoord1 geocoord2 item_quantity_in_stock item_quantity_available",
        no="invoice_address_isdelivery isinvoicesite",
        empty="itglue_id delivery_address_line2",
        minus_one="key",
    )
    | {"customfields": [], "table": 4},
    "agent": standing(
        zero="onlinestatus apptsync one_client qualification_weighting inboxes",
        no="""
            enableshifts can_approve_invoice can_approve_purchaseorder can_approve_quote
            can_approve_campaign gotoresolve_authorized exchange_authorized sentinel_authorized
            splashtop_authorized allowbeyondtrustinvites sendemailerrors google_mail_authorized
        """,
        empty="sms exchange_account logmeinid jira_id",
    )
    | {"teams": [], "departments": [], "clients": [], "tickettypes": [], "qualifications": []},
    "team": standing(
        zero="override_column_id concurrent_lic_limit homescreendashboardid mailbox_override",
        no="hide_agents_in_tree_if_no_tickets",
        empty="teamphotopath timesheet_approver_name",
    )
    | {"timesheet_approver": 0, "agents": [], "managers": []},
    "status": standing(
        zero="""
            statuschangeto statusnochangehoursmanager nochangetemplate statusemailfreqdays
            statusemailid useworkinghours useworkinghours_statusnochangehours
            useworkinghours_statusnochangehourssection useworkinghours_statusnochangehoursmanager
        """,
        decimal="""
            timeuntilloffhold statuschangetofreq statusnochangehours statusnochangehourssection
        """,
        no="""
            slaignorerelease nochangehoursrecurring includeinloadbalance
            statusnochangehoursmanagerrecurring statusnochangehourssectionrecurring
        """,
    )
    | {"tickettypes": [], "outcomes": []},
    "priority": standing(
        zero="catprompt workdaysoverride",
        no="""
            responseendofday responsestartofday startofday setfixtostartdate setfixtotargetdate
            enterslaexcuse enterslaresponseexcuse
        """,
    )
    | {"startofdaytime": "09:00:00", "responsestartofdaytime": "09:00:00", "workdays": {"id": 1}},
    "category": standing(no="include_note is_integration", empty="note user_note")
    | {"itilrequesttype": 1, "chargerate": 0},
    "ticket_type": standing(
        zero="default_agent project_type",
        no="""
            anonymouscanselect is_sprint copyattachmentstochild copyattachmentstorelated
            hasmandatorytechfields hasmandatoryuserfields
        """,
        empty="jira_issue_type kanbanstatuschoice_list default_agent_name",
    )
    | {"default_priority": 3, "allowattachments": True, "kanbanstatuschoice": [], "fieldidlist": []}
    | {"default_team": "1st Line Support", "colour": "#5bc0de", "allow_all_clients": True},
    "sla": standing(
        zero="""
            autoreleaselimit statusafterautorelease slstatusafterfirstwarning
            slstatusaftersecondwarning access_control_level slstatusafterbreach
        """,
        no="""
            response_reset_approval autoreleaseoption dontsendholdreminders
            response_reset_call_screen
        """,
        empty="statusafterautorelease_name",
    )
    | {"workdays": {"id": 1, "name": "Monday to Friday"}, "access_control": []},
    "field": standing(
        zero="""
            typeinfo_id datafrom parenttype_id mapping_id tab_id tab_sequence access_level
            moveupdatetype inactiveupdatetype
        """,
        no="issoftware showoncalendar showonactivity order_values_alphanumerically",
        empty="validate url parenttype_name tab_name groupname moveupdatedefault",
    )
    | {"values": []},
    "field_info": standing(
        zero="""
            lookup tab_id tab_sequence table_id inputtype extratype characterlimit seq visibility
            access_control_level characterlimittype ordervalueby customextratableid
            deleteafterclosuredays defaultdate max_selection hint_type lookup_method
        """,
        no="""
            readonly user_searchable calendar_searchable copytochild copytoparent mandatory
            onlyshowforagents isencrypted addunknown database_lookup_auto copytochildonupdate
            copytorelated deleteafterclosure excludefromallfields inherit_ac_from_tickettype
            is_horizontal
        """,
        empty="labellong summary hint tab_name table_name defaultvalue calculation groupname regex",
    )
    | {"table_values": []},
    **full_assets.STANDING,
    **full_catalogue.STANDING,
    **full_partners.STANDING,
}


def _number(fields: Fields) -> int:
    """The row's id as something to reckon with."""
    return fields["id"] if isinstance(fields["id"], int) else 0


def _user(fields: Fields) -> Fields:
    number = _number(fields)
    return {
        "title": ("Ms", "Mr", "Dr")[number % 3] if number % 2 else None,
        "phonenumber_preferred": fields.get("mobilenumber") or fields.get("phonenumber"),
        "sitephonenumber": "+44 20 7946 0000",
        "homenumber": f"+44 1632 960{number % 1000:03d}" if number % 8 == 0 else None,
        "mobilenumber2": "+44 7700 900999" if number % 20 == 0 else None,
        "fax": "+44 20 7946 0099" if number % 30 == 0 else None,
        "colour": "#d9534f",
        "notes": "Works mornings only." if number % 10 == 0 else None,
        "azureoid": f"a2000000-0000-4000-8000-{number:012x}" if number % 2 else None,
        "okta_id": f"00u{number:08d}" if number % 25 == 0 else None,
        **{f"other{place}": "-" if number % (6 + place) == 0 else None for place in range(1, 6)},
    }


def _client(fields: Fields) -> Fields:
    number = _number(fields)
    return {
        "notes": "Invoices by post." if number % 5 == 0 else None,
        "clientcurrency": "GBP",
        "dbc_company_id": f"dbc-{number}" if number % 6 == 0 else None,
        "open_ticket_count": number * 7 % 13,
        "opps_ticket_count": 0,
    }


def _site(fields: Fields) -> Fields:
    number = _number(fields)
    return {
        "maincontact_id": number * 3 % 50,
        "colour": "#5cb85c",
        "ref": f"S{number:04d}",
        "notes": "Ring the bell at the back." if number % 6 == 0 else None,
        "delivery_address_line5": "United Kingdom" if number % 2 else None,
        "country_code_name": "United Kingdom",
        "region_code_name": "Greater London" if number % 2 else None,
    }


def _agent(fields: Fields) -> Fields:
    number, name = _number(fields), fields.get("name")
    return {
        "extensionnumber": f"{200 + number}",
        "ad": f"DESK\\agent{number}" if number > 1 else None,
        "agentphotopath": f"/images/agents/{number}.png" if number % 3 == 0 else None,
        "namewithinactive": f"{name} (inactive)" if fields.get("isdisabled") else name,
        "lastonline": "2 hours ago" if number > 1 else "Never",
        "linemanager_name": "Robin Lead" if number % 4 == 0 else None,
        "workday_name": "Monday to Friday",
        "workday_timezone": "GMT Standard Time",
        "role_list": "Agent" if number > 1 else "",
        "ticket_count": number * 5 % 11,
    }


def _guid(head: str) -> Callable[[Fields], Fields]:
    return lambda fields: {"guid": f"{head}-0000-4000-8000-{_number(fields):012x}"}


def _team(fields: Fields) -> Fields:
    name = f"IT/{fields['name']}"
    return {"org_team_name": name, "last_modified": NEVER.replace(year=2024), "ticket_count": 3}


def _status(fields: Fields) -> Fields:
    changes = {"statuschangetoname": "In Progress"} if fields["id"] == 4 else {}
    return _guid("57a70000")(fields) | changes | {"ticket_count": _number(fields) * 3 % 17}


def _priority(fields: Fields) -> Fields:
    made = {"sla_guid": f"51a00000-0000-4000-8000-{fields['slaid']:012x}"}
    units = {"firstresponsetime": fields["responsetime"], "firstresponseunits": "H"}
    return made | units


def _ticket_type(fields: Fields) -> Fields:
    flow = {"workflow_name": "Change Management"} if fields["id"] == 3 else {}
    about = {"description": f"{fields['name']}s of the service desk", "ticket_count": 5}
    return _guid("71e00000")(fields) | flow | about


def _field(fields: Fields) -> Fields:
    return _guid("f1e1d000")(fields) | {"idstring": f"{fields['kind']}{fields['id']}"}


def _field_info(fields: Fields) -> Fields:
    columns = {"faults_field_name": fields["name"], "actions_field_name": fields["name"]}
    return _guid("f1f00000")(fields) | columns


MAKERS: dict[str, Callable[[Fields], Fields]] = {
    "user": _user,
    "client": _client,
    "site": _site,
    "agent": _agent,
    "team": _team,
    "status": _status,
    "priority": _priority,
    "category": _guid("ca7e0000"),
    "ticket_type": _ticket_type,
    "sla": _guid("51a00000"),
    "field": _field,
    "field_info": _field_info,
}


def full(kind: str, fields: Fields) -> Fields:
    """The fields with all that a row of this kind carries besides; what was said stays."""
    made = MAKERS[kind](fields) if kind in MAKERS else {}
    return STANDING.get(kind, {}) | made | fields
