"""Assets, their types and groups, and software licences: who uses what, and what hangs on what."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sandbox.model import Entity, Fields

if TYPE_CHECKING:
    from sandbox.tenant import Tenant

GROUPS = ("Computers", "Printing", "Servers", "Mobile")
# (name, group, its first letters in an inventory number, models)
TYPES = (
    ("Laptop", 1, "LT", ("Latitude 7440", "ThinkPad T14", "EliteBook 840")),
    ("Monitor", 1, "MN", ("P2723DE", "ThinkVision T27")),
    ("Printer", 2, "PR", ("LaserJet M428", "ECOSYS M5526")),
    ("Server", 3, "SV", ("PowerEdge R750", "ProLiant DL380")),
    ("Mobile Phone", 4, "MB", ("iPhone 15", "Galaxy A55")),
)
LAPTOP, MONITOR, PRINTER, SERVER, MOBILE = range(1, len(TYPES) + 1)
LICENCES = ("Microsoft 365 E3", "Adobe Acrobat Pro", "SAP GUI", "Visio Plan 2", "AutoCAD LT")
# The first assets belong to everybody; from then on each has a user.
SHARED = (SERVER, SERVER, PRINTER)
CRITICALITIES = ("", "Low", "Medium", "High")
# Custom fields that assets share with tickets: a memo and a check box.
NOTES, ON_CALL = 155, 156


def asset(tenant: "Tenant", number: int) -> Fields:
    """An asset: first the desk's servers and a printer, then a laptop for each user, and more."""
    type_id, owner = _type_of(number), owner_of(tenant, number)
    name, _group, letters, models = TYPES[type_id - 1]
    bought = _bought(tenant, number)
    site = owner.fields if owner else {"client_id": 1, "site_id": 1}
    return {
        "id": number,
        "inventory_number": f"{letters}-{number:05d}",
        "key_field": models[number % len(models)],
        "key_field2": f"SN{number * 7919 % 10**8:08d}",
        "key_field3": "Windows 11" if type_id == LAPTOP else "",
        "key": number,
        "assettype_id": type_id,
        "assettype_name": name,
        "asset_type_priority": 3 if type_id == SERVER else 0,
        "client_id": site.get("client_id", 1),
        "client_name": site.get("client_name") or "Unknown",
        "site_id": site.get("site_id", 1),
        "site_name": site.get("site_name") or "Head Office",
        "username": owner.name if owner else "",
        "first_user_id": owner.id if owner else 0,
        "business_owner_id": 2 if type_id == SERVER else 0,
        "business_owner_name": "Robin Lead" if type_id == SERVER else "",
        "technical_owner_id": 3 if type_id == SERVER else 0,
        "technical_owner_name": "Sam Infra" if type_id == SERVER else "",
        "inactive": number % 17 == 0,
        "status_id": 2 if number % 17 == 0 else 1,
        "status_name": "Retired" if number % 17 == 0 else "In Use",
        "criticality": 3 if type_id == SERVER else 1 + number % 2,
        "criticality_description": CRITICALITIES[3 if type_id == SERVER else 1 + number % 2],
        # A monitor stands on the desk of the laptop before it.
        "parent_id": number - 1 if type_id == MONITOR else 0,
        "related_service_count": 1 if type_id == SERVER else 0,
        "service_id": number if type_id == SERVER else 0,
        "supplier_id": 1 + number % 3,
        "contract_id": 1 if number % 6 == 0 else 0,
        "contract_ref": "SUP-0001" if number % 6 == 0 else "",
        "warranty_start": bought,
        "warranty_end": bought + timedelta(days=3 * 365),
        "labour_warranty_start": bought,
        "labour_warranty_end": bought + timedelta(days=365),
        "commissiondate": bought + timedelta(days=3),
        "stock_date": bought,
        "lastchangeofvaluedate": bought,
        "supplier_purchasedate": bought,
        "contract_end_date": bought + timedelta(days=365) if number % 6 == 0 else None,
        "colour": ("#5cb85c", "#d9534f")[number % 17 == 0],
        "use": "asset",
        "changeguid": f"a55e7000-0000-4000-8000-{number:012x}",
        "custom": {NOTES: f"Shelf {number % 9}" if number % 3 else None, ON_CALL: number % 2 == 0},
    }


