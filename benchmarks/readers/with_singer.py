"""singer-sdk: a tap with a RESTStream, OAuth, page numbers and a replication key.

Its messages are dropped before they are made into text, which the others need not do either.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import requests
from singer_sdk import RESTStream, Tap
from singer_sdk import typing as th
from singer_sdk.authenticators import OAuthAuthenticator
from singer_sdk.pagination import BasePageNumberPaginator
from singer_sdk.singerlib import RecordMessage

from benchmarks.rows import json_types

_TYPES: dict[str, Any] = {
    "integer": th.IntegerType,
    "number": th.NumberType,
    "boolean": th.BooleanType,
    "string": th.StringType,
    "date-time": th.DateTimeType,
    "object": th.ObjectType(additional_properties=True),
    "array": th.ArrayType(th.AnyType()),
}


class Pages(BasePageNumberPaginator):
    """Ends at the number of rows that Halo says."""

    def has_more(self, response: requests.Response) -> bool:
        """Whether there is a next page."""
        return bool(self.current_value * 100 < response.json()["record_count"])


class SignIn(OAuthAuthenticator):
    """OAuth client credentials."""

    @property
    def oauth_request_body(self) -> dict[str, Any]:
        """The form of the token call."""
        return {
            "grant_type": "client_credentials",
            "client_id": "benchmark",
            "client_secret": "benchmark-secret",
            "scope": "all",
        }


class Tickets(RESTStream[int]):
    """The list of tickets."""

    name = "ticket"
    path = "/api/Tickets"
    primary_keys = ("id",)
    replication_key = "last_update"
    records_jsonpath = "$.tickets[*]"
    schema = th.PropertiesList(
        *(th.Property(name, _TYPES[kind]) for name, kind in json_types().items())
    ).to_dict()

    @property
    def url_base(self) -> str:
        """The tenant."""
        return str(self.config["url"])

    @property
    def authenticator(self) -> SignIn:
        """One for the stream."""
        if not hasattr(self, "_sign_in"):
            self._sign_in = SignIn(auth_endpoint=f"{self.url_base}/auth/token")
        return self._sign_in

    def get_new_paginator(self) -> Pages:
        """Page numbers from 1."""
        return Pages(start_value=1)

    def get_url_params(
        self, context: Mapping[str, Any] | None, next_page_token: int | None
    ) -> dict[str, Any]:
        """One page, from the cursor on."""
        params = {
            "pageinate": "true",
            "page_no": next_page_token,
            "page_size": 100,
            "order": "id",
            "orderdesc": "false",
            "include_custom_fields": "151,152,153,154",
        }
        since = self.get_starting_timestamp(context)
        return params | ({"lastupdatefromdate": since.isoformat()} if since else {})


class Halo(Tap):
    """The tap, whose messages go to `take`."""

    name = "tap-halo"
    config_jsonschema = th.PropertiesList(th.Property("url", th.StringType)).to_dict()
    take: Callable[[Any], None]

    def discover_streams(self) -> Iterable[Tickets]:
        """Tickets only."""
        return [Tickets(self)]

    def write_message(self, message: Any) -> None:
        """Hands a record on; drops schema and state."""
        if isinstance(message, RecordMessage):
            self.take(message.record)


def read(url: str, take: Callable[[Any], None]) -> None:
    """All tickets."""
    logging.disable(logging.WARNING)
    tap = Halo(config={"url": url, "start_date": "2000-01-01T00:00:00Z"})
    tap.take = take
    tap.sync_all()
