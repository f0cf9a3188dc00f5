"""What is remembered between two syncs: declared, small, and refused when it is damaged."""
