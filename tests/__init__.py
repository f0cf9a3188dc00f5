"""Tests, named after what could go wrong."""
