"""The configuration: what is accepted, what is refused, and in which words."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from halo.errors import SettingsError
from halo.settings import KEYS, SETTINGS, Settings, parse
from halo.tables import REGISTRY

COMPLETE = {
    "base_url": "https://acme.haloitsm.com",
    "client_id": "an-application",
    "client_secret": "sesame-of-the-client",
    "username": "someone",
    "password": "sesame-of-the-user",
    "refresh_token": "sesame-of-the-token",
}


def parsed(**changes: object) -> Settings:
    return parse(COMPLETE | changes, REGISTRY)


@pytest.mark.parametrize("nothing", [None, "", "  ", "<OPTIONAL: see README>"])
def test_absent_empty_and_placeholder_all_mean_the_default(nothing: str | None) -> None:
    optional = dict.fromkeys(set(KEYS) - {"base_url", "client_id", "client_secret"}, nothing)
    assert parsed(**optional) == Settings(
        base_url="https://acme.haloitsm.com",
        client_id="an-application",
        client_secret="sesame-of-the-client",
        grant_type="client_credentials",
        username="",
        password="",
        refresh_token="",
        auth_url="",
        tenant="",
        scope="all",
        start_date=None,
        excluded_tables=frozenset(),
        ticket_details="all",
        requests_per_5_minutes=240,
        history_minutes=30,
    )


def test_configuration_json_has_each_key_once_and_syncs_nothing_as_it_is() -> None:
    shipped = json.loads((Path(__file__).parent.parent / "configuration.json").read_text("utf-8"))
    assert tuple(shipped) == KEYS
    with pytest.raises(SettingsError, match=r"^base_url is still the placeholder <…>; "):
        parse(shipped, REGISTRY)


def test_each_setting_is_a_field_of_what_is_parsed() -> None:
    assert {setting.key for setting in SETTINGS} == {field.name for field in fields(Settings)}
    assert len(KEYS) == len(set(KEYS)) == len(SETTINGS)


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("base-url", "base_url"),
        ("Client_ID", "client_id"),
        ("exclude_tables", "excluded_tables"),
        ("requests_per_5_minute", "requests_per_5_minutes"),
        ("ticket_detail", "ticket_details"),
    ],
)
def test_a_misspelt_key_is_refused_with_the_one_that_was_meant(key: str, meant: str) -> None:
    for value in ("", "<PLACEHOLDER>", "something", None):
        with pytest.raises(SettingsError) as refused:
            parsed(**{key: value})
        assert str(refused.value) == (
            f"{key} is no setting of this connector; did you mean {meant}?"
        )


def test_a_key_that_is_like_no_other_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(SettingsError) as refused:
        parsed(colour="green")
    sentence = str(refused.value)
    assert sentence.startswith("colour is no setting of this connector; the settings are base_url,")
    assert sentence.endswith("history_minutes.") and "green" not in sentence


@pytest.mark.parametrize(
    ("grant_type", "needed"),
    [
        ("client_credentials", ["base_url", "client_id", "client_secret"]),
        ("password", ["base_url", "client_id", "username", "password"]),
        ("refresh_token", ["base_url", "client_id", "refresh_token"]),
    ],
)
def test_each_grant_needs_its_keys_and_no_others(grant_type: str, needed: list[str]) -> None:
    just_enough = {key: COMPLETE[key] for key in needed} | {"grant_type": grant_type.upper()}
    assert parse(just_enough, REGISTRY).grant_type == grant_type
    for key in needed:
        with pytest.raises(SettingsError, match=f"^{key} is missing; grant_type {grant_type} "):
            parse(just_enough | {key: ""}, REGISTRY)
        with pytest.raises(SettingsError, match=f"^{key} is still the placeholder <…>; "):
            parse(just_enough | {key: f"<{COMPLETE[key]}>"}, REGISTRY)


def test_a_value_in_brackets_is_not_repeated_as_it_may_be_a_secret() -> None:
    with pytest.raises(SettingsError) as refused:
        parsed(client_secret="<sesame-of-the-client>")
    assert "sesame" not in str(refused.value)


def test_half_a_pair_of_brackets_is_no_placeholder() -> None:
    assert parsed(client_secret="<sesame").client_secret == "<sesame"


@pytest.mark.parametrize(
    ("given", "root"),
    [
        ("https://acme.haloitsm.com/", "https://acme.haloitsm.com"),
        ("https://acme.haloitsm.com/api", "https://acme.haloitsm.com"),
        ("https://acme.haloitsm.com/api/", "https://acme.haloitsm.com"),
        ("HTTPS://ACME.HaloITSM.com/API/", "https://acme.haloitsm.com"),
        ("https://help.acme.com/HaloApi/api", "https://help.acme.com/HaloApi"),
        ("https://help.acme.com/myapi", "https://help.acme.com/myapi"),
        ("https://acme.com:8443/api", "https://acme.com:8443"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://127.0.0.1:8080/api", "http://127.0.0.1:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        pytest.param("https://api", "https://api"),
    ],
)
def test_base_url_is_the_root_of_the_instance_however_it_is_written(given: str, root: str) -> None:
    assert parsed(base_url=given).base_url == root


@pytest.mark.parametrize(
    "address",
    [
        "http://acme.haloitsm.com",
        "http://10.0.0.1",
        "http://0.0.0.0",
        "http://localhost.evil.com",
        "http://127.0.0.1.evil.com",
        "ftp://acme.haloitsm.com",
        "acme.haloitsm.com",
        "https://",
        "https://acme.com:eighty",
        "https://acme.com:99999",
        "https://[::1",
        "https://acme.com?tenant=acme",
        "https://acme.com/#/login",
        "https://user:pass@acme.com",
        "https://@acme.com",
        pytest.param("https://your tenant.haloitsm.com"),
    ],
)
@pytest.mark.parametrize("key", ["base_url", "auth_url"])
def test_an_address_that_secrets_should_not_go_to_is_refused(key: str, address: str) -> None:
    with pytest.raises(SettingsError, match=f"^{key} "):
        parsed(**{key: address})


@pytest.mark.parametrize(
    "address",
    [
        "https://user:hunter2@acme.com",
        pytest.param("user:hunter2@acme.com"),
        "//u:hunter2@acme.com",
    ],
)
def test_a_password_in_an_address_is_not_repeated_in_the_error(address: str) -> None:
    with pytest.raises(SettingsError) as refused:
        parsed(base_url=address)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("grant_type", "authorization_code"),
        ("start_date", "last year"),
        ("start_date", "2024-13-01"),
        pytest.param("start_date", "0001-01-01T00:00:00+14:00"),
        ("excluded_tables", "ticket"),
        ("excluded_tables", "user, Ticket"),
        ("excluded_tables", "tickets"),
        ("requests_per_5_minutes", "0"),
        ("requests_per_5_minutes", "-240"),
        ("requests_per_5_minutes", "9"),
        ("requests_per_5_minutes", "100001"),
        ("ticket_details", "some"),
        ("requests_per_5_minutes", "many"),
        ("requests_per_5_minutes", "nan"),
        ("history_minutes", "-1"),
        ("history_minutes", "inf"),
        ("history_minutes", "half an hour"),
        ("client_id", 5),
        ("history_minutes", 30),
        ("excluded_tables", ["user"]),
    ],
)
def test_a_wrong_value_is_one_sentence_that_names_the_key(key: str, value: object) -> None:
    with pytest.raises(SettingsError) as refused:
        parsed(**{key: value})
    sentence = str(refused.value)
    assert sentence.startswith(key)
    assert sentence.endswith(".") and "\n" not in sentence
    assert "sesame" not in sentence


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-01-31", datetime(2024, 1, 31, tzinfo=UTC)),
        ("2024-01-31T12:00:00+02:00", datetime(2024, 1, 31, 10, tzinfo=UTC)),
        ("2024-01-31T12:00:00Z", datetime(2024, 1, 31, 12, tzinfo=UTC)),
    ],
)
def test_start_date_is_in_utc(text: str, moment: datetime) -> None:
    start = parsed(start_date=text).start_date
    assert start == moment
    assert start is not None and start.utcoffset() == moment.utcoffset()


@pytest.mark.parametrize("text", ["2026-06-16", "2027-01-31", "2026-06-15T23:00:00-02:00"])
def test_a_start_date_in_the_future_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match=f"^start_date is '{text}', which is in the future; "):
        parse(COMPLETE | {"start_date": text}, REGISTRY, date(2026, 6, 15))


@pytest.mark.parametrize("text", ["2026-06-15", "2026-06-16T01:00:00+02:00", "2024-01-31"])
def test_a_start_date_of_today_or_before_is_taken(text: str) -> None:
    assert parse(COMPLETE | {"start_date": text}, REGISTRY, date(2026, 6, 15)).start_date


def test_without_a_day_given_the_start_date_is_compared_with_today() -> None:
    with pytest.raises(SettingsError, match="in the future"):
        parsed(start_date="9999-01-01")


def test_a_required_table_cannot_be_excluded_and_every_other_can() -> None:
    for table in REGISTRY:
        if not table.required:
            assert parsed(excluded_tables=table.name).excluded_tables == {table.name}
            continue
        with pytest.raises(SettingsError, match=f"names {table.name}, which every sync needs"):
            parsed(excluded_tables=table.name)


@pytest.mark.parametrize("text", ["all", "changed", "none", "None"])
def test_ticket_details_is_one_of_three(text: str) -> None:
    assert parsed(ticket_details=text).ticket_details == text.lower()


def test_excluded_tables_may_be_written_carelessly() -> None:
    assert parsed(excluded_tables=" User, site ,,").excluded_tables == {"user", "site"}


def test_numbers_are_taken_as_given() -> None:
    settings = parsed(requests_per_5_minutes="10", history_minutes="0")
    assert (settings.requests_per_5_minutes, settings.history_minutes) == (10, 0)
    assert parsed(requests_per_5_minutes="100000").requests_per_5_minutes == 100000


def test_no_secret_is_in_the_repr() -> None:
    settings = parsed()
    assert "sesame" not in repr(settings)
    assert len(settings.secrets) == 3
    assert all(secret.startswith("sesame") for secret in settings.secrets)


@pytest.mark.parametrize("value", ["<https://acme.haloitsm.com>", "https://<acme>.haloitsm.com"])
def test_a_placeholder_that_is_filled_in_half_is_told_as_one(value: str) -> None:
    with pytest.raises(SettingsError, match=r"^base_url is still the placeholder <…>; "):
        parse({"base_url": value, "client_id": "a", "client_secret": "b"}, REGISTRY)
