"""The project as a repository: one version, pinned tools, and a place for whoever finds a bug."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import connector
from halo import VERSION
from tenant_report.report import Report

ROOT = Path(__file__).parent.parent


def text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_each_dependency_is_pinned_but_for_the_proprietary_core(name: str) -> None:
    lines = [line.split("#")[0].strip() for line in text(name).splitlines()]
    wanted = [line for line in lines if line and not line.startswith("-r ")]
    assert wanted
    assert [line for line in wanted if not re.fullmatch(r"[\w.\[\]-]+==[\w.]+", line)] == []
    assert not any("fivetran-connector-sdk-core" in line for line in wanted)


def test_the_newest_release_of_the_changelog_is_the_version() -> None:
    releases = re.findall(r"^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d\d-\d\d$", text("CHANGELOG.md"), re.M)
    assert releases[0] == VERSION
    assert "## [Unreleased]" in text("CHANGELOG.md")


def test_each_sync_and_each_report_tell_the_version(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr("connector.log.info", said.append)
    declared = connector.schema({})
    assert said[0].startswith(f"HaloITSM connector {VERSION}, {len(declared)} tables.")
    made = Report(3, 1.5, ())
    assert f"version {VERSION}" in made.text.splitlines()[0]
    assert json.loads(made.json)["version"] == VERSION


def test_ci_runs_the_tests_of_the_readme_on_each_python_that_is_promised() -> None:
    workflow = text(".github/workflows/test.yml")
    assert re.findall(r'"(3\.\d+)"', workflow) == ["3.11", "3.12", "3.13", "3.14"]
    assert "run: make test" in workflow
    assert "Python 3.11 to 3.14" in text("README.md")
    assert text(".ci/run").rstrip().endswith("make test")


def test_a_bug_comes_with_the_tenant_report_and_no_secrets() -> None:
    template = text(".github/ISSUE_TEMPLATE/bug.yml")
    assert "python -m tenant_report" in template
    assert "Never paste a configuration.json" in template


@pytest.mark.parametrize("name", ["LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"])
def test_what_a_stranger_looks_for_is_there(name: str) -> None:
    assert len(text(name)) > 500
    assert not re.search(r"/tmp/|/work/|/home/|TODO|example\.org", text(name))


def test_the_log_tells_where_the_maintainers_are(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr("connector.log.info", said.append)
    connector.schema({})
    assert "issue in its repository" in said[0]
    assert '"Tell the maintainers"' in text("CONTRIBUTING.md").replace("\n", " ")
