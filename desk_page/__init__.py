"""A page of a desk's figures from the analyst's models: one HTML file, complete in itself."""
