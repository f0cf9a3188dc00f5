"""A state that is damaged somewhere is refused with a sentence, and never read as another."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from halo.api.ids import Ids
from halo.api.packing import pack, unpack
from halo.api.walk import Walk
from halo.errors import StateError
from halo.state import slices
from halo.state.ledger import Ledger
from halo.state.numbers import Marks, Numbers
from halo.state.slices import (
    ActionsSlice,
    ChangesSlice,
    CustomFieldsSlice,
    DetailsSlice,
    JournalSlice,
    Queues,
    Slice,
    SnapshotSlice,
    SurveysSlice,
    WindowsSlice,
    Witness,
)
from halo.state.store import VERSION, Store
from tests.test_sync_tickets import killed_at
from tests.world import World, small, world

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
Path = tuple[str, ...]


def marks() -> Marks:
    made = Marks()
    for number in range(900, 1200):
        made[number] = number * 7919 % 65_536
    return made


def numbers() -> Numbers:
    made = Numbers()
    made[5] = range(1, 70)
    made[7] = {1, 20, 40, 60, 10**9}
    return made


def ids() -> Ids:
    return Ids(range(1, 3000, 7))


def ledger() -> Ledger:
    return Ledger({number: number * 77 for number in range(100)})


def pairs() -> Ledger:
    return Ledger({(number, 3): number * 77 for number in range(100)})


def full() -> dict[str, Slice]:
    """A slice of each type, in which every field says something."""
    walk = Walk(
        started=NOON,
        count=9,
        size=3,
        top=9,
        downwards=True,
        next_page=2,
        orderly=True,
        there=3,
        seen=ids(),
        resumed=True,
        rows=7,
        stale=True,
        agreed=True,
    )
    queues = Queues(ids(), ids(), [3, 4])
    journal = JournalSlice({9660: pairs()}, 9667, marks(), 9000, NOON, pairs(), NOON, ids())
    return {
        "snapshot": SnapshotSlice(
            {"user": ledger()},
            7,
            NOON,
            NOON,
            True,
            {"user": ledger()},
            CustomFieldsSlice([1, 2], 500, NOON, True, True),
        ),
        "windows": WindowsSlice(ledger(), marks(), ledger(), 9000, 62, 900, 3, NOON, NOON),
        "changes": ChangesSlice(
            sent=ids(),
            aside=ids(),
            marks=marks(),
            cursor=NOON,
            earlier=NOON,
            recent=ledger(),
            oldest=NOON,
            since=NOON,
            walked=NOON,
            unproved=True,
            walk=walk,
            walk_upto=NOON,
            touched=ids(),
            absent=ledger(),
            witnesses=[Witness(7, NOON)],
            lag=1,
            custom_fields=CustomFieldsSlice([1, 2], 500, NOON, True, True),
        ),
        "actions": ActionsSlice(
            queues=queues,
            sent={"action": numbers()},
            awaited=marks(),
            tried=True,
            day=9000,
            stalled=True,
            longest=3,
            came=numbers(),
            doubted={7: NOON},
            compared=NOON,
            agreed=True,
            journal=journal,
        ),
        "details": DetailsSlice(
            queues, {"ticket_satisfaction": numbers()}, ids(), 7, ["audit_log"]
        ),
        "surveys": SurveysSlice(
            {"feedback": ledger()},
            7,
            NOON,
            NOON,
            True,
            {"feedback": ledger()},
            CustomFieldsSlice([1, 2], 500, NOON, True, True),
            NOON,
            True,
        ),
    }


KINDS = {name: type(slice_) for name, slice_ in full().items()}
WRITTEN: dict[str, Any] = json.loads(json.dumps(Store({}).closed(full(), ["user"])))


def paths(value: object, at: Path = ()) -> Iterator[Path]:
    """Where something is in what was written, all the way down."""
    yield at
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from paths(inner, (*at, name))


def found(value: Any, path: Path) -> Any:
    for name in path:
        value = value[name]
    return value


def replaced(path: Path, value: object) -> dict[str, Any]:
    """The state with something else in one place."""
    state = deepcopy(WRITTEN)
    found(state["sources"], path[:-1])[path[-1]] = value
    return state


def spelt(path: Path) -> str:
    """The longest beginning of a path that consists of declared names: that is told."""
    kind: Any = KINDS[path[0]]
    told = f"$.sources.{path[0]}"
    for name in path[1:]:
        by_name = {field.name: field.type for field in msgspec.structs.fields(kind)}
        told += f".{name}"
        kinds = msgspec.inspect.type_info(by_name[name])
        inner = [kinds, *getattr(kinds, "types", ())]
        structs = [one.cls for one in inner if isinstance(one, msgspec.inspect.StructType)]
        if not structs:
            break
        kind = structs[0]
    return told


def refused(state: dict[str, Any], source: str) -> str:
    with pytest.raises(StateError) as error:
        Store(state).opened(source, KINDS[source])
    sentence = str(error.value)
    assert sentence.startswith(f"The state of {source} is damaged (")
    assert "re-sync the connection" in sentence
    assert f"`$.sources.{source}" in sentence
    return sentence


PLACES = [path for path in paths(WRITTEN["sources"]) if path]
PACKED = [path for path in PLACES if isinstance(found(WRITTEN["sources"], path), str)]
PACKED = [path for path in PACKED if not found(WRITTEN["sources"], path).startswith("2026-")]


def test_every_declared_type_is_damaged_here_and_every_field_of_it() -> None:
    declared = {
        kind
        for kind in vars(slices).values()
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind is not Slice
    }
    here: set[type] = set()

    def look(value: Any) -> None:
        for item in value if isinstance(value, list) else ():
            look(item)
        if isinstance(value, msgspec.Struct):
            here.add(type(value))
            at_first = {field.name: field for field in msgspec.structs.fields(type(value))}
            for name, inner in msgspec.structs.asdict(value).items():
                field = at_first[name]
                factory = field.default_factory
                first = field.default if factory is msgspec.NODEFAULT else factory()
                assert inner != first or isinstance(inner, bool)
                look(inner)

    for slice_ in full().values():
        look(slice_)
    assert here == declared


def test_what_is_not_damaged_is_read() -> None:
    store = Store(deepcopy(WRITTEN))
    opened = {source: store.opened(source, kind) for source, kind in KINDS.items()}
    assert Store({}).closed(opened, ["user"]) == WRITTEN


WRONG: list[object] = [
    None,
    True,
    -(10**30),
    1.5,
    "",
    "not packed",
    "é",
    "2026-06-15",
    "2026-06-15T12:00:00",
    [],
    [1.5],
    [None],
    ["x"],
    {},
    {"more": 1},
    {"1": None},
    {"x": {}},
]


NONE_OR = (
    "count cursor earlier full_at oldest since walked walk walk_upto longest day newest revisit "
    "revisited heard before rounded whole_at bare compared"
)


CURSORS = (("snapshot", "cursor"), ("surveys", "cursor"))

LEDGERS = (
    ("snapshot", "absent"),
    ("snapshot", "ledger"),
    ("surveys", "absent"),
    ("surveys", "ledger"),
    ("actions", "sent"),
    ("details", "sent"),
)


def may_be(path: Path, value: object) -> bool:
    """Whether such a value is of the right type in this place."""
    there = found(WRITTEN["sources"], path)
    if value is None:
        return path[-1] in NONE_OR.split()
    if value == "":
        return path in PACKED and path[-1] != "hashes" and path[-1] != "keys"
    if value in ([], {}):
        return type(value) is type(there) and path[-1] != "walk"
    if value == ["x"]:
        return path == ("details", "came")
    if value == {"x": {}}:
        return path in LEDGERS and isinstance(there, dict)
    return (type(value) is type(there) is bool) or (type(value) is int and path[-1] == "top")


@pytest.mark.parametrize("path", PLACES, ids=".".join)
def test_a_value_of_a_wrong_type_is_refused_wherever_it_is(path: Path) -> None:
    for value in WRONG:
        if may_be(path, value) or (value is None and path in CURSORS):
            continue
        sentence = refused(replaced(path, value), path[0])
        assert spelt(path) in sentence, (value, sentence)


def test_a_list_that_was_read_and_has_no_cursor_is_refused() -> None:
    sentence = refused(replaced(("snapshot", "cursor"), None), "snapshot")
    assert "a list that was read has a cursor" in sentence


@pytest.mark.parametrize("path", PLACES, ids=".".join)
def test_half_of_a_character_is_refused_wherever_it_is(path: Path) -> None:
    refused(replaced(path, "a\ud800"), path[0])


@pytest.mark.parametrize(
    "path", [p for p in PLACES if isinstance(found(WRITTEN["sources"], p), dict)], ids=".".join
)
def test_an_unknown_field_is_refused_wherever_it_is(path: Path) -> None:
    sentence = refused(replaced((*path, "more"), 1), path[0])
    assert spelt(path) in sentence


def damages(text: str) -> Iterator[str]:
    """A packed text, damaged in every way that the text alone allows."""
    yield from (text[:-4], text[4:], text[: len(text) // 2], text + "AAAA", text + "\n")
    yield from (text[:-1], " " + text, text.replace(text[8], "!"))
    try:
        content = unpack(text)
    except ValueError:  # Fingerprints are not packed.
        return
    yield text.lower()
    head, newline, rest = content.partition(b"\n")
    value = json.loads(head)
    for other in (
        [*value, value[-1]],
        [*value, "x"],
        [*value, 1.5],
        [*value, None, [[]]],
        [*value, True],
        {"0": value},
        None,
        7,
        "x",
    ):
        yield pack(json.dumps(other).encode() + newline + rest)
    yield pack(b"[" * 100_000 + newline + rest)
    yield pack(b"\xff" + content)
    yield pack(content + b"\0")
    yield pack(content[:-1])
    if newline:
        yield pack(json.dumps(value[:-1]).encode() + newline + rest)
    if len(value) > 1 and newline:
        yield pack(json.dumps(value[::-1]).encode() + newline + rest)
        yield pack(json.dumps([value[0]] * len(value)).encode() + newline + rest)
        yield pack(json.dumps(list(map(str, value))).encode() + newline + rest)
        yield pack(json.dumps(list(map(float, value))).encode() + newline + rest)


@pytest.mark.parametrize("path", PACKED, ids=".".join)
def test_a_packed_text_that_is_damaged_is_refused_wherever_it_is(path: Path) -> None:
    text = found(WRITTEN["sources"], path)
    for damaged_text in damages(text):
        sentence = refused(replaced(path, damaged_text), path[0])
        assert spelt(path) in sentence


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)


@given(st.sampled_from(PLACES), JUNK)
def test_whatever_is_in_a_place_of_the_state_is_read_or_refused(path: Path, junk: object) -> None:
    read_or_refused(replaced(path, junk), path[0])


@given(st.sampled_from(PACKED), st.data())
def test_whatever_is_packed_is_read_or_refused(path: Path, data: st.DataObject) -> None:
    """Some bytes of a packed text are others, are left out, or come twice; or all are others."""
    text = found(WRITTEN["sources"], path)
    content = b64decode(text) if path[-1] == "hashes" else unpack(text)
    at, to = sorted(data.draw(st.tuples(*[st.integers(0, len(content))] * 2)))
    put = data.draw(st.sampled_from([b"", b"-", b",", b"1,", content[at:to] * 2]) | st.binary())
    other = data.draw(
        st.sampled_from([content[:at] + put + content[to:]])
        | JUNK.map(lambda value: json.dumps(value).encode())
    )
    packed = b64encode(other).decode() if path[-1] == "hashes" else pack(other)
    read_or_refused(replaced(path, packed), path[0])


def read_or_refused(state: dict[str, Any], source: str) -> None:
    """What is read is written again, as JSON; everything else is refused."""
    store = Store(state)
    try:
        opened = store.opened(source, KINDS[source])
    except StateError as error:
        assert f"`$.sources.{source}" in str(error)
        return
    written = json.loads(json.dumps(store.closed({source: opened}, ["user"])))
    again = Store(written).opened(source, KINDS[source])
    assert store.closed({source: again}, ["user"]) == written


def test_a_state_that_is_nested_without_end_is_refused() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    for path in (("actions",), ("actions", "queues", "failed"), ("actions", "doubted")):
        with pytest.raises(StateError):
            store = Store({"version": VERSION, "tables": [], "sources": {}})
            store._slices = {"actions": nested(path, deep)}
            store.opened("actions", ActionsSlice)


def nested(path: Path, value: object) -> object:
    for name in reversed(path[1:]):
        value = {name: value}
    return value


# In a sync: before any request


def damaged(w: World, source: str, **slice_: object) -> dict[str, object]:
    """The state of the last sync with something else in the slice of a source."""
    state: Any = json.loads(json.dumps(w.warehouse.state))
    state["sources"][source] |= slice_
    return dict(state)


@pytest.mark.parametrize(
    ("source", "slice_", "where"),
    [
        ("action", {"tried": None}, "tried"),
        ("action", {"day": "tried"}, "day"),
        ("action", {"journal": {"revisit": "9000"}}, "journal.revisit"),
        ("action", {"journal": {"newest": "9000"}}, "journal.newest"),
        ("user", {"cursor": None, "pages": 9}, "user"),
    ],
)
def test_a_slice_that_is_damaged_is_refused_before_any_request(
    source: str, slice_: dict[str, object], where: str
) -> None:
    with world(1, small(list_page_cap=100), years=0.05) as w:
        w.configuration["history_minutes"] = "0"
        w.sync()
        w.app.requests.clear()
        state = w.warehouse.state = damaged(w, source, **slice_)
        outcome = w.sync(fails=True)
        assert isinstance(outcome.error, StateError), repr(outcome.error)
        assert f"state of {source} is damaged" in str(outcome.error)
        assert f"`$.sources.{source}" in str(outcome.error)
        assert f"{where}`" in str(outcome.error)
        assert "re-sync" in str(outcome.error)
        assert w.app.requests == []
        assert w.warehouse.state == state


@pytest.mark.parametrize(
    "damage",
    [
        {"count": "many"},
        {"size": None},
        {"size": 0},
        {"top": "x"},
        {"next_page": "2"},
        {"next_page": -2},
        {"started": "2026-06-15T12:00:00"},
        {"seen": None},
        {"gaps": 5},
    ],
)
def test_a_walk_that_is_damaged_is_never_gone_on_with(damage: dict[str, object]) -> None:
    with world(30, small(), years=0.05) as w:
        w.only()
        w.app.before_request = lambda *_: w.time.pass_by(seconds=61)
        w.configuration["history_minutes"] = "1440"
        w.sync(until=killed_at(4))
        walk = w.slice("ticket")["walk"]
        w.app.requests.clear()
        w.warehouse.state = damaged(w, "ticket", walk=walk | damage)
        error = w.sync(fails=True).error
        assert isinstance(error, StateError), repr(error)
        assert "`$.sources.ticket.walk" in str(error)
        assert w.app.requests == []
