"""What there is of every kind of object at first, made when somebody first looks at the kind.

A tenant is built thousands of times in tests that ask for a few kinds only. Large kinds are never
held: each object is made anew from its number, but for those that were changed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from itertools import chain
from typing import TYPE_CHECKING, Any

from sandbox import appointments, assets, feedback, partners, services, settings_lists
from sandbox.model import Entity, Fields
from sandbox.workdays import holiday_fields, workday_fields

if TYPE_CHECKING:
    from sandbox.tenant import Tenant

Make = Callable[["Tenant", int], Fields]
Held = MutableMapping[Any, Entity]
# Kinds of more objects than this are made anew each time.
HELD = 2000

MAKERS: dict[str, Make] = {
    "asset": assets.asset,
    "asset_type": assets.asset_type,
    "asset_group": assets.asset_group,
    "software_licence": assets.software_licence,
    "service": services.service,
    "service_category": services.service_category,
    "kb_article": services.kb_article,
    "release": services.release,
    "contract": partners.contract,
    "supplier": partners.supplier,
    "department": partners.department,
    "organisation": partners.organisation,
    "outcome": settings_lists.outcome,
    "lookup": settings_lists.lookup,
    "workflow": settings_lists.workflow,
    "approval_process": settings_lists.approval_process,
    "cab": settings_lists.cab,
    "appointment": appointments.appointment,
    "feedback": feedback.old_answer,
    "workday": lambda tenant, n: workday_fields(tenant.workdays[1]) | {"id": n},
}
"""What an object with this number holds where nothing else is said."""

COUNTS: dict[str, Callable[["Tenant"], int]] = {
    "asset": assets.asset_count,
    "asset_type": lambda _: len(assets.TYPES),
    "asset_group": lambda _: len(assets.GROUPS),
    "software_licence": lambda _: len(assets.LICENCES),
    "service": lambda _: len(services.SERVICE_IDS),
    "service_category": lambda _: len(services.CATEGORIES),
    "kb_article": lambda _: 10,
    "release": lambda _: 3,
    "contract": lambda tenant: min(40, max(2, len(tenant.first_clients) // 2)),
    "supplier": lambda _: len(partners.SUPPLIERS),
    "department": lambda _: len(partners.DEPARTMENTS),
    "organisation": lambda _: 1,
    "workflow": lambda _: len(settings_lists.WORKFLOWS),
    "approval_process": lambda _: len(settings_lists.PROCESSES),
    "cab": lambda _: 1,
    "appointment": appointments.appointment_count,
    "feedback": lambda _: 0,
}
LISTED: dict[str, Callable[["Tenant"], Iterable[Fields]]] = {
    "outcome": lambda tenant: (
        settings_lists.outcome(tenant, number) for number in settings_lists.outcome_ids(tenant)
    ),
    "lookup": settings_lists.lookups,
    "workday": lambda tenant: map(workday_fields, tenant.workdays.values()),
    "holiday": lambda tenant: chain.from_iterable(map(holiday_fields, tenant.workdays.values())),
}
KEYS: dict[str, tuple[str, ...]] = {
    "field": ("kind", "id"),
    "lookup": ("lookupid", "id"),
    "holiday": ("workday_id", "id"),
}


def key_of(kind: str, fields: Fields) -> Any:
    """What an object is held by: its id, or all that identifies it."""
    names = KEYS.get(kind)
    return tuple(fields[name] for name in names) if names else fields["id"]


class Kinds(dict[str, Held]):
    """Every kind's objects by key; `counts` are numbers other than the usual ones.

    A kind that was never looked at is filled at that moment, as if it had been there before.
    """

    def __init__(self, tenant: "Tenant", counts: Mapping[str, int]) -> None:
        super().__init__()
        self._tenant = tenant
        self._counts = counts

    def __missing__(self, kind: str) -> Held:
        held = self[kind] = {}
        tenant = self._tenant
        if kind not in MAKERS and kind not in LISTED:
            return held
        wanted = self._counts.get(kind)
        if wanted is None and kind in LISTED:
            made = LISTED[kind](tenant)
        else:
            number = COUNTS[kind](tenant) if wanted is None else wanted
            if number > HELD:
                large = self[kind] = Numbered(kind, number, tenant)
                tenant.last_ids[kind] = number
                return large
            made = (MAKERS[kind](tenant, place) for place in range(1, number + 1))
        for fields in made:
            held[key_of(kind, fields)] = Entity(fields, kind=kind, changed_at=tenant.built_at)
            if isinstance(fields["id"], int):
                tenant.last_ids[kind] = max(tenant.last_ids[kind], fields["id"])
        return held


class Numbered(Held):
    """So many objects of a kind, each made from its number when it is asked for."""

    def __init__(self, kind: str, size: int, tenant: "Tenant") -> None:
        self._kind, self._size, self._tenant = kind, size, tenant
        self._gone: set[int] = set()
        # Those that were added or changed.
        self._kept: dict[Any, Entity] = {}

    def __getitem__(self, key: Any) -> Entity:
        if (kept := self._kept.get(key)) is not None:
            return kept
        if not (isinstance(key, int) and 1 <= key <= self._size) or key in self._gone:
            raise KeyError(key)
        fields = MAKERS[self._kind](self._tenant, key)
        return Entity(fields, kind=self._kind, changed_at=self._tenant.built_at)

    def __setitem__(self, key: Any, entity: Entity) -> None:
        self._kept[key] = entity

    def __delitem__(self, key: Any) -> None:
        if key not in self:
            raise KeyError(key)
        self._kept.pop(key, None)
        self._gone.add(key)

    def __contains__(self, key: object) -> bool:
        numbered = isinstance(key, int) and 1 <= key <= self._size and key not in self._gone
        return numbered or key in self._kept

    def __iter__(self) -> Iterator[Any]:
        yield from (key for key in range(1, self._size + 1) if key not in self._gone)
        yield from (key for key in self._kept if not 1 <= key <= self._size)

    def __len__(self) -> int:
        outside = sum(not 1 <= key <= self._size for key in self._kept)
        gone = sum(1 <= key <= self._size for key in self._gone)
        return self._size - gone + outside
