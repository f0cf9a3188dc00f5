"""How fast and how frugal the connector is, beside its peers, in one run on one machine."""
