"""One module for each source; the runner, which knows no table; rows; the guard on deletes."""
