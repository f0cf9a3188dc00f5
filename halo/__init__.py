"""Everything of the HaloITSM connector but Fivetran's SDK, which only connector.py knows."""

VERSION = "1.0.0"
"""Of the connector, as in CHANGELOG.md; the log of each sync and the tenant report tell it."""
