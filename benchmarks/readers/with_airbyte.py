"""airbyte-cdk: a declarative source with OAuth, page increments and a cursor by date."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from airbyte_cdk.models import (
    AirbyteStream,
    ConfiguredAirbyteCatalog,
    ConfiguredAirbyteStream,
    DestinationSyncMode,
    SyncMode,
    Type,
)
from airbyte_cdk.sources.declarative.concurrent_declarative_source import (
    ConcurrentDeclarativeSource,
)

from benchmarks.rows import json_types


def _schema() -> dict[str, Any]:
    """The JSON schema of a ticket."""
    made: dict[str, Any] = {}
    for name, kind in json_types().items():
        if kind == "date-time":
            made[name] = {"type": ["null", "string"], "format": "date-time"}
        else:
            made[name] = {"type": ["null", kind]}
    return {"type": "object", "properties": made}


def _manifest(url: str) -> dict[str, Any]:
    retriever = {
        "type": "SimpleRetriever",
        "requester": {
            "type": "HttpRequester",
            "url_base": f"{url}/api",
            "path": "/Tickets",
            "http_method": "GET",
            "request_parameters": {
                "pageinate": "true",
                "order": "id",
                "orderdesc": "false",
                "include_custom_fields": "151,152,153,154",
            },
            "authenticator": {
                "type": "OAuthAuthenticator",
                "token_refresh_endpoint": f"{url}/auth/token",
                "grant_type": "client_credentials",
                "client_id": "benchmark",
                "client_secret": "benchmark-secret",
                "scopes": ["all"],
            },
        },
        "record_selector": {
            "type": "RecordSelector",
            "extractor": {"type": "DpathExtractor", "field_path": ["tickets"]},
        },
        "paginator": {
            "type": "DefaultPaginator",
            "page_token_option": {
                "type": "RequestOption",
                "inject_into": "request_parameter",
                "field_name": "page_no",
            },
            "page_size_option": {
                "type": "RequestOption",
                "inject_into": "request_parameter",
                "field_name": "page_size",
            },
            "pagination_strategy": {
                "type": "PageIncrement",
                "start_from_page": 1,
                "page_size": 100,
                "inject_on_first_request": True,
            },
        },
    }
    stream = {
        "type": "DeclarativeStream",
        "name": "ticket",
        "primary_key": ["id"],
        "retriever": retriever,
        "schema_loader": {"type": "InlineSchemaLoader", "schema": _schema()},
        "incremental_sync": {
            "type": "DatetimeBasedCursor",
            "cursor_field": "last_update",
            "datetime_format": "%Y-%m-%dT%H:%M:%SZ",
            "cursor_datetime_formats": ["%Y-%m-%dT%H:%M:%S.%f"],
            "start_datetime": {"type": "MinMaxDatetime", "datetime": "2000-01-01T00:00:00Z"},
            "start_time_option": {
                "type": "RequestOption",
                "inject_into": "request_parameter",
                "field_name": "lastupdatefromdate",
            },
        },
    }
    return {
        "version": "6.0.0",
        "type": "DeclarativeSource",
        "check": {"type": "CheckStream", "stream_names": ["ticket"]},
        "streams": [stream],
        "spec": {"type": "Spec", "connection_specification": {"type": "object", "properties": {}}},
    }


def read(url: str, take: Callable[[Any], None]) -> None:
    """All tickets."""
    logging.disable(logging.WARNING)
    config: dict[str, Any] = {"__injected_declarative_manifest": {}}
    catalog = ConfiguredAirbyteCatalog(
        streams=[
            ConfiguredAirbyteStream(
                stream=AirbyteStream(
                    name="ticket",
                    json_schema=_schema(),
                    supported_sync_modes=[SyncMode.full_refresh, SyncMode.incremental],
                ),
                sync_mode=SyncMode.incremental,
                destination_sync_mode=DestinationSyncMode.append_dedup,
            )
        ]
    )
    source = ConcurrentDeclarativeSource(
        catalog=catalog, config=config, state=[], source_config=_manifest(url)
    )
    for message in source.read(logging.getLogger("airbyte"), config, catalog, []):
        if message.type == Type.RECORD:
            take(message.record.data)
