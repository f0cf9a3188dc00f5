"""The setup form: one field for each setting, in plain values that connector.py hands to the SDK.

Nothing here asks the network: the form is frozen when the connector is packaged.
"""

from dataclasses import replace

from halo.settings import GRANT_TYPES, SETTINGS
from halo.setup.grants import listed
from halo.tables import REGISTRY
from halo.values import Setting

_TABLES = {
    "tables": ", ".join(table.name for table in REGISTRY if not table.required),
    "required": listed([table.name for table in REGISTRY if table.required]),
}


def is_demanded(setting: Setting) -> bool:
    """Whether the form demands it: every way to sign in needs it."""
    return setting.needed_by == GRANT_TYPES


def _filled(setting: Setting) -> Setting:
    """The setting as the form shows it: its description and its placeholder are complete."""
    about = setting.description.format(**_TABLES)
    where = "" if "In Halo: " in about else " In Halo: nothing to look up."
    example = setting.placeholder or setting.default
    default = "No default." if is_demanded(setting) else f"Default: {setting.default or 'none'}."
    whole = f"{about}{where} Example: {example}. {default}"
    return replace(setting, description=whole, placeholder=example)


FORM = tuple(map(_filled, SETTINGS))
