"""One module per tool: `read(url, take)` reads all tickets and hands each row to `take`."""
