"""The setup form: a field for every setting, with what somebody who fills it in has to know."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

import connector
from halo.settings import GRANT_TYPES, KEYS, parse
from halo.setup.form import FORM, is_demanded
from halo.setup.tests import SETUP_TESTS
from halo.tables import REGISTRY
from halo.values import Setting
from tests.world import assert_filled

FORM_KEYS = [setting.key for setting in FORM]
SECRETS = {"client_secret", "password", "refresh_token"}


def names(fields: Iterable[Any]) -> list[str]:
    return [field.name for field in fields]


def test_a_setting_is_in_the_code_the_file_and_the_form_and_nowhere_else() -> None:
    placeholders = json.loads(Path(connector.__file__).with_name("configuration.json").read_text())
    assert FORM_KEYS == list(KEYS) == list(placeholders)


def test_a_secret_is_typed_in_clear() -> None:
    assert {setting.key for setting in FORM if setting.masked} == SECRETS


def test_a_field_is_demanded_that_not_every_way_to_sign_in_needs() -> None:
    assert {s.key for s in FORM if is_demanded(s)} == {"base_url", "client_id"}


def test_the_dropdown_offers_what_the_settings_refuse() -> None:
    offered = {s.key: tuple(choice.value for choice in s.choices) for s in FORM if s.choices}
    assert offered == {"grant_type": GRANT_TYPES, "ticket_details": ("all", "changed", "none")}


@pytest.mark.parametrize("field", FORM, ids=FORM_KEYS)
def test_a_description_leaves_open_where_what_and_else(field: Setting) -> None:
    assert_filled(field.description)
    assert "Example: " in field.description
    assert re.search(r"Default: |No default\.$", field.description)
    assert (
        "In Halo: " in field.description
        or "in Halo: " in field.description
        or (
            "Halo does not show it" in field.description or "Halo's token call" in field.description
        )
    )
    assert field.placeholder


def test_an_example_or_placeholder_of_an_optional_setting_is_not_sound() -> None:
    sound = {"base_url": "https://a.haloitsm.com", "client_id": "a", "client_secret": "b"}
    for field in FORM:
        example = re.search(r"Example: (.+?)\.(?: |$)", field.description)
        assert example and field.placeholder
        url = re.search(r"Example: (https://[^ ,]+?)[.,] ", field.description)
        value = url[1] if url else example[1]
        parse(sound | {field.key: value}, REGISTRY)
        parse(sound | {field.key: field.placeholder}, REGISTRY)


def test_the_form_does_not_name_each_table_that_may_be_left_out() -> None:
    (about,) = [setting.description for setting in FORM if setting.key == "excluded_tables"]
    assert all(table.name in about for table in REGISTRY)
    assert "; ticket is always synced" in about


def test_what_the_form_writes_when_only_the_needed_is_typed_in_is_refused() -> None:
    typed = {"base_url": "https://a.haloitsm.com", "client_id": "a", "client_secret": "b"}
    settings = parse(dict.fromkeys(FORM_KEYS, "") | typed, REGISTRY)
    assert settings.scope == "all"
    assert settings.requests_per_5_minutes == 240


def test_the_form_of_the_sdk_lacks_a_field_or_a_test() -> None:
    form = connector.configuration_form().to_response()
    assert names(form.fields) == list(KEYS)
    assert {field.name for field in form.fields if field.text_field == 1} == SECRETS
    assert [test.label for test in form.tests] == [test.label for test in SETUP_TESTS]
    assert [test.name for test in form.tests] == [test.name for test in SETUP_TESTS]
    assert len({test.name for test in form.tests}) == len(SETUP_TESTS)


def test_the_form_asks_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the form opened a connection")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)
    connector.configuration_form()


def test_a_failure_does_not_reach_the_dashboard() -> None:
    answer = connector.connector.run_test("the_settings_are_sound", {"client_id": "a"})
    assert answer.failure == (
        "base_url is missing; grant_type client_credentials needs base_url, client_id, "
        "client_secret."
    )
    sound = {"base_url": "https://a.haloitsm.com", "client_id": "a", "client_secret": "b"}
    assert connector.connector.run_test("the_settings_are_sound", sound).success is True
