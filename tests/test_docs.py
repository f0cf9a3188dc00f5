"""The documentation says what the code does: settings, tables, tests, messages, queries."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from docs import columns
from halo.settings import KEYS
from halo.setup.form import FORM
from halo.tables import REGISTRY
from halo.tables.columns import ADDITIONAL_FIELDS

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
COLUMNS = {table.name: table.columns for table in REGISTRY}

IN_DUCKDB = {
    "LONG": "BIGINT",
    "DOUBLE": "DOUBLE",
    "BOOLEAN": "BOOLEAN",
    "STRING": "VARCHAR",
    "UTC_DATETIME": "TIMESTAMPTZ",
    "JSON": "JSON",
}

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def text(page: Path) -> str:
    return page.read_text("utf-8")


def section(page: Path, heading: str) -> str:
    """What stands below a heading, up to the next one of its level."""
    below = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", text(page), re.M | re.S)
    assert below, f"{page.name} has no section {heading}"
    return below[1]


def rows(markdown: str) -> Iterator[list[str]]:
    """The cells of each row of the tables, without heads."""
    for line in markdown.splitlines():
        if line.startswith("| `") or re.match(r"\| \d", line):
            yield [cell.strip() for cell in line.strip("|").split(" | ")]


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def blocks(page: Path, language: str) -> list[str]:
    found = re.findall(rf"^ *```{language}\n(.*?)^ *```", text(page), re.M | re.S)
    return [str(block) for block in found]


def slug(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


# Settings and tables.


def test_the_settings_are_the_same_in_the_code_the_file_the_form_and_the_readme() -> None:
    told = [quoted(cells[0])[0] for cells in rows(section(README, "Configuration file"))]
    in_file = list(json.loads((ROOT / "configuration.json").read_text("utf-8")))
    assert told == list(KEYS) == in_file == [setting.key for setting in FORM]


def test_configuration_json_holds_nothing_but_placeholders() -> None:
    values = json.loads((ROOT / "configuration.json").read_text("utf-8")).values()
    assert all(re.fullmatch(r"<.+>", value) for value in values)


def test_the_readme_lists_the_tables_of_the_registry_with_their_keys_and_sources() -> None:
    told = {
        quoted(cells[0])[0]: (tuple(quoted(cells[1])), quoted(cells[2])[0].partition("/{")[0])
        for cells in rows(section(README, "Tables created"))
    }
    assert told == {table.name: (table.key, table.source.path) for table in REGISTRY}
    assert list(told) == [table.name for table in REGISTRY]


def test_the_page_of_columns_is_what_the_registry_says() -> None:
    assert text(columns.PAGE) == columns.page(), "run make columns"


def test_the_page_of_columns_tells_of_no_table_or_column_that_is_not_there() -> None:
    declared = {f"{table}.{name}" for table, held in COLUMNS.items() for name in held}
    assert columns.MEANS.keys() <= declared
    assert columns.POINTS_TO.keys() <= {name for held in COLUMNS.values() for name in held}
    for meaning in [*columns.MEANS.values(), *columns.POINTS_TO.values()]:
        assert set(re.findall(r"\b[a-z_]+\.[a-z_]+\b", meaning)) <= declared, meaning


def test_the_requirements_are_what_the_readme_says() -> None:
    lines = (ROOT / "requirements.txt").read_text("utf-8").split()
    assert [line.partition("==")[0] for line in lines] == ["msgspec", "python_dateutil"]
    for line in lines:
        assert f"`{line.partition('==')[0]}`" in section(README, "Requirements file")


def test_the_readme_has_the_sections_of_a_community_connector_in_order() -> None:
    assert re.findall(r"^## (.+)$", text(README), re.M) == [
        "Overview",
        "Requirements",
        "Getting started",
        "Features",
        "Configuration file",
        "Requirements file",
        "Authentication",
        "Pagination",
        "Data handling",
        "Error handling",
        "Tables created",
        "Additional files",
        "Additional considerations",
    ]


def test_the_first_screen_says_what_it_is_what_it_costs_and_who_reads_what() -> None:
    first = section(README, "Overview")
    marks = ("make demo", "**Needs**", "**Costs**", "**Not yet seen**", "I am …", "```mermaid")
    places = [first.index(mark) for mark in marks]
    assert places == sorted(places)
    assert f"as {len(REGISTRY)} tables" in first
    guides = {f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")}
    assert guides <= set(re.findall(r"\]\(([\w/.-]+)", first))


# The picture of the tables.


PICTURES = [*blocks(README, "mermaid"), *blocks(ROOT / "docs" / "analyst.md", "mermaid")]


def test_the_pictures_show_each_table_once_with_its_key_and_true_types() -> None:
    drawn = re.findall(r"^ +(\w+) \{\n(.*?)^ +\}", "\n".join(PICTURES), re.M | re.S)
    shown = dict(drawn)
    assert len(shown) == len(drawn)
    assert sorted(shown) == sorted(COLUMNS)
    for table in REGISTRY:
        lines = [line.split() for line in shown[table.name].splitlines()]
        for kind, name, *_ in lines:
            assert table.columns[name].name == kind, (table.name, name)
        assert {name for _, name, *mark in lines if "PK" in mark} == set(table.key)


def test_the_first_picture_is_small_and_of_the_main_tables() -> None:
    (picture,) = blocks(README, "mermaid")
    assert len(picture.splitlines()) <= 12
    assert {"ticket", "action", "time_entry"} <= set(re.findall(r"\w+", picture))


@pytest.mark.parametrize("picture", PICTURES, ids=range(len(PICTURES)))
def test_the_joins_of_a_picture_are_between_columns_of_one_type(picture: str) -> None:
    joins = re.findall(r'^ +(\w+) \S+--\S+ (\w+) : "(.+) = (.+)"$', picture, re.M)
    assert len(joins) == picture.count("--")
    for one, other, left, right in joins:
        pairs = zip(left.split(", "), right.split(", "), strict=True)
        for mine, its in pairs:
            assert COLUMNS[one][mine].name == COLUMNS[other][its].name, (one, mine, other, its)


# Links, commands, tests.


@each_page
def test_each_link_leads_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", text(page)):
        if link.startswith(("http://", "https://")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.is_relative_to(ROOT)
        assert target.exists(), link
        if anchor:
            headings = re.findall(r"^#+ (.+)$", text(target), re.M)
            assert anchor in map(slug, headings), link


@each_page
def test_each_make_target_exists(page: Path) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M)
    for command in re.findall(r"(?:^ *|`)make ([a-z-]+)", text(page), re.M):
        assert command in targets, command


@each_page
def test_each_file_that_is_named_exists(page: Path) -> None:
    for name in re.findall(r"`((?:halo|sync|tests|sandbox)/[\w/]*(?:\.py)?)`", text(page)):
        assert (ROOT / name).exists() or (ROOT / "halo" / name).exists(), name


@each_page
def test_no_page_names_a_place_outside_of_the_project(page: Path) -> None:
    assert not re.search(r"\.\./shared|/work/|/home/|/tmp/", text(page))


def test_each_guarantee_names_tests_that_exist() -> None:
    written: set[str] = set()
    for path in (ROOT / "tests").glob("test_*.py"):
        written |= set(re.findall(r"^def (test_\w+)", text(path), re.M))
    page = text(ROOT / "docs" / "guarantees.md")
    parts = re.split(r"^## (\d+)\. .+$", page, flags=re.M)[1:]
    guarantees = dict(zip(parts[::2], parts[1::2], strict=True))
    assert list(guarantees) == [str(number) for number in range(1, 14)]
    for number, told in guarantees.items():
        promise, how, proof, open_ = re.split(
            r"\*\*How\.\*\*|<details>|\*\*Not promised\.\*\*", told
        )
        assert all(map(str.strip, (promise, how, open_))), number
        named = re.findall(r"^- `(test_\w+)`$", proof, re.M)
        assert len(named) >= 4
        assert f"<b>Proof.</b> {len(named)} tests" in proof
        assert set(named) <= written, (number, set(named) - written)


def test_no_guarantee_is_a_wall_of_text() -> None:
    page = text(ROOT / "docs" / "guarantees.md")
    assert not re.search(r"^\|", page, re.M)
    assert max(len(part) for part in re.split(r"\n\n|\n- ", page)) < 700


# What the connector says when something is wrong.

TROUBLE = ROOT / "docs" / "troubleshooting.md"
OF_THE_SDK = "Before the connector runs"

TOLD = [
    message
    for cells in rows(text(TROUBLE).replace(section(TROUBLE, OF_THE_SDK), ""))
    for message in quoted(cells[0])
]


ERRORS_AND_WARNINGS = {
    "Warn",
    "SettingsError",
    "StateError",
    "SignInError",
    "TableError",
    "Refused",
    "Unreadable",
    "GaveUp",
    "Silent",
    "Limited",
}


def parts_of(node: ast.expr) -> list[str]:
    """The fixed parts of a text, with or without values in it."""
    values = node.values if isinstance(node, ast.JoinedStr) else [node]
    return [v.value for v in values if isinstance(v, ast.Constant) and isinstance(v.value, str)]


def fixed(message: str) -> list[str]:
    """The fixed parts of a message in troubleshooting."""
    return [part.strip() for part in message.split("…") if len(part.strip(" .:;,()")) > 2]


def sources() -> Iterator[tuple[str, ast.AST]]:
    for path in sorted([*(ROOT / "halo").rglob("*.py"), *(ROOT / "tenant_report").glob("*.py")]):
        for node in ast.walk(ast.parse(text(path))):
            yield str(path.relative_to(ROOT)), node


def test_each_message_in_troubleshooting_is_one_of_the_connector() -> None:
    said = [
        part
        for _, node in sources()
        if isinstance(node, ast.JoinedStr | ast.Constant)
        for part in parts_of(node)
    ]
    said.append("make demo")
    for message in TOLD:
        for part in fixed(message):
            assert any(part in one for one in said), (message, part)


def test_troubleshooting_is_sorted_by_what_is_seen_and_its_first_table_leads_there() -> None:
    headings = re.findall(r"^## (.+)$", text(TROUBLE), re.M)
    first = text(TROUBLE).partition("## ")[0]
    assert [slug(heading) for heading in headings] == [
        anchor for anchor in re.findall(r"\(#([\w-]+)\)", first) if anchor in map(slug, headings)
    ]
    assert headings[:4] == [
        OF_THE_SDK,
        "The sync failed",
        "The sync has warnings",
        "A setup test failed",
    ]


def test_the_words_of_the_sdk_are_told_apart_from_ours() -> None:
    ours = {part for _, node in sources() if isinstance(node, ast.expr) for part in parts_of(node)}
    for cells in rows(section(TROUBLE, OF_THE_SDK)):
        (message,) = quoted(cells[0])
        assert message not in ours


def test_each_error_and_warning_is_in_troubleshooting() -> None:
    told = {part for message in TOLD for part in fixed(message) if len(part) > 8}
    told -= {"Signing in at"}  # Several begin so: it tells none of them.
    for path, node in sources():
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
            continue
        if node.func.id not in ERRORS_AND_WARNINGS or path.startswith("tenant_report"):
            continue
        parts = [part for part in parts_of(node.args[0]) if len(part) > 8]
        known = any(part in one for part in told for one in parts)
        assert known or not parts, f"{path}:{node.lineno} says {parts}"


def test_the_benchmark_in_the_readme_is_the_newest_one() -> None:
    results = text(ROOT / "benchmarks" / "results.md")
    shown = section(README, "Additional considerations").partition("**Benchmark.**")[2]
    assert re.findall(r"\d{4}-\d\d-\d\d", shown)[0] in results
    tools = re.findall(r"^\| (\w.*?) \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", shown, re.M)
    assert len(tools) == 4
    for tool, cpu, per_second, memory, missed in tools:
        figures = [line for line in results.splitlines() if line.startswith(f"| {tool} |")]
        assert f"| {tool} | {cpu} |" in figures[0]
        assert f"| {per_second} |" in figures[0]
        assert f"| {memory} |" in figures[0]
        assert figures[1].split(" | ")[5] == missed


def test_the_figures_of_a_large_desk_are_those_of_the_benchmark() -> None:
    counted = section(ROOT / "benchmarks" / "results.md", "A large desk")
    lines = [line for line in counted.splitlines() if line.startswith("| ")]
    assert len(lines) == 11
    assert "\n".join(lines[1:]) in text(ROOT / "docs" / "data-engineer.md")


# The analyst's queries.


def test_each_query_on_raw_tables_runs_on_them_as_the_warehouse_has_them() -> None:
    with duckdb.connect() as warehouse:
        for table in REGISTRY:
            types = table.schema["columns"]
            assert isinstance(types, dict) and ADDITIONAL_FIELDS in types
            declared = [f'"{in_warehouse(n)}" {IN_DUCKDB[kind]}' for n, kind in types.items()]
            declared += ["_fivetran_deleted BOOLEAN", "_fivetran_synced TIMESTAMPTZ"]
            warehouse.execute(f'create table "{table.name}" ({", ".join(declared)})')
        # Those on the models run in tests/models/test_guide.py, where the models are.
        queries = [q for q in blocks(ROOT / "docs" / "analyst.md", "sql") if "halo__" not in q]
        assert len(queries) >= 8
        for query in queries:
            warehouse.execute(query)


def in_warehouse(name: str) -> str:
    """Fivetran's naming rule that matters here: an underscore between a letter and a digit."""
    return re.sub(r"(?<=[a-z])(?=\d)", "_", name)


def test_the_renamed_columns_that_the_pages_give_as_examples_are_right() -> None:
    every = {in_warehouse(name): name for columns in COLUMNS.values() for name in columns}
    for name in ("release_2_id", "userdef_1", "other_1", "delivery_address_line_1"):
        assert name in every
        assert name in text(ROOT / "docs" / "analyst.md")
