"""A PostgreSQL server of its own: in a temporary folder, on a loopback port, gone afterwards."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

TYPES = {
    "DOUBLE": "double precision",
    "JSON": "jsonb",
    "VARCHAR": "text",
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
}
# What no text of ours has, so that lines of JSON are written as they are.
BARE = r"format csv, quote E'\x01', delimiter E'\x02'"


def binaries() -> Path | None:
    """Where Debian's newest PostgreSQL is, or any whose `initdb` is on the path."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    found = shutil.which("initdb")
    if versions:
        return versions[-1].parent
    return Path(found).parent if found else None


@dataclass(frozen=True)
class Postgres:
    """A running server, without a password, for connections from this machine."""

    port: int
    programs: Path

    @property
    def environment(self) -> dict[str, str]:
        """What dbt's profile reads."""
        return {"HALO_PORT": str(self.port), "HALO_USER": "postgres"}

    def run(self, sql: str, given: bytes = b"") -> bytes:
        """The output of a statement of psql."""
        command = [str(self.programs / "psql"), "-h", "127.0.0.1", "-p", str(self.port)]
        command += ["-U", "postgres", "-v", "ON_ERROR_STOP=1", "-qAt", "-c", sql]
        return subprocess.run(command, input=given, stdout=subprocess.PIPE, check=True).stdout

    def copy_schema(self, warehouse: Path, schema: str) -> None:
        """Copies a schema of a DuckDB file, table by table."""
        self.run(f'create schema "{schema}"')
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            connection.execute("set timezone = 'UTC'")
            columns = connection.execute(
                "select table_name, column_name, data_type from information_schema.columns "
                "where table_schema = ? order by table_name, ordinal_position",
                [schema],
            ).fetchall()
            for table in dict.fromkeys(name for name, *_ in columns):
                types = [(n, TYPES.get(kind, kind)) for t, n, kind in columns if t == table]
                declared = ", ".join(f'"{name}" {kind}' for name, kind in types)
                self.run(f'create table "{schema}"."{table}" ({declared})')
                csv = warehouse.with_suffix(".csv")
                connection.execute(
                    f'copy "{schema}"."{table}" to \'{csv}\' (format csv, header false)'
                )
                self.run(f'copy "{schema}"."{table}" from stdin (format csv)', csv.read_bytes())
                csv.unlink()

    def lines(self, table: str) -> bytes:
        """A table's rows as lines of JSON."""
        return self.run(f"copy (select row_to_json(t) from {table} t) to stdout ({BARE})")


@contextmanager
def postgres(programs: Path) -> Iterator[Postgres]:
    """A server for as long as the context lasts; root starts it as the user `postgres`."""
    folder = Path(tempfile.mkdtemp(prefix="halo-postgres-"))
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    try:
        initdb = [str(programs / "initdb"), "-D", str(folder / "files"), "-U", "postgres"]
        initdb += ["-A", "trust", "-E", "UTF8", "--locale", "C", "-N"]
        subprocess.run(initdb, user=user, cwd=folder, stdout=subprocess.DEVNULL, check=True)
        control = [str(programs / "pg_ctl"), "-D", str(folder / "files"), "-w"]
        options = f"-h 127.0.0.1 -p {port} -k {folder} -c fsync=off"
        start = [*control, "-l", str(folder / "log"), "-o", options, "start"]
        subprocess.run(start, user=user, cwd=folder, stdout=subprocess.DEVNULL, check=True)
        try:
            yield Postgres(port, programs)
        finally:
            stop = [*control, "-m", "immediate", "stop"]
            subprocess.run(stop, user=user, cwd=folder, stdout=subprocess.DEVNULL, check=True)
    finally:
        shutil.rmtree(folder)
