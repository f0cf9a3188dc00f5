"""How Halo writes an object as a row of an API answer, odd dates and odd numbers included."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache

from sandbox import feedback, full_tickets
from sandbox.full_lists import full
from sandbox.model import Action, Entity, Fields, Record, Row, Ticket
from sandbox.quirks import Quirks

# Halo writes a missing date in several ways; None stands for leaving the key out.
NULL_DATES = (
    None,
    "1900-01-01T00:00:00",
    None,
    "1899-12-30T00:00:00",
    None,
    "0001-01-01T00:00:00",
    None,
)
SATISFACTION = ("satisfactionlevel", "satisfactioncomment")
# Clocks that no column of the warehouse holds.
UNDECLARED_CLOCKS = frozenset({"targettimeleft", "targetpercused"})
DETAIL_ONLY = frozenset({*SATISFACTION, "datecreated", "closure_note"})
# Decimals that are really ids.
FLOAT_IDS = {"user": "site_id", "site": "client_id"}
ADDRESS_LINES = tuple(f"delivery_address_line{line}" for line in range(1, 6))

# What the tenant knows of an object and its list does not say.
NOT_SENT = {"asset": "custom", "appointment": "is_deleted"}

# Which kind of thing a row is, by its number in an enumeration of Halo's documents.
TICKET_TABLE, CLIENT_TABLE = 1, 3


def ticket_row(ticket: Ticket, quirks: Quirks, now: datetime) -> Row:
    """A row of the ticket list, without custom fields."""
    if ticket.row is None:
        said = ticket.fields
        ticket.row = written(full_tickets.TICKET | full_tickets.ticket(said) | said, ticket.id)
    row = {name: value for name, value in ticket.row.items() if name not in DETAIL_ONLY}
    if quirks.satisfaction_in_list:
        row |= {name: ticket.row[name] for name in SATISFACTION if name in ticket.row}
    if not quirks.first_response_sent:
        row.pop("first_responsedate", None)
    if quirks.ticketage_grows:
        row["ticketage"] = _age_in_days(ticket, now)
    if quirks.table_in_lists:
        row["table"] = TICKET_TABLE
    if quirks.clocks_in_list:
        row |= _clocks(ticket, now)
    return row


def ticket_detail(ticket: Ticket, quirks: Quirks, now: datetime) -> Row:
    """The answer of the detail call: the row and the fields that only the detail has."""
    row = ticket_row(ticket, quirks, now)
    hidden = {name: value for name, value in (ticket.row or {}).items() if name in DETAIL_ONLY}
    return row | hidden | {"deleted": ticket.deleted}


def action_row(action: Action, ticket_id: int, quirks: Quirks) -> Row:
    """A row of the action list; shared between answers, so nobody may change it."""
    if action.row is None:
        salt = ticket_id * 31 + int(action.id)
        said = action.fields
        action.row = written(full_tickets.ACTION | full_tickets.action(said, salt) | said, salt)
    if quirks.timetaken_missing:
        return {name: value for name, value in action.row.items() if name != "timetaken"}
    return action.row


def entity_row(entity: Entity, quirks: Quirks) -> Row:
    """A row of one of the other lists, with the site's address lines."""
    if entity.row is None:
        fields = entity.fields
        salt = fields["id"] if isinstance(fields["id"], int) else len(str(fields.get("name")))
        untold = NOT_SENT.get(entity.kind, "")
        kept = {name: value for name, value in fields.items() if name != untold}
        entity.row = written(full(entity.kind, kept), salt)
        decimal = FLOAT_IDS.get(entity.kind)
        if decimal in entity.row and isinstance(entity.row[decimal], int):
            entity.row[decimal] = float(entity.row[decimal])
    if entity.kind == "feedback":
        return entity.row | {"score": feedback.score(entity.score, quirks)}
    if quirks.table_in_lists and entity.kind == "client":
        return entity.row | {"table": CLIENT_TABLE, "itglue_id": f"itg-{entity.id}"}
    return entity.row


