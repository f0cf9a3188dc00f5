"""The analyst's models against the truth: real syncs, real builds, and a calculation without SQL."""
