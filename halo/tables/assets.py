"""Assets, their types and groups, and licences of software."""

from halo.tables.custom_fields import CUSTOM_FIELD_LIST
from halo.tables.rights import ASSETS, LICENCES
from halo.tables.sources import Snapshot
from halo.tables.table import Table, names, yes

ASSET = Table(
    name="asset",
    source=Snapshot(
        "/Asset",
        "assets",
        yes("includeactive includeinactive includechildren includeuser includeservices noicon"),
        paged=True,
        filtered=True,
        custom_fields=CUSTOM_FIELD_LIST,
    ),
    rights=ASSETS,
    secret=names("icon"),
    volatile=names("related_service_count"),
    long="""id client_id site_id business_owner_id business_owner_cab_id technical_owner_id
        technical_owner_cab_id assettype_id asset_type_priority parent_id child_id relationship_id
        status_id criticality contract_id supplier_id supplier_contract_id supplier_sla_id
        supplier_priority_id sla_id priority_id item_id itemstock_id issue_consignment_line_id
        service_id device_number sequence first_user_id third_party_id automate_id device42_id
        datto_alternate_id related_service_count""",
    double="contract_value default_contract_value",
    boolean="inactive is_primary_asset is_template non_consignable bulkcreated",
    string="""inventory_number key_field key_field2 key_field3 client_name site_name username
        business_owner_name business_owner_site business_owner_client business_owner_cab_name
        technical_owner_name technical_owner_cab_name business_owner technical_owner assettype_name
        assettype_guid colour status_name criticality_description sla_name priority_name
        contract_ref latest_contract_ref supplier_name supplier_contract_ref item_name
        stockbin_name related_services related_service_name service_ids service_name service_guid
        parent_guid child_guid use changeguid matching_field device42_url itglue_url
        auvik_device_id addigy_id datto_id datto_url""",
    datetime="""warranty_start warranty_end stock_date
        contract_end_date supplier_purchasedate commissiondate lastchangeofvaluedate""",
    json="fields allowed_status",
    custom_fields="customfields",
)

ASSET_TYPE = Table(
    name="asset_type",
    source=Snapshot("/AssetType", "assettypes"),
    rights=ASSETS,
    secret=names("icon"),
    long="""id assetgroup_id keyfield_id keyfield2_id keyfield3_id manufacturer supplier1
        linkedcontracttype fiid asset_details_tab_display notes_visibility visibility_level
        newticket_priority licence_visibility itemno defaultsequence service_category_id""",
    double="""cost weeklycost monthlycost quarterlycost sixmonthlycost yearlycost twoyearlycost
        threeyearlycost fouryearlycost fiveyearlycost""",
    boolean="""useteamviewer show_to_users enableresourcebooking allowall_status allow_all_view
        is_service is_businessapp""",
    string="""guid name assetgroup_guid assetgroup_name keyfield_name keyfield2_name keyfield3_name
        item_code columnprofileoverride_name fiid_guid finame service_category_name tagprefix""",
    json="fields",
)

ASSET_GROUP = Table(
    name="asset_group",
    source=Snapshot("/AssetGroup", "assetgroups"),
    rights=ASSETS,
    long="""id defaultsite sequence qbo_item_type item_assettype_default
        item_billing_period_default""",
    boolean="""connector showasitem showasequip showwarningifonrequest moveassetonrequest
        items_in_group_no_consign isfixedasset item_recurring_default item_donttrackstock_default
        item_doesnotneedconsigning_default item_contract_default""",
    string="guid name memo tcsnote",
)

SOFTWARE_LICENCE = Table(
    name="software_licence",
    source=Snapshot("/SoftwareLicence", "licences", yes("includeinactive"), paged=True),
    rights=LICENCES,
    volatile=names("licences_in_use licences_in_use_user licences_available device_count"),
    long="""id type count client_id site_id supplier_id assigned_at_deletion azure_connection_id
        requested_quantity parent_id item_id licences_in_use licences_in_use_user
        licences_available""",
    double="purchase_price price monthly_price monthly_cost",
    boolean="deleted is_active autorenew",
    string="""name name_extra client_name site_name licence_client_name supplier_name snowid
        manufacturer vendor distributor notes billing_cycle term_duration status product_sku
        vendor_product_sku tenant_id tenant_name""",
    datetime="start_date end_date requested_quantity_date",
)

TABLES = (ASSET, ASSET_TYPE, ASSET_GROUP, SOFTWARE_LICENCE)
