"""Selections that hold until the tenant changes, so that each page need not sort anew."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from sandbox.quirks import Quirks
from sandbox.tenant import Tenant

T = TypeVar("T")

MOST = 32


class Remembered:
    """What was worked out for one state of the tenant and its quirks."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._version = -1
        self._quirks: Quirks | None = None
        self._held: dict[Hashable, Any] = {}

    def recall(self, key: Hashable, work_out: Callable[[], T]) -> T:
        """The value for a key, worked out where it is unknown or the tenant has changed."""
        tenant = self._tenant
        if tenant.version != self._version or tenant.quirks is not self._quirks:
            self._held.clear()
            self._version, self._quirks = tenant.version, tenant.quirks
        if key not in self._held:
            if len(self._held) >= MOST:
                self._held.clear()
            self._held[key] = work_out()
        held: T = self._held[key]
        return held
