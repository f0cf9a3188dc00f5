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
from halo.setup.form import FORM, Field
from halo.setup.tests import SETUP_TESTS
from halo.tables import TABLE_NAMES

SECRETS = {"client_secret", "password", "refresh_token"}


def names(fields: Iterable[Any]) -> list[str]:
    return [field.name for field in fields]


def test_a_setting_is_in_the_code_the_file_and_the_form_and_nowhere_else() -> None:
    placeholders = json.loads(Path(connector.__file__).with_name("configuration.json").read_text())
    assert names(FORM) == list(KEYS) == list(placeholders)


def test_a_secret_is_typed_in_clear() -> None:
    assert {field.name for field in FORM if field.masked} == SECRETS


def test_a_field_is_demanded_that_not_every_way_to_sign_in_needs() -> None:
    assert {field.name for field in FORM if field.required} == {"base_url", "client_id"}


def test_the_dropdown_offers_what_the_settings_refuse() -> None:
    (grant,) = [field for field in FORM if field.choices]
    assert grant.name == "grant_type"
    assert tuple(choice.value for choice in grant.choices) == GRANT_TYPES


@pytest.mark.parametrize("field", FORM, ids=names(FORM))
def test_a_description_leaves_open_where_what_and_else(field: Field) -> None:
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
        if field.name in ("auth_url", "tenant", "scope", "start_date", "excluded_tables") or (
            field.name in ("requests_per_5_minutes", "history_minutes", "base_url")
        ):
            assert example
            url = re.search(r"Example: (https://[^ ,]+?)[.,] ", field.description)
            value = url[1] if url else example[1]
            parse(sound | {field.name: value}, TABLE_NAMES)
            parse(sound | {field.name: field.placeholder}, TABLE_NAMES)


def test_what_the_form_writes_when_only_the_needed_is_typed_in_is_refused() -> None:
    typed = {"base_url": "https://a.haloitsm.com", "client_id": "a", "client_secret": "b"}
    settings = parse(dict.fromkeys(names(FORM), "") | typed, TABLE_NAMES)
    assert settings.scope == "all"
    assert settings.requests_per_5_minutes == 240


def test_the_form_of_the_sdk_lacks_a_field_or_a_test() -> None:
    form = connector.configuration_form().to_response()
    assert names(form.fields) == list(KEYS)
    assert {field.name for field in form.fields if field.text_field == 1} == SECRETS
    assert [test.label for test in form.tests] == [label for label, _ in SETUP_TESTS]
    assert [test.name for test in form.tests] == [test.__name__ for _, test in SETUP_TESTS]
    assert len({test.name for test in form.tests}) == len(SETUP_TESTS)


def test_the_form_asks_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the form opened a connection")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)
    connector.configuration_form()


def test_a_failure_does_not_reach_the_dashboard() -> None:
    answer = connector.connector.run_test("settings_are_sound", {"client_id": "a"})
    assert answer.failure == (
        "base_url is missing; grant_type client_credentials needs base_url, client_id, "
        "client_secret."
    )
    sound = {"base_url": "https://a.haloitsm.com", "client_id": "a", "client_secret": "b"}
    assert connector.connector.run_test("settings_are_sound", sound).success is True
