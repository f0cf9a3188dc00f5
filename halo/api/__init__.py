"""How Halo is reached and read: knows no table, no warehouse and no state."""
