"""What assets, their types and groups, and licences carry where nobody filled it.

They are fields of Halo's OpenAPI document of 2025-03, and of rows recorded in 2026.
"""

from sandbox.full_tickets import standing
from sandbox.model import Fields

STANDING: dict[str, Fields] = {
    "asset": standing(
        zero="""
            client_id site_id business_owner_id business_owner_cab_id technical_owner_id
            technical_owner_cab_id intune_default_site assettype_id parent_id child_id contract_id
            supplier_id supplier_contract_id supplier_sla_id supplier_priority_id relationship_id
            itemstock_id item_id reserved_salesorder_id reserved_salesorder_line_id device42_id
            criticality service_id device_number status_id third_party_id sequence automate_id
            ninjarmm_id syncroid defaultsequence bulkbillingperiod datto_alternate_id snow_id
            passportal_id liongard_environmnet_id serialization_user issue_consignment_line_id
            ncentral_details_id sla_id priority_id related_service_count asset_type_priority
            first_user_id
        """,
        decimal="contract_value default_contract_value",
        no="""
            inactive is_primary_asset sibling_id non_consignable bulkcreated allowallstatus
            iskaseyaagent is_template changebackupexists
        """,
        empty="""
            intent inventory_number key_field key_field2 key_field3 client_name site_name
            business_owner_name business_owner_site business_owner_client business_owner_cab_name
            username technical_owner_name technical_owner_cab_name assettype_name colour icon
            lansweeper_parent_id contract_ref supplier_name supplier_contract_ref matching_field
            device42_url related_services technical_owner business_owner primary_asset_chart_json
            use status_name sla_name priority_name latest_contract_ref ncentral_url
            ncentral_remote_url atera_id automate_url connectwise_control_url ninja_url
            ninja_remote_url syncro_url itglue_url service_ids asset_field syncro_id domotz_id
            auvik_device_id auvik_url datto_id addigy_id liongard_url liongard_id kaseya_id
            kaseyavsa_url teamviewerid zabbix_id zabbix_url stockbin_name item_name datto_url
            nable_id connectwisecontrolid workspace_id workspace_url intune_id logicmonitor_id
            barracudarmm_id icinga_id related_service_name connectwisermm_id xensam_id snipeit_id
            prometheus_id dynatrace_id vmworkspace_id tanium_id tenable_id kandji_id
            criticality_description auvik_id aws_id manageengine_id manageengine_customer_id
            virima_id service_name lansweeperid key
        """,
        nil="changeguid assettype_guid parent_guid child_guid service_guid",
        arrays="fields customfields custombuttons allowed_status",
        dates="""
            warranty_end stock_date warranty_start labour_warranty_start labour_warranty_end
            contract_end_date supplier_purchasedate lastchangeofvaluedate commissiondate
        """,
    ),
    "asset_type": standing(
        zero="""
            assetgroup_id keyfield_id keyfield2_id keyfield3_id manufacturer supplier1 itemno
            defaultsequence column_profile_id resourcebooking_workdays_id
            resourcebooking_asset_restriction_type timeslot_bookingtype linkedcontracttype fiid
            asset_details_tab_display resourcebookingtype businessowner_visibility
            technicalowner_visibility sla_visibility priority_visibility status_visibility
            services_visibility dependencies_visibility notes_visibility visibility_level
            resourcebooking_site_selection_type newticket_priority access_control_level
            licence_visibility criticality_visibility service_category_id active_tab default_item
            default_ticket_type primary_instance_type user_visibility
        """,
        decimal="""
            cost weeklycost monthlycost quarterlycost sixmonthlycost yearlycost twoyearlycost
            threeyearlycost fouryearlycost fiveyearlycost resourcebooking_min_hours_advance
            resourcebooking_max_days_advance
        """,
        no="""
            useteamviewer show_to_users enableresourcebooking resourcebooking_allow_asset_selection
            allowall_status allow_all_view is_service is_businessapp allowall_custombuttons
            default_showinusercatalog
        """,
        empty="""
            intent name assetgroup_name keyfield_name keyfield2_name keyfield3_name memo
            accountscode1 accountscode2 kaseyaid icon item_code tagprefix columnprofileoverride_name
            resourcebooking_workdays_name finame service_category_name default_device_template use
        """,
        nil="guid assetgroup_guid column_profile_guid fiid_guid",
        arrays="""
            fields field_list bookingtypes timeslots xtype_roles tab_config allowed_status
            booking_sites access_control services field_restrictions
        """,
    ),
    "asset_group": standing(
        zero="""
            defaultsite sequence tax_id tax_id_purchase import_details_id qbo_item_type
            access_control_level item_assettype_default item_billing_period_default
            autogroupnewquotelines default_quantity_decimal_places item_meter_type_default
        """,
        no="""
            connector showasitem showasequip showwarningifonrequest moveassetonrequest
            items_in_group_no_consign isfixedasset multipleaccountstenants item_recurring_default
            item_donttrackstock_default item_doesnotneedconsigning_default item_contract_default
            item_dont_invoice_default item_dont_receive_on_po_default item_taxable_default
        """,
        empty="""
            intent name memo islan kaseyaid thirdpartyid nominalcode nominalcode_name
            nominalcodepurchase nominalcode_name_purchase tcsnote tax_name tax_name_purchase
            itemcode_id itemcode_name invoice_class avalara_item_code item_assettype_name_default
            xero_category_1_lookup xero_category_2_lookup xero_category_1_lookup_name
            xero_category_2_lookup_name
        """,
        nil="guid",
        arrays="assettypes accounts_mappings access_control",
    ),
    "software_licence": standing(
        zero="""
            type count client_id site_id licences_in_use licences_in_use_user licences_available
            supplier_id assigned_at_deletion azure_connection_id requested_quantity
            ingram_micro_details_id snow_client_id parent_id device_child_id device_count
            external_link_id item_id
        """,
        decimal="purchase_price price monthly_price monthly_cost",
        no="deleted autorenew is_active",
        empty="""
            name client_name site_name snowid manufacturer notes supplier_name licence_client_name
            vendor tenant_id tenant_name name_extra billing_cycle term_duration status
            third_party_product distributor thirdparty_client_id product_sku vendor_product_sku key
        """,
        arrays="licence_roles configuration_items licence_match",
        dates="start_date end_date requested_quantity_date",
    ),
}
