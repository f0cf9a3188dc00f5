"""The service catalogue, contracts and suppliers behind it, and what users think and read of it."""

from halo.tables.details import DETAILS
from halo.tables.rights import CONTRACTS, KNOWLEDGE, SERVICES, SUPPLIERS, SURVEYS
from halo.tables.sources import Snapshot, Surveys
from halo.tables.table import Table, names, yes

SERVICE = Table(
    name="service",
    source=Snapshot(
        "/Service", "services", yes("includechildservices includestatusinfo"), paged=True
    ),
    rights=SERVICES,
    volatile=names("subscriber_count asset_count requestdetails_count search_score"),
    long="""id sequence service_category_id business_owner_id business_owner_cab_id
        technical_owner_id technical_owner_cab_id compliance_owner_id compliance_owner_cab_id
        estimated_delivery estimated_delivery_days subscriber_count asset_count assettype_id
        current_status status_ticket_id service_tickettype_id service_template_id newservicereqtype
        incident_tickettype_id incident_template_id newincidenttype relatedworkdayid
        requestdetails_count requestdetails_id requestdetail_type incidentdetails_id
        screenafterlogging override_site_id workdays checkminutes criticality device_id""",
    double="cost pricingrange",
    boolean="""showinusercatalog showintechcatalog trackstatus subscribable
        using_default_public_message serviceshownewreqscreen requestdetail_shownewreqscreen
        failcreaterequest failalwaysnewrequest""",
    string="""guid name summary service_category_name service_category_guid business_owner_name
        business_owner_cab_name technical_owner_name technical_owner_cab_name compliance_owner_name
        compliance_owner_cab_name assettype_ids status_message_update_internal
        status_message_update_public requestdetail_url use icon relatedworkdayid_name service_url
        incident_url tag_string device_name""",
    datetime="status_date status_end_date status_ticket_start_date status_ticket_end_date",
    json="current_statuses future_statuses",
)

SERVICE_CATEGORY = Table(
    name="service_category",
    plural="service categories",
    source=Snapshot("/ServiceCategory", "servicecategories", yes("include_parent_name")),
    rights=SERVICES,
    volatile=names("service_count"),
    long="id userlevel seq parent_id service_count",
    boolean="important",
    string="guid name icon summary parent_guid parent_name grandparent_name long_name phonenumber",
)

CONTRACT = Table(
    name="contract",
    source=Snapshot("/ClientContract", "contracts", yes("includeinactive"), paged=True),
    rights=CONTRACTS,
    volatile=names("started expired"),
    long="""id client_id site_id user_id sla_id billingperiod billingdescription billingcategory
        subtype status accounts_override_mailbox key table contracttype createdby_id""",
    double="numberofunitsfree periodchargeamount asset_value",
    boolean="started expired active",
    string="""client_name site_name user_name ref refextra refextra2 note contract_status
        contracttype_name cost_calculation createdby_name use""",
    datetime="""start_date end_date periodicinvoicenextdate next_invoice_date next_call_date
        last_modified asset_end_date""",
    custom_fields="customfields",
)

SUPPLIER = Table(
    name="supplier",
    source=Snapshot("/Supplier", "suppliers", yes("includeactive includeinactive"), paged=True),
    rights=SUPPLIERS,
    volatile=names("contract_count"),
    secret=names(
        "portal_username jira_username servicenow_username thirdpartynhdauthurl webserviceurl"
    ),
    long="""id toplevel_id emailtemplate_id default_contract_id default_contract_sla_id
        contract_count supplier_mailbox_override messagegroup_id""",
    boolean="inactive is_supplier is_manufacturer",
    string="""name toplevel_name contact_name contact_title email_address support_email_address
        phone_number phone_number_2 phone_number_3 mobile fax website address notes logo use
        thirdpartynhdapiurl accounts_id""",
    datetime="datecreated",
    custom_fields="customfields",
)

FEEDBACK = Table(
    name="feedback",
    plural="survey answers",
    source=Surveys(
        "/Feedback",
        "feedback",
        rates=DETAILS,
        spelt={
            "id": "ticket_id",
            "satisfactionlevel": "score",
            "satisfactioncomment": "comment",
        },
    ),
    rights=SURVEYS,
    long="id ticket_id feedback_faultid score score_band",
    string="comment",
    datetime="date",
)

KB_ARTICLE = Table(
    name="kb_article",
    plural="knowledge base articles",
    source=Snapshot("/KBArticle", "articles", yes("includeactive includeinactive"), paged=True),
    rights=KNOWLEDGE,
    volatile=names("view_count useful_count notuseful_count search_score"),
    long="id type key table view_count useful_count notuseful_count editor_type ticket_template_id",
    boolean="inactive",
    string="name description tag_string kb_tags resolution_list use",
    datetime="date_created date_edited next_review_date limit_start_date limit_end_date",
    custom_fields="customfields",
)

TABLES = (SERVICE, SERVICE_CATEGORY, CONTRACT, SUPPLIER, FEEDBACK, KB_ARTICLE)
