"""The service catalogue, the knowledge base, and releases of what the desk runs."""

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox import codes
from sandbox.model import Fields

if TYPE_CHECKING:
    from sandbox.tenant import Tenant

CATEGORIES = ("Workplace", "Business Applications", "Infrastructure")
# The category of each of codes.SERVICES, and the categories of tickets that are about it.
ABOUT = {"Email": "Email", "Network": "VPN", "Software": "ERP", "Data": "File Shares"}
SERVICE_IDS = {name: number for number, name in enumerate(codes.SERVICES, start=1)}
ARTICLES = (
    ("How to set up the VPN", "vpn,remote"),
    ("Reset your SAP password", "sap,password"),
    ("Printing from your phone", "printing"),
    ("What to do about a phishing mail", "security"),
    ("Order a new laptop", "hardware"),
    ("Shared mailboxes in Outlook", "email"),
)


def service_of(fields: Fields) -> int:
    """The service that a ticket with these fields is about; 0 for none."""
    return SERVICE_IDS.get(ABOUT.get(fields.get("category_1") or "", ""), 0)


def service(tenant: "Tenant", number: int) -> Fields:
    """A service of the catalogue, with an owner and what it costs."""
    name = codes.SERVICES[number - 1] if number <= len(codes.SERVICES) else f"Service {number}"
    category = 1 + number % len(CATEGORIES)
    degraded = number == 2
    since = tenant.built_at - timedelta(days=number)
    return {
        "id": number,
        "guid": f"5e241ce0-0000-4000-8000-{number:012x}",
        "name": name,
        "summary": f"{name} for everybody who works here.",
        "sequence": number * 10,
        "service_category_id": category,
        "service_category_guid": f"5e24ca7e-0000-4000-8000-{category:012x}",
        "service_category_name": CATEGORIES[category - 1],
        "business_owner_id": 2,
        "business_owner_name": "Robin Lead",
        "technical_owner_id": 3,
        "technical_owner_cab_id": 1,
        "technical_owner_name": "Sam Infra",
        "criticality": 1 + number % 3,
        "device_id": number if number <= 2 else 0,
        "asset_count": 1 if number <= 2 else 0,
        "subscriber_count": 3 * number,
        "estimated_delivery_days": 2,
        "service_tickettype_id": 2,
        "incident_tickettype_id": 1,
        "requestdetails_count": 1,
        "requestdetails_id": number,
        "cost": 4.5 * number,
        "pricingrange": 1.0,
        "trackstatus": True,
        "subscribable": True,
        "showinusercatalog": number % 5 != 0,
        "showintechcatalog": True,
        "current_status": 2 if degraded else 1,
        "status_message_update_public": "Slow since 9:00" if degraded else "",
        "status_date": since,
        "tag_string": "core" if number < 4 else "",
        "icon": f"https://desk.example.com/images/service{number}.png",
        "use": "service",
    }


def service_category(_tenant: "Tenant", number: int) -> Fields:
    """A category of services."""
    name = CATEGORIES[number - 1] if number <= len(CATEGORIES) else f"Service Category {number}"
    return {
        "id": number,
        "guid": f"5e24ca7e-0000-4000-8000-{number:012x}",
        "name": name,
        "long_name": name,
        "summary": f"{name} and what belongs to it",
        "seq": number * 10,
        "userlevel": 1,
        "service_count": 2,
        "icon": "fas fa-laptop",
    }


def kb_article(tenant: "Tenant", number: int) -> Fields:
    """An article of the knowledge base, with a picture from the desk's own address in its text."""
    name, tags = ARTICLES[(number - 1) % len(ARTICLES)]
    written = tenant.built_at - timedelta(days=400 - number % 300)
    image = f"https://desk.example.com/api/attachment/image?token=hunter2-article-{number}"
    return {
        "id": number,
        "name": name if number <= len(ARTICLES) else f"{name} ({number})",
        "description": f"<p>{name}, step by step.</p><img src='{image}'>",
        "tag_string": tags,
        "kb_tags": tags,
        "view_count": number * 31 % 500,
        "useful_count": number * 7 % 40,
        "notuseful_count": number % 4,
        "type": 0,
        "key": number,
        "table": 27,
        "inactive": number % 9 == 8,
        "date_created": written,
        "date_edited": written + timedelta(days=30),
        "next_review_date": written + timedelta(days=365),
        "resolution_list": "Solved by self-service" if number % 2 else "",
        "use": "kb",
    }


def release(tenant: "Tenant", number: int) -> Fields:
    """A release of one of the desk's own products."""
    built = tenant.built_at - timedelta(days=90 * (4 - number))
    return {
        "id": number,
        "name": f"ERP 4.{number}",
        "name_expanded": f"ERP 4.{number} (Stable)",
        "releasetype_id": 1,
        "releasetype_name": "Minor",
        "branch_id": 1,
        "branch_name": "Stable",
        "product_id": 1,
        "product_name": "ERP",
        "major_version_number": 4,
        "minor_version_number": number,
        "sequence": number,
        "whoreleased_id": 3,
        "note": "Quarterly release",
        "public_note": "New invoices, faster search",
        "releasenote_count": 4 * number,
        "instance_count": 12,
        "total_instance_count": 14,
        "issues_logged": number,
        "adoption": 85.5,
        "builddate": built,
        "releasedate": built + timedelta(days=7),
        "release1_emaildate": built + timedelta(days=8),
    }