def asset_row(
    asset: Entity, quirks: Quirks, field_infos: Mapping[int, Entity], asked: Iterable[int]
) -> Row:
    """A row of the asset list, with the custom fields that were asked for and filled."""
    row, ids = entity_row(asset, quirks), list(asked)
    if not ids or not quirks.asset_custom_fields:
        return row
    return row | {"customfields": customfields(asset, field_infos, ids)}


def site_row_without_address(entity: Entity, quirks: Quirks) -> Row:
    """A site as the list sends it unless asked with includeaddress=true."""
    row = entity_row(entity, quirks)
    return {name: value for name, value in row.items() if name not in ADDRESS_LINES}


def with_text_ids(rows: Sequence[Row], names: frozenset[str]) -> Sequence[Row]:
    """The rows as a build sends them that writes the numbers of these fields as text."""
    if not names:
        return rows
    return [
        row | {name: str(row[name]) for name in names if isinstance(row.get(name), int)}
        for row in rows
    ]


def customfields(
    record: Record, field_infos: Mapping[int, Entity], ids: Iterable[int]
) -> list[Row]:
    """A record's custom fields with these ids; one that was never filled does not come."""
    return [
        _customfield(field_infos[number].fields, record.custom[number], record.id)
        for number in ids
        if number in field_infos and record.custom.get(number) is not None
    ]


def written(fields: Fields, salt: int) -> Row:
    """Values as JSON has them. `salt` makes the spelling vary by row and stay the same for it."""
    row: Row = {}
    for name, value in fields.items():
        if isinstance(value, datetime):
            row[name] = _written_date(value, salt + _weight(name))
        elif value is not None:
            row[name] = value
        elif "date" in name:
            null = NULL_DATES[(salt + _weight(name)) % len(NULL_DATES)]
            if null is not None:
                row[name] = null
    return row


def _written_date(moment: datetime, salt: int) -> str:
    """UTC without an offset, with 0 to 7 fractional digits, never losing a digit that counts."""
    micros = f"{moment.microsecond:06d}"
    digits = max(len(micros.rstrip("0")), salt % 8)
    text = moment.replace(microsecond=0, tzinfo=None).isoformat()
    return f"{text}.{(micros + '0')[:digits]}" if digits else text


@cache
def _weight(name: str) -> int:
    return sum(map(ord, name))


def _age_in_days(ticket: Ticket, now: datetime) -> float:
    until: datetime = ticket.fields.get("dateclosed") or now
    since: datetime = ticket.dateoccurred
    return round((until - since).total_seconds() / 86400, 2)


def _clocks(ticket: Ticket, now: datetime) -> Row:
    """How long it has been open and how much of its time is left, in hours; stops when closed."""
    until: datetime = ticket.fields.get("dateclosed") or now
    since: datetime = ticket.dateoccurred
    elapsed = round((until - since).total_seconds() / 3600, 4)
    row = {"slatimeelapsed": elapsed, "currentelapsedhours": elapsed}
    due: datetime | None = ticket.fields.get("fixbydate")
    if due is None:
        return row
    left = round((due - until).total_seconds() / 3600, 4)
    used = round(100 * elapsed / max(0.01, elapsed + left), 2)
    return row | {
        "slatimeleft": left,
        "slapercused": used,
        "targettimeleft": left,
        "targetpercused": used,
    }


def _customfield(field_info: Fields, value: object, salt: int) -> Row:
    choices = {choice["id"]: choice["name"] for choice in field_info.get("values") or []}
    display: object = value
    if isinstance(value, datetime):
        display = value.strftime("%d/%m/%Y")
        value = _written_date(value, salt)
    elif isinstance(value, list):
        value = [{"id": number, "name": choices.get(number, "")} for number in value]
        display = ", ".join(choice["name"] for choice in value)
    elif isinstance(value, bool):
        display = "Yes" if value else "No"
    elif choices:
        display = choices.get(value, "")
    return {
        "id": field_info["id"],
        "name": field_info.get("name"),
        "label": field_info.get("label"),
        "type": field_info.get("type"),
        "value": value,
        "display": str(display),
        "usage": 1,
        "searchable": True,
    }