def asset_count(tenant: "Tenant") -> int:
    """The shared ones, and about one and a half for each of the users that there were at first."""
    users = len(tenant.first_users)
    return len(SHARED) + users + users // 2 if users else 0


def owner_of(tenant: "Tenant", number: int) -> Entity | None:
    """The user of an asset; None where it is everybody's, or its user has gone."""
    users = tenant.first_users
    if number <= len(SHARED) or not users:
        return None
    place = number - len(SHARED) - 1
    # Their laptops come first, then monitors and phones; on another round, everything anew.
    return tenant.entities["user"].get(users[place % len(users)])


def of_user(tenant: "Tenant", user_id: int) -> int | None:
    """The first asset of a user; None where it has none."""
    if user_id not in tenant.first_users:
        return None
    number = len(SHARED) + 1 + tenant.first_users.index(user_id)
    return number if number in tenant.entities["asset"] else None


def asset_type(_tenant: "Tenant", number: int) -> Fields:
    """A type of assets with the fields that its assets have."""
    name, group, letters, _ = TYPES[number - 1] if number <= len(TYPES) else _more(number)
    return {
        "id": number,
        "guid": f"a55e7e00-0000-4000-8000-{number:012x}",
        "name": name,
        "assetgroup_id": group,
        "assetgroup_name": GROUPS[group - 1],
        "keyfield_id": 1,
        "keyfield_name": "Model",
        "keyfield2_id": 2,
        "keyfield2_name": "Serial Number",
        "keyfield3_name": "Operating System" if number == LAPTOP else "",
        "tagprefix": letters,
        "weeklycost": 12.5 if number == SERVER else 0.0,
        "show_to_users": number != SERVER,
        "fields": [{"id": 1, "name": "Model", "sequence": 1}],
        "use": "assettype",
    }


def _more(number: int) -> tuple[str, int, str, tuple[str, ...]]:
    return f"Asset Type {number}", 1, f"T{number}", ()


def asset_group(_tenant: "Tenant", number: int) -> Fields:
    """A group of asset types."""
    return {
        "id": number,
        "guid": f"a55e7600-0000-4000-8000-{number:012x}",
        "name": GROUPS[number - 1] if number <= len(GROUPS) else f"Asset Group {number}",
        "sequence": number * 10,
        "showasequip": True,
        "connector": number == 1,
    }


def software_licence(tenant: "Tenant", number: int) -> Fields:
    """A software licence, bought for a client or the desk itself; some have run out."""
    seats = 10 * number
    start = _bought(tenant, number)
    product = LICENCES[(number - 1) % len(LICENCES)]
    return {
        "id": number,
        "name": product,
        "key": number,
        "type": number % 3,
        "count": seats,
        "licences_in_use": seats * 4 // 5,
        "licences_in_use_user": seats * 4 // 5,
        "licences_available": seats - seats * 4 // 5,
        "client_id": 1,
        "client_name": "Unknown",
        "licence_client_name": "Unknown",
        "site_name": "Head Office",
        "manufacturer": product.split()[0],
        "vendor": product.split()[0],
        "supplier_id": 1 + number % 3,
        "supplier_name": "Software Reseller Ltd",
        "product_sku": f"SKU-{number:04d}",
        "purchase_price": 30.0 * number,
        "price": 36.0 * number,
        "monthly_cost": 3.0 * number,
        "monthly_price": 3.5 * number,
        "billing_cycle": "Monthly",
        "term_duration": "P1Y",
        "status": "active",
        "start_date": start,
        "end_date": start + timedelta(days=730),
        "requested_quantity_date": start,
        "is_active": number % 5 != 0,
        "deleted": False,
        "autorenew": number % 2 == 0,
    }


def _type_of(number: int) -> int:
    if number <= len(SHARED):
        return SHARED[number - 1]
    return (LAPTOP, LAPTOP, MONITOR, LAPTOP, MOBILE)[number % 5]


def _bought(tenant: "Tenant", number: int) -> datetime:
    midnight = tenant.built_at.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=number * 37 % 1200)
