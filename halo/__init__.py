"""Everything of the HaloITSM connector but Fivetran's SDK, which only connector.py knows."""
