"""The people and places of a tenant: clients with their sites, users, and the desk's agents."""

from collections.abc import Iterator
from random import Random

from sandbox import codes
from sandbox.content import COMPANIES, FIRST_NAMES, LAST_NAMES, PLACES, STREETS
from sandbox.model import Fields


def clients_with_sites(random: Random, count: int) -> Iterator[tuple[str, Fields]]:
    """As many clients, the first of them Halo's "unknown", each with one to four sites."""
    site_id = 0
    for client_id in range(1, count + 1):
        name = "Unknown" if client_id == 1 else _company(client_id)
        yield "client", client(client_id, name) | {"inactive": client_id % 12 == 11}
        for place in range(1 if client_id == 1 else random.randint(1, 4)):
            site_id += 1
            inactive = site_id % 15 == 14
            place_name = PLACES[place % len(PLACES)]
            yield "site", site(site_id, place_name, client_id, name) | {"inactive": inactive}


def client(identity: int, name: str) -> Fields:
    """A client, active."""
    return {
        "id": identity,
        "name": name,
        "toplevel_id": 1,
        "toplevel_name": "Customers",
        "inactive": False,
        "colour": f"#{identity * 771_931 % 0xFFFFFF:06x}",
        "confirmemail": 1,
        "actionemail": 1,
        "clearemail": 1,
        "messagegroup_id": 0,
        "item_tax_code": 0,
        "pritech": 0,
        "sectech": 0,
        "accountmanagertech": 0,
        "use": "client",
        "ref": f"C{identity:04d}",
        "is_vip": identity % 7 == 0,
        "calldate": None,
    }


def site(identity: int, name: str, client_id: int, client_name: str) -> Fields:
    """A site of a client, with its address."""
    return {
        "id": identity,
        "name": name,
        "client_id": client_id,
        "client_name": client_name,
        "clientsite_name": f"{client_name}/{name}",
        "inactive": False,
        "sla_id": 1 if identity % 3 else 2,
        "phonenumber": f"+44 20 7946 {identity % 10_000:04d}",
        "timezone": "Europe/London" if identity % 4 else None,
        "isstocklocation": identity % 20 == 19,
        "use": "site",
        "delivery_address_line1": f"{identity % 200 + 1} {STREETS[identity % len(STREETS)]}",
        "delivery_address_line3": PLACES[identity % len(PLACES)],
        "delivery_address_line4": f"AB{identity % 90 + 1} {identity % 9 + 1}CD",
    }


def user(random: Random, identity: int, site_fields: Fields) -> Fields:
    """A user at a site; every ninth is inactive, every 25th a service account."""
    first, last = random.choice(FIRST_NAMES), random.choice(LAST_NAMES)
    login = f"{first}.{last}{identity}".lower().replace("'", "")
    domain = f"client{site_fields.get('client_id') or 1}.example.com"
    return {
        "id": identity,
        "name": f"{first} {last}",
        "firstname": first,
        "surname": last,
        "initials": first[0] + last[0],
        "site_id": site_fields.get("id", 0),
        "site_id_int": site_fields.get("id", 0),
        "site_name": site_fields.get("name"),
        "client_id": site_fields.get("client_id", 1),
        "client_name": site_fields.get("client_name"),
        "emailaddress": f"{login}@{domain}",
        "phonenumber": f"+44 161 496 {identity % 10_000:04d}" if identity % 3 else None,
        "mobilenumber": f"+44 7700 900{identity % 1000:03d}" if identity % 4 else None,
        "login": login,
        "inactive": identity % 9 == 8,
        "isserviceaccount": identity % 25 == 24,
        "isimportantcontact": identity % 30 == 0,
        "neversendemails": False,
        "linked_agent_id": 0,
        "contract_end_date": None,
        "use": "user",
    }


def agents(random: Random, count: int) -> Iterator[Fields]:
    """As many agents, the first of them Halo's "Unassigned"; some disabled, some for the API."""
    for identity in range(1, count + 1):
        yield agent(random, identity)


def agent(random: Random, identity: int) -> Fields:
    """An agent; the first is Halo's "Unassigned", every twelfth is for the API."""
    first, last = random.choice(FIRST_NAMES), random.choice(LAST_NAMES)
    is_api = identity % 12 == 0
    name = "Unassigned" if identity == 1 else f"{first} {last}"
    name = f"API {first}" if is_api else name
    return {
        "id": identity,
        "name": name,
        "firstname": first if identity > 1 else None,
        "surname": last if identity > 1 else None,
        "initials": "".join(word[0] for word in name.split()),
        "email": f"{first}.{last}@desk.example.com".lower() if identity > 1 else None,
        "team": codes.TEAMS[identity % len(codes.TEAMS)],
        "isdisabled": identity % 8 == 7,
        "is_agent": True,
        "isapiagent": is_api,
        "is_online": False,
        "onlinestatus_actual": 0,
        "lastlogindate": None,
        "jobtitle": "Service Desk Analyst" if identity > 1 else None,
        "colour": f"#{identity * 331_777 % 0xFFFFFF:06x}",
        "licence_type": 0,
        "linemanager": 0,
        "use": "agent",
        "chargerate": 0,
        "workday_id": 1,
    }


def _company(client_id: int) -> str:
    rounds, place = divmod(client_id - 2, len(COMPANIES))
    return COMPANIES[place] if rounds == 0 else f"{COMPANIES[place]} ({rounds + 1})"
