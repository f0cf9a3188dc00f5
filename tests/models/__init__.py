"""The analyst's models against the truth: real syncs and builds, and a reckoning without SQL."""
