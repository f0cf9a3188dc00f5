"""What the service catalogue, articles and settings carry where nobody filled it.

They are fields of Halo's OpenAPI document of 2025-03, and of rows recorded in 2026.
"""

from sandbox.full_tickets import standing
from sandbox.model import Fields

STANDING: dict[str, Fields] = {
    "service": standing(
        zero="""
            sequence service_category_id business_owner_id business_owner_cab_id technical_owner_id
            technical_owner_cab_id compliance_owner_id compliance_owner_cab_id estimated_delivery
            estimated_delivery_days subscriber_count asset_count assettype_id current_status
            status_ticket_id service_tickettype_id service_template_id newservicereqtype
            incident_tickettype_id incident_template_id newincidenttype relatedworkdayid
            requestdetails_count requestdetails_id requestdetail_type screenafterlogging
            override_site_id workdays checkminutes criticality device_id access_control_level
            incidentdetail_type incidentdetails_id
        """,
        decimal="cost pricingrange search_score",
        no="""
            showinusercatalog showintechcatalog trackstatus subscribable
            using_default_public_message serviceshownewreqscreen requestdetail_shownewreqscreen
            failcreaterequest failalwaysnewrequest incidentdetail_shownewreqscreen
        """,
        empty="""
            intent name summary service_category_name business_owner_name business_owner_cab_name
            technical_owner_name technical_owner_cab_name compliance_owner_name
            compliance_owner_cab_name assettype_ids status_message_update_internal
            status_message_update_public requestdetail_url use icon relatedworkdayid_name
            relatedworkdayid_content status_message_update_internal_html
            status_message_update_public_html service_url incident_url link tag_string device_name
            incidentdetail_url
        """,
        nil="guid service_category_guid device_guid",
        arrays="future_statuses current_statuses access_control",
        dates="""
            status_date status_end_date status_ticket_start_date status_ticket_end_date
        """,
    ),
    "service_category": standing(
        zero="userlevel seq parent_id service_count access_control_level",
        no="important",
        empty="""
            intent name icon summary parent_name grandparent_name long_name phonenumber
            portalbackgroundimageurl portaldesc
        """,
        nil="guid parent_guid",
        arrays="user_access translations access_control",
    ),
    "kb_article": standing(
        zero="""
            view_count useful_count notuseful_count type editor_type key table ticket_template_id
        """,
        decimal="search_score",
        no="inactive",
        empty="""
            name description tag_string kb_tags confluence_url resolution_list link use
        """,
        arrays="customfields geo_restrictions",
        dates="date_created date_edited next_review_date limit_start_date limit_end_date",
    ),
    "release": standing(
        zero="""
            releasetype_id branch_id whoreleased_id product_id sequence major_version_number
            minor_version_number patch_version_number releasenote_count instance_count
            total_instance_count issues_logged open_issues
        """,
        decimal="adoption",
        no="""
            send_release1_email send_release2_email send_release3_email preview_release_email
        """,
        empty="""
            name name_expanded releasetype_name branch_name note public_note product_name
            product_icon release_email_subject release_email_html jira_name
        """,
        arrays="release_email_tickets licences",
        dates="""
            builddate releasedate release1_emaildate release2_emaildate release3_emaildate
        """,
    ),
    "outcome": standing(
        zero="""
            sequence systemid respondtype update_parent_attachment_type sendsms child_ticket_type_id
            colour_type newstatus chargerate securitylevel approval_process_id requesttype worddocid
            workflow_id workflow_step_id reportid newaction_supplier_contract_id
            newaction_supplier_sla_id newaction_supplier_priority_id
            newaction_thirdpartynhdapiareaid newaction_thirdpartynhdapisupplierid from_action_id
            to_ticket_id script_id logtimeunits callscreencallscript integration_method_id
            followersccbcc access_control_level replytype azure_action azure_connection_id
            apptcompletetimetype travelrate newaction_thirdpartynhdjirasupplierid tagreleasetype
            releaseid releaseid2 releaseid3 ai_operation minattachments sendsurvey
            newaction_thirdpartynhdservicenowsupplierid related_note_visibility
            override_from_mailbox_id create_issue_type config_type show_on_parent show_on_child
            newactiondisplay newactiondisplaysize sales_mailbox_override_id action_item_to_issue
            actiongroup automation_runbook_trigger buttonimage child_emailtemplate_id
            child_template_id createchildticketortemplate defaultmanhrs defaultnonbill
        """,
        decimal="newaction_projecttimebudget",
        no="""
            hidden dontshowscreen actionvisibility translate_before_sending slaholdischecked
            slareleaseischecked includecc includeto synctosap synctodynamics showhidecheckbox
            showslacheckbox showimportantcheckbox isimportant showfollowcheckbox follow
            primaryserviceusersfollow report_attach_pdf report_attach_xls report_attach_csv
            report_attach_json newticket_tickettype_hidden usetimer skip_pending_closure
            newsummaryfromsource newdetailsfromsource excludeFromDynamicLists
            setdetailsfromnewticket bccfollowers showevenifnochild action_resets_response
            showattachmentstouser includeallattachments show_to_user isbillingaction
            ishiddenfrominternalit showautorelease showsendtwitter showsendfacebook showsendwhatsapp
            showsendsurvey showsendinstagram showslacheckbox_mandatory ai_preview show_when_locked
            showsendgooglebusiness charge_rate_overrides_ticket linked_from_variable
            do_not_allow_with_open_appointments run_ai_insights addactionstolinked
            ai_improve_agent_note_default_on hidefromuser sendemail
        """,
        empty="""
            intent outcome labellong colour tfstype icon userdesc approval_process_name fieldvisible
            hotkey worddocpath child_ticket_type_name tooverride ccoverride bccoverride
            workflow_name workflow_step_name reportname newaction_subject newaction_subject_close
            newaction_thirdpartynhdapiurl newticket_summary newticket_details script_name
            callscreencallscript_name newaction_smsto automation_runbookname integration_method_name
            assetsearchtext customurl azure_connection_name releasename releasename2 releasename3
            lastusercontactmethod ai_model ai_prompt override_from_mailbox_name submitlabeloverride
            buttonname
        """,
        nil="guid automation_runbookid",
        arrays="""
            fields attachments access_control azure_input_mappings azure_output_mappings workflows
            tickettypes
        """,
    ),
    "lookup": standing(
        zero="lookupid overriding_rate_id access_control_level valueint1 sequence",
        no="inactive",
        empty="""
            intent name value2 value3 value4 value5 value6 value7 value8 value9 contract_ref
            kashflow_tenant email_template_name sla_name custom1 custom2 tax_rate_name
            xero_tenant_name surcharge_item_name dynamics_company_name linked_item
            column_profile_name jira_instance_name
        """,
        arrays="rates access_control sub_lookup translations",
    ),
    "workflow": standing(
        zero="access_control_level",
        no="notinuse active in_use",
        empty="intent name note flow_chart_json",
        nil="guid",
        arrays="access_control",
    ),
    "approval_process": standing(
        zero="access_control_level type",
        no="no_status_change hide_auto_approvals",
        empty="intent name",
        nil="guid",
        arrays="access_control",
    ),
    "cab": standing(
        zero="approvals_needed rejection_threshold slack_channel",
        no="all_must_approve",
        empty="intent name ldapstring teams_webhook_url slack_channel_name",
        nil="guid",
        arrays="roles",
    ),
}
