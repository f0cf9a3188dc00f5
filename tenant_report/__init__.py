"""The tenant report: what a tenant's API really does. Not deployed."""
