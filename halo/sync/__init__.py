"""The ways to sync: each reads lists, keeps its slice of the state and yields operations."""
