"""How people, places, codes and all other objects but tickets come, change and go."""

from threading import RLock
from typing import TYPE_CHECKING, Any, cast

from sandbox import defaults, ticket_details
from sandbox.kinds import Kinds, key_of
from sandbox.model import Entity, Fields, Key

if TYPE_CHECKING:
    from sandbox.tenant import Tenant


class Objects:
    """The part of a tenant that holds its objects by kind and key."""

    lock: RLock
    entities: Kinds
    last_ids: dict[str, int]

    def add(self, kind: str, /, **fields: Any) -> Entity:
        """A new user, client, site, agent, team, status and so on; what is not given is made up."""
        with self.lock:
            self.entities[kind]  # Those that were there before are made first.
            identity = fields.get("id", self.last_ids[kind] + 1)
            number = identity if isinstance(identity, int) else self.last_ids[kind] + 1
            return self.insert(kind, defaults.entity(self._self, kind, number) | fields)

    def change(self, kind: str, key: Key, /, **fields: Any) -> Entity:
        """Change a user, client and so on; `key` is its id, for a field (kind, id)."""
        with self.lock:
            entity = self.entities[kind][key]
            entity.change(fields)
            entity.changed_at = self._self.now()
            self.entities[kind][key] = entity
            self._self.version += 1
            return entity

    def remove(self, kind: str, key: Key, /) -> None:
        """Remove a user, client and so on."""
        with self.lock:
            del self.entities[kind][key]
            if kind == "asset":
                ticket_details.asset_is_gone(self._self, key)
            self._self.version += 1

    def insert(self, kind: str, fields: Fields) -> Entity:
        """Take an object with these fields."""
        entity = Entity(fields, kind=kind, changed_at=self._self.now())
        self.entities[kind][key_of(kind, fields)] = entity
        identity = fields["id"] if isinstance(fields["id"], int) else len(self.entities[kind])
        self.last_ids[kind] = max(self.last_ids[kind], identity)
        self._self.version += 1
        return entity

    @property
    def _self(self) -> "Tenant":
        return cast("Tenant", self)
