"""The custom fields of tickets: which to ask for, and whether tickets were sent without any."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from halo.api.connection import HaloApi
from halo.api.pages import Listing, one_page
from halo.errors import TableError
from halo.sync.operations import Operation, Warn
from halo.tables import FIELD_INFO


class CustomFields:
    """The ids that `/FieldInfo` lists, by which the list of tickets is asked.

    `learned_late` says that tickets were sent while none was known: they are to be sent again.
    """

    def __init__(self, slice_: Mapping[str, object]) -> None:
        self.ids = str(slice_.get("custom_fields", ""))
        self.learned_late = bool(slice_.get("again", False))
        self._unknown = bool(slice_.get("blind", False))

    def dump(self) -> dict[str, object]:
        """A part of the slice of the state."""
        return {"custom_fields": self.ids, "again": self.learned_late, "blind": self._unknown}

    def learn(self, api: HaloApi, table: str) -> Iterator[Operation]:
        """Asks which there are. An empty or damaged list is no reason to forget one."""
        listing = Listing(FIELD_INFO.path, FIELD_INFO.rows, FIELD_INFO.params, shared=True)
        try:
            page = one_page(api, listing)
        except TableError as error:
            self._unknown = self._unknown or not self.ids
            known = "those known from before are" if self.ids else "none is"
            yield Warn(f"{table}: custom fields may be missing, {known} asked: {error}")
            return
        ids = set(page.ids)
        if not ids or len(ids) < len(page.rows):
            ids.update(int(known) for known in self.ids.split(",") if known)
        self.ids = ",".join(map(str, sorted(ids)))
        self.learned_late = self.learned_late or self._unknown
        self._unknown = False
