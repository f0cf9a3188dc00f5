"""What is deployed is small: the SDK's own packaging, of what `make package` builds."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_package_holds_the_connector_and_nothing_else(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "PATH": str(Path(sys.executable).parent) + os.pathsep + os.environ["PATH"],
        "DO_NOT_TRACK": "1",
    }
    folder = tmp_path / "connector"
    subprocess.run(
        ["make", "--quiet", "package", f"PACKAGE={folder}"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        check=True,
    )
    run = subprocess.run(
        ["fivetran", "package", str(folder), "--yes"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    output = run.stdout + run.stderr
    assert run.returncode == 0, output
    assert [
        word for word in ("not needed", "recommend", "WARNING", "SEVERE") if word in output
    ] == []
    (archive,) = folder.rglob("*.zip")
    names = zipfile.ZipFile(archive).namelist()
    outside = {name for name in names if not name.startswith("halo/")}
    assert outside == {"connector.py", "requirements.txt", "configuration_form.pb"}
    assert all(name.endswith(".py") for name in names if name.startswith("halo/"))
    assert len(names) > 40
