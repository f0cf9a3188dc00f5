"""What some tickets and actions carry and most do not: purchases, projects, releases, mileage.

Which row has which follows from its number, so that a row says the same whenever it is asked for.
"""

from collections.abc import Iterable

from sandbox.model import Fields

# (field, one row in so many, value)
Rare = tuple[str, int, object]

TICKET: tuple[Rare, ...] = (
    ("attachment_count", 4, 2),
    ("enduserstatus", 5, 1),
    ("impactlevel", 6, 2),
    ("useful_count", 12, 1),
    ("matched_kb_id", 13, 42),
    ("updateservicestatus", 14, True),
    ("travelhours", 15, 0.5),
    ("totalmileage", 15, 18.0),
    ("isimportantcontact", 16, True),
    ("reviewed", 17, True),
    ("related_service_category_names", 27, "Communication"),
    ("release_important", 18, True),
    ("releasenotegroup_id", 18, 1),
    ("product_id", 19, 7),
    ("starttimeslot", 20, 3),
    ("targettimeslot", 20, 4),
    ("targettime", 20, "16:30"),
    ("starttime", 20, "08:15:00"),
    ("cost", 21, 149.5),
    ("quantity", 21, 2),
    ("estimatedays", 22, 1.5),
    ("milestone_id", 23, 11),
    ("projecttimebudget", 23, 40.0),
    ("projecttimeactual", 23, 12.25),
    ("projectmoneybudget", 23, 4000.0),
    ("projectmoneyactual", 23, 1225.0),
    ("projectinternaltask", 46, True),
    ("notuseful_count", 24, 1),
    ("approval_status", 25, 1),
    ("appointment_type", 26, 1),
    ("oppvalueadjusted", 50, 900.0),
    ("pipeline_stage_id", 50, 2),
    ("invoiceseperatelyoverride", 60, True),
    ("inactive", 70, True),
)
ACTION: tuple[Rare, ...] = (
    ("attachment_count", 9, 1),
    ("important", 14, True),
    ("actisreadyforprocessing", 6, True),
    ("travelisreadyforprocessing", 18, True),
    ("actreviewed", 12, True),
    ("timesheet_approval_status", 12, 1),
    ("action_contract_id", 29, 4),
    ("actioncontractid", 29, 4),
    ("action_travel_contract_id", 58, 4),
    ("isbillingaction", 33, True),
    ("project_id", 35, 12),
    ("on_behalf_of", 37, 8),
    ("created_from_ticket_id", 38, 2),
    ("created_from_action_id", 38, 1),
    ("replied_to_ticket_id", 39, 3),
    ("replied_to_action_id", 39, 1),
    ("unread", 40, 1),
    ("personal_unread", 40, True),
)
# What comes with hours only.
TIMED_ACTION: tuple[Rare, ...] = (
    ("traveltime", 6, 0.5),
    ("mileage", 6, 18.0),
    ("actionmileageamount", 6, 8.1),
    ("travel_chargerate", 6, 2),
    ("actiontravelchargehours", 6, 0.5),
    ("actiontravelamount", 6, 30.0),
    ("nonbilltime", 7, 0.25),
    ("actionprepayhours", 10, 0.5),
    ("actionprepayamount", 10, 45.0),
)
HOURLY_RATE = 90.0


def of_ticket(number: int) -> Fields:
    """What the ticket with this number carries of all this."""
    found = _having(TICKET, number)
    return found | ({"additional_agents": [{"id": 3}]} if number % 10 == 0 else {})


def of_action(salt: int, said: Fields) -> Fields:
    """What an action carries of all this, and what its hours cost."""
    charged = float(said.get("actionchargehours") or 0.0)
    free = float(said.get("actionnonchargehours") or 0.0)
    rate = {"chargerate": 1, "charge_rate_id": 1} if charged else {}
    amounts = {
        "actionchargeamount": charged * HOURLY_RATE,
        "actionnonchargeamount": free * HOURLY_RATE,
    }
    timed = _having(TIMED_ACTION, salt) if said.get("timetaken") else {}
    return _having(ACTION, salt) | timed | rate | amounts


def _having(rare: Iterable[Rare], number: int) -> Fields:
    return {name: value for name, every, value in rare if number % every == 0}
