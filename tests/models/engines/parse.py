"""Parses compiled models in an engine's dialect: `parse.py DIALECT FOLDER`; prints what does not.

It runs in the environment of the adapters, which has sqlglot.
"""

import sys
from pathlib import Path

import sqlglot
from sqlglot.errors import SqlglotError


def main(dialect: str, folder: str) -> int:
    """1 when a file is not understood, or when there are none."""
    files = sorted(Path(folder).rglob("*.sql"))
    wrong = []
    for path in files:
        try:
            if len(statements := sqlglot.parse(path.read_text("utf-8"), read=dialect)) != 1:
                wrong.append(f"{path.name}: {len(statements)} statements")
        except SqlglotError as error:
            wrong.append(f"{path.name}: {error}")
    print("\n".join([f"{len(files)} files", *wrong]))
    return 1 if wrong or not files else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
