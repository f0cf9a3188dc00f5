"""What contracts, suppliers, departments and appointments carry where nobody filled it.

They are fields of Halo's OpenAPI document of 2025-03, and of rows recorded in 2026.
"""

from sandbox.full_tickets import standing
from sandbox.model import Fields

STANDING: dict[str, Fields] = {
    "contract": standing(
        zero="""
            client_id billingperiod billingdescription subtype status site_id user_id sla_id
            asset_sequence accounts_override_mailbox key table contracttype prepayrecurringchargebp
            createdby_id billingcategory
        """,
        decimal="numberofunitsfree periodchargeamount asset_value",
        no="started expired force_recalculation active sent_to_oracle",
        empty="""
            client_name ref refextra site_name user_name note refextra2 contract_status use
            contracttype_name cost_calculation createdby_name
        """,
        arrays="customfields",
        dates="""
            start_date end_date periodicinvoicenextdate next_invoice_date next_call_date
            last_modified asset_end_date
        """,
    ),
    "supplier": standing(
        zero="""
            toplevel_id emailtemplate_id default_contract_id default_contract_sla_id contract_count
            parentid kashflowid details_id kashflow_tenant_id access_control_level myob_tenant
            purchase_tax_code sync_servicenow_attachments jira_webhook_user
            supplier_invoice_due_date_extra_days servicenow_authtype default_currency_code
            supplier_mailbox_override messagegroup_id
        """,
        no="""
            inactive switchslatosupplier emailoverduefixby emailoverdueresponse usesnhd
            allow_api_access is_xero_archived issupplierdetails test_jira create_jira_webhook
            jira_webhook_created synced_to_intacct ignore_from_accounting_sync test_servicenow
            is_supplier is_manufacturer jira_validated servicenow_validated
        """,
        empty="""
            name toplevel_name contact_name email_address support_email_address phone_number
            thirdpartynhdapiurl phone_number_2 phone_number_3 notes address webserviceurl
            emailtemplate_name accounts_id portal_url portal_ref contact_title fax email_start_tag
            email_end_tag nhdurl nhdemailaddress emaildomain thirdpartynhdauthurl
            thirdpartynhdtenant kashflow_tenant_name xero_tenant_id xero_tenant_name xero_id
            qbo_company_name jira_url jira_servicedesk_id jira_servicedesk_name jira_user_id
            jira_user_name intacct_location_id intacct_location_type intacct_save_location
            default_currency_code_name intacct_default_save_loc servicenow_url servicenow_locale
            servicenow_assignment_group servicenow_assignment_group_name servicenow_defaultuser_id
            servicenow_defaultuser_name myob_tenant_name purchase_tax_code_name
            servicenow_ticket_sync use logo qbo_company_id supplier_mailbox_address website mobile
        """,
        arrays="""
            customfields custombuttons users jira_requesttype_mappings jira_priority_mappings
            jira_status_mappings intacct_location_id_list access_control
            servicenow_priority_mappings servicenow_status_mappings servicenow_impact_mappings
            servicenow_urgency_mappings servicenow_category_mappings external_links
            servicenow_team_mappings servicenow_ticket_sync_list servicenow_fieldmappings
        """,
        dates="datecreated last_modified",
    ),
    "department": standing(
        zero="""
            accounts_override_mailbox concurrent_lic_limit organisation_id type user_count
            open_ticket_count onhold_ticket_count total_ticket_count opened_thismonth_count
        """,
        no="agent_department",
        empty="intent name organisation_name org_department_name long_name",
        nil="guid organisation_guid",
        arrays="teams agent_members managers customfields",
    ),
    "organisation": standing(
        zero="messagegroup_id deliverysite linked_client_id",
        no="allowall_tickettypes isorganisationdetails all_user_faqlists_allowed",
        empty="""
            intent name reply_address phone fax email website logo portal_logo
            portalbackgroundimageurl portalurl portalcolour portalfolderlocation bank_details_line_1
            bank_details_line_2 bank_details_line_3 bank_details_line_4 bank_details_line_5
            tax_number portal_title portal_chat_profile_override portal_chat_profile_override_name
        """,
        nil="guid",
        arrays="departments allowed_tickettypes faqlists customfields user_faqlists",
    ),
    "appointment": standing(
        zero="""
            agent_id ticket_id client_id site_id user_id holiday_type complete_status organizer type
            open_appointment_status appointment_location requestedapprovalagent approval_status
            other1 other2 shift_type_id shift_team_id crmnote_id halo_recurring_master_id
        """,
        decimal="entity",
        no="allday is_private reminder_shown is_task",
        empty="""
            colour subject client_name site_name user_name agent_name appointment_type_name
            online_meeting_url entryid changekey attendees recurring_master_id
            appointment_location_name approvalemailaddress appointment_location_free_text
            calendar_id shift_team_name recurring_desc
        """,
        nil="holiday_id",
        dates="""
            start_date end_date last_modified approvaldatetime exchangelastmodifieddate
        """,
    ),
}
