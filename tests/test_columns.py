"""Halo's values become typed ones, and no value is ever lost on the way."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from halo.tables.columns import (
    ADDITIONAL_FIELDS,
    SHAPES,
    Misfit,
    RowMaker,
    columns,
    to_boolean,
    to_custom_fields,
    to_datetime,
    to_double,
    to_json,
    to_long,
    to_string,
)

COLUMNS = columns(
    long="long",
    double="double",
    boolean="boolean",
    string="string",
    datetime="datetime",
    json="json",
    custom_fields="customfields",
)
NULL_DATES = ["1900-01-01T00:00:00", "1899-12-30T00:00:00", "0001-01-01T00:00:00.0000000"]

Convert = Callable[[object], object]


@pytest.mark.parametrize(
    ("convert", "value", "typed"),
    [
        (to_long, 95.0, 95),
        (to_long, -1, -1),
        (to_long, "95", 95),
        (to_long, "-95", -95),
        (to_long, 2**63 - 1, 2**63 - 1),
        (to_long, -(2**63), -(2**63)),
        (to_double, 0.5, 0.5),
        (to_double, 3, 3.0),
        (to_double, "0.5", 0.5),
        (to_boolean, True, True),
        (to_boolean, 0, False),
        (to_boolean, 1, True),
        (to_boolean, "False", False),
        (to_boolean, "true", True),
        (to_string, "", ""),
        (to_string, 7, "7"),
        (to_string, 1.5, "1.5"),
        (to_json, [], []),
        (to_json, {"a": [None]}, {"a": [None]}),
    ],
)
def test_a_value_that_fits_gets_its_type(convert: Convert, value: object, typed: object) -> None:
    converted = convert(value)
    assert (type(converted), converted) == (type(typed), typed)


@pytest.mark.parametrize(
    ("convert", "value"),
    [
        (to_long, 95.5),
        (to_long, True),
        (to_long, 2**63),
        (to_long, -(2**63) - 1),
        (to_long, 1e300),
        (to_long, float("inf")),
        (to_long, float("nan")),
        (to_long, ""),
        (to_long, "-"),
        (to_long, "5-5"),
        (to_long, "²"),
        (to_long, "9" * 19),
        (to_long, "9" * 5000),
        (to_long, [1]),
        (to_double, True),
        (to_double, "half an hour"),
        (to_double, "nan"),
        (to_double, "1e999"),
        (to_double, 2**53 + 1),
        (to_double, 10**400),
        (to_double, {}),
        (to_boolean, 2),
        (to_boolean, "yes"),
        (to_boolean, ""),
        (to_boolean, []),
        (to_string, True),
        (to_string, ["a"]),
        (to_datetime, 20240131),
        (to_datetime, ""),
        (to_datetime, "yesterday"),
        (to_datetime, "2024-02-30"),
        (to_datetime, "9999-12-31T23:59:59-05:00"),
        (to_json, "text"),
        (to_json, 0),
        (to_custom_fields, {}),
        (to_custom_fields, [1]),
        (to_custom_fields, [{"id": 1, "value": "a"}]),
        (to_custom_fields, [{"name": 5, "value": "a"}]),
    ],
)
def test_a_value_that_would_be_bent_to_fit_is_a_misfit(convert: Convert, value: object) -> None:
    with pytest.raises(Misfit):
        convert(value)


def test_text_that_only_looks_like_a_number_does_not_fail_the_sync() -> None:
    assert RowMaker(COLUMNS).row({"long": "--5"}) == {ADDITIONAL_FIELDS: {"long": "--5"}}


@pytest.mark.parametrize("text", ["1_000", "12345678901234567890", "1e-400"])
def test_text_that_a_double_would_change_is_kept_as_it_came(text: str) -> None:
    assert RowMaker(COLUMNS).row({"double": text}) == {ADDITIONAL_FIELDS: {"double": text}}


@pytest.mark.parametrize("value", [*NULL_DATES, "1900-01-01", "1900-01-01T12:34:56Z"])
def test_a_date_of_1900_is_null(value: str) -> None:
    maker = RowMaker(COLUMNS)
    assert maker.row({"datetime": value}) == {}
    assert not maker.misfits


@pytest.mark.parametrize("value", ["1899-12-31T00:00:00", "1900-01-02T00:00:00", "0001-01-02"])
def test_an_old_date_beside_the_null_dates_is_a_date(value: str) -> None:
    assert to_datetime(value) is not None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-01-31", datetime(2024, 1, 31, tzinfo=UTC)),
        ("2024-01-31T10:20:30", datetime(2024, 1, 31, 10, 20, 30, tzinfo=UTC)),
        ("2024-01-31T10:20:30Z", datetime(2024, 1, 31, 10, 20, 30, tzinfo=UTC)),
        ("2024-01-31T10:20:30.1", datetime(2024, 1, 31, 10, 20, 30, 100_000, tzinfo=UTC)),
        ("2024-01-31T10:20:30.1234567", datetime(2024, 1, 31, 10, 20, 30, 123_456, tzinfo=UTC)),
        ("2024-01-31T10:20:30+02:00", datetime(2024, 1, 31, 8, 20, 30, tzinfo=UTC)),
    ],
)
def test_a_date_without_an_offset_is_utc_whatever_its_digits(text: str, moment: datetime) -> None:
    typed = to_datetime(text)
    assert typed == moment
    assert typed is not None and typed.tzinfo is UTC


def test_custom_fields_are_found_by_name() -> None:
    raw = [
        {"id": 123, "name": "CFRootCause", "label": "Cause", "type": 2, "value": 0, "display": "-"},
        {"id": 124, "name": "CFEmpty", "value": None},
    ]
    assert to_custom_fields(raw) == {
        "CFRootCause": {"id": 123, "label": "Cause", "type": 2, "value": 0, "display": "-"},
        "CFEmpty": {"id": 124},
    }


def test_two_custom_fields_of_one_name_are_both_kept() -> None:
    twins = [{"name": "CFTwin", "value": 1}, {"name": "CFTwin", "value": 2}]
    row = RowMaker(COLUMNS).row({"customfields": twins})
    assert row == {ADDITIONAL_FIELDS: {"customfields": twins}}


def test_null_and_absent_are_the_same() -> None:
    assert RowMaker(COLUMNS).row({"long": None, "unheard_of": None}) == {}


def test_an_undeclared_field_is_kept_but_is_no_misfit() -> None:
    maker = RowMaker(COLUMNS)
    assert maker.row({"new_in_v3": 1}) == {ADDITIONAL_FIELDS: {"new_in_v3": 1}}
    assert not maker.misfits


def test_a_field_of_halo_named_additional_fields_does_not_replace_the_others() -> None:
    raw = {ADDITIONAL_FIELDS: "mine", "new_in_v3": 1}
    assert RowMaker(COLUMNS).row(raw) == {ADDITIONAL_FIELDS: raw}


def test_misfits_are_counted_by_column_over_all_rows() -> None:
    maker = RowMaker(COLUMNS)
    for value in ("x", 1, "y"):
        maker.row({"long": value, "boolean": "maybe"})
    assert maker.misfits == {"long": 2, "boolean": 3}


def number_of(value: object) -> Decimal:
    return Decimal(str(value))


SAYS_THE_SAME: dict[str, Callable[[object, object], bool]] = {
    "long": lambda raw, typed: type(typed) is int and number_of(raw) == typed,
    "double": lambda raw, typed: type(typed) is float and float(number_of(raw)) == typed,
    "boolean": lambda raw, typed: type(typed) is bool and (str(raw).lower() in "true1.0") == typed,
    "string": lambda raw, typed: typed == (raw if isinstance(raw, str) else str(raw)),
    "datetime": lambda _, typed: isinstance(typed, datetime) and typed.tzinfo is UTC,
    "json": lambda raw, typed: typed == raw,
    "customfields": lambda raw, typed: (
        isinstance(raw, list)
        and isinstance(typed, dict)
        and list(typed) == [field["name"] for field in raw]
    ),
}

TEXTS = st.text(max_size=8) | st.sampled_from(
    [*NULL_DATES, "2024-01-31T10:20:30.5", "95", "0.5", "-7", "true", "False", "1900-01-01"]
)
NUMBERS = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
SCALARS = st.none() | st.booleans() | NUMBERS | TEXTS
JSON_VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
NAMED = st.fixed_dictionaries({"name": TEXTS}, optional={"value": JSON_VALUES, "label": TEXTS})
RAW_ROWS = st.dictionaries(
    st.sampled_from([*COLUMNS, ADDITIONAL_FIELDS]) | st.text(max_size=3),
    JSON_VALUES | st.lists(NAMED, max_size=2),
    max_size=5,
)


@given(RAW_ROWS)
@example({"boolean": -0.0, "long": 1e18, "double": 2**53 + 1})
def test_no_value_of_any_row_is_ever_lost(raw: dict[str, object]) -> None:
    row = RowMaker(COLUMNS).row(raw)
    kept = row.pop(ADDITIONAL_FIELDS, {})
    assert isinstance(kept, dict)
    for name, value in raw.items():
        if name in kept:
            assert kept[name] is value
            assert name not in row
        elif name in row:
            assert SAYS_THE_SAME[name](value, row[name])
        else:
            assert value is None or (name == "datetime" and str(value)[:10] <= "1900-01-01")
    assert row.keys() | kept.keys() <= raw.keys()


@given(st.lists(RAW_ROWS, max_size=6))
def test_a_row_is_made_the_same_whatever_rows_came_before(raws: list[dict[str, object]]) -> None:
    maker = RowMaker(COLUMNS)
    for raw in [*raws, *raws]:
        before = copy.deepcopy(raw)
        assert repr(maker.row(raw)) == repr(RowMaker(COLUMNS).row(raw))
        assert repr(raw) == repr(before)


def test_a_list_of_very_many_shapes_of_rows_is_kept_in_bounds() -> None:
    maker = RowMaker(COLUMNS)
    for number in range(3 * SHAPES):
        assert maker.row({f"new_{number}": number}) == {
            ADDITIONAL_FIELDS: {f"new_{number}": number}
        }
    assert len(maker._plans) <= SHAPES


# Secrets


@pytest.mark.parametrize(
    "name",
    [
        *("password", "jira_password", "TeamviewerPassword", "client_secret", "clientSecret"),
        *("webhook_url", "api_key", "apikey", "access_token", "bank_details_line_1"),
        *("bankaccountnumber", "iban", "sort_code"),
    ],
)
def test_an_undeclared_field_that_is_called_a_secret_is_dropped_at_any_depth(name: str) -> None:
    maker = RowMaker(COLUMNS)
    assert maker.row({"long": 1, name: "hunter2"}) == {"long": 1}
    deep = [{"a": {name: "hunter2", "b": 2}}, 3]
    assert maker.row({"json": deep, "new_in_v3": deep}) == {
        "json": [{"a": {"b": 2}}, 3],
        ADDITIONAL_FIELDS: {"new_in_v3": [{"a": {"b": 2}}, 3]},
    }
    assert deep[0] == {"a": {name: "hunter2", "b": 2}}, "what came is not ours to change"


def test_a_field_that_the_table_calls_secret_is_dropped_at_any_depth() -> None:
    maker = RowMaker(COLUMNS, frozenset({"link"}))
    assert maker.row({"link": "x", "json": [{"link": "x", "name": "a"}]}) == {
        "json": [{"name": "a"}]
    }


@pytest.mark.parametrize("name", ["kanban", "caliber", "assets", "key", "passed", "compass"])
def test_a_field_that_only_sounds_like_a_secret_is_kept(name: str) -> None:
    assert RowMaker(COLUMNS).row({name: 1}) == {ADDITIONAL_FIELDS: {name: 1}}


def test_a_custom_field_may_be_called_as_its_tenant_likes() -> None:
    raw = [{"name": "CFPasswordReset", "value": "done"}]
    assert RowMaker(COLUMNS).row({"customfields": raw}) == {
        "customfields": {"CFPasswordReset": {"value": "done"}}
    }
