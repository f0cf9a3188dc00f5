"""Contracts, suppliers, departments and the organisation; some of it is nobody else's business."""

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.model import Fields

if TYPE_CHECKING:
    from sandbox.tenant import Tenant

SUPPLIERS = ("Software Reseller Ltd", "Telco Networks", "Northwind Hardware", "Print & Copy AG")
DEPARTMENTS = ("IT", "Human Resources", "Customers")


def contract(tenant: "Tenant", number: int) -> Fields:
    """A contract with a client: one of a year; the older ones have expired."""
    clients = tenant.first_clients
    client_id = clients[number % len(clients)] if clients else 1
    held = tenant.entities["client"].get(client_id)
    name = str(held.name) if held else "Unknown"
    midnight = tenant.built_at.replace(hour=0, minute=0, second=0, microsecond=0)
    start = midnight - timedelta(days=number * 61 % 600)
    expired = start + timedelta(days=365) < midnight
    return {
        "id": number,
        "ref": f"SUP-{number:04d}",
        "refextra": "Managed workplace",
        "client_id": client_id,
        "client_name": name,
        "site_id": 1,
        "site_name": "Head Office",
        "contracttype": 1,
        "contracttype_name": "Support",
        "contract_status": "Expired" if expired else "Active",
        "status": 2 if expired else 1,
        "started": True,
        "expired": expired,
        "active": not expired,
        "billingperiod": 3,
        "numberofunitsfree": 10.0,
        "periodchargeamount": 250.0 + number,
        "sla_id": 1 + number % 2,
        "start_date": start,
        "end_date": start + timedelta(days=365),
        "next_invoice_date": start + timedelta(days=395),
        "periodicinvoicenextdate": start + timedelta(days=395),
        "last_modified": start,
        "createdby_id": 2,
        "createdby_name": "Robin Lead",
        "note": "Renewal is discussed." if expired else "",
        "key": number,
        "table": 40,
        "use": "contract",
    }


def supplier(tenant: "Tenant", number: int) -> Fields:
    """A supplier; what it takes to sign in there is in `logins`."""
    name = SUPPLIERS[number - 1] if number <= len(SUPPLIERS) else f"Supplier {number}"
    host = f"supplier{number}.example.com"
    return {
        "id": number,
        "name": name,
        "toplevel_id": 1,
        "toplevel_name": "Suppliers",
        "contact_name": "Kim Sales",
        "email_address": f"sales@{host}",
        "support_email_address": f"support@{host}",
        "phone_number": f"+44 20 7946 1{number:03d}",
        "website": f"https://{host}",
        "portal_url": f"https://portal.{host}",
        "notes": "Order before noon." if number % 2 else "",
        "inactive": number % 4 == 0,
        "is_supplier": True,
        "contract_count": number % 3,
        "datecreated": tenant.built_at - timedelta(days=900 + number),
        "last_modified": tenant.built_at - timedelta(days=number),
        "use": "supplier",
    }


def logins(number: int) -> Fields:
    """The fields of a supplier that say how to sign in there; recorded list rows have none."""
    return {
        "portal_username": f"hunter2-portal-{number}",
        "jira_username": f"hunter2-jira-{number}",
        "jira_webhook_username": f"hunter2-webhook-{number}",
        "servicenow_username": f"hunter2-servicenow-{number}",
    }


def department(_tenant: "Tenant", number: int) -> Fields:
    """A department, or a group of customers: Halo's top levels are both."""
    name = DEPARTMENTS[number - 1] if number <= len(DEPARTMENTS) else f"Department {number}"
    return {
        "id": number,
        "guid": f"de9a0000-0000-4000-8000-{number:012x}",
        "name": name,
        "long_name": f"Our Company/{name}",
        "org_department_name": f"Our Company/{name}",
        "organisation_id": 1,
        "organisation_guid": f"06a00000-0000-4000-8000-{1:012x}",
        "organisation_name": "Our Company",
        "type": 0 if number < len(DEPARTMENTS) else 1,
        "user_count": 10 * number,
        "open_ticket_count": number,
        "total_ticket_count": 30 * number,
        "agent_department": number == 1,
    }


def organisation(_tenant: "Tenant", number: int) -> Fields:
    """The organisation that runs the desk, with the bank details for its invoices."""
    bank = {
        f"bank_details_line_{line}": f"hunter2-bank-{number}-line-{line}" for line in range(1, 6)
    }
    return {
        "id": number,
        "guid": f"06a00000-0000-4000-8000-{number:012x}",
        "name": "Our Company" if number == 1 else f"Company {number}",
        "reply_address": "servicedesk@desk.example.com",
        "email": "office@desk.example.com",
        "phone": "+44 20 7946 0000",
        "website": "https://www.desk.example.com",
        "portalurl": "https://portal.desk.example.com",
        "portal_title": "How can we help?",
        "tax_number": f"GB{number:09d}",
        "address": {"id": 1, "line1": "1 High Street", "postcode": "AB1 2CD"},
        "deliverysite": 1,
        "all_user_faqlists_allowed": True,
        **bank,
    }
