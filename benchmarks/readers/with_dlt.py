"""dlt: its `rest_api` source with OAuth client credentials, page numbers and an incremental cursor.

The resource is iterated, which is dlt's extraction without its normalising and loading.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
os.environ["RUNTIME__LOG_LEVEL"] = "ERROR"

from dlt.sources.helpers.rest_client.auth import OAuth2ClientCredentials
from dlt.sources.rest_api import rest_api_source


def read(url: str, take: Callable[[Any], None]) -> None:
    """All tickets. Halo says no number of pages, so that the first empty page ends the list."""
    source = rest_api_source(
        {
            "client": {
                "base_url": f"{url}/api/",
                "auth": OAuth2ClientCredentials(
                    access_token_url=f"{url}/auth/token",
                    client_id="benchmark",
                    client_secret="benchmark-secret",
                    access_token_request_data={"scope": "all"},
                ),
                "paginator": {
                    "type": "page_number",
                    "base_page": 1,
                    "page_param": "page_no",
                    "total_path": None,
                },
            },
            "resources": [
                {
                    "name": "ticket",
                    "primary_key": "id",
                    "write_disposition": "merge",
                    "endpoint": {
                        "path": "Tickets",
                        "data_selector": "tickets",
                        "params": {
                            "pageinate": "true",
                            "page_size": "100",
                            "order": "id",
                            "orderdesc": "false",
                            "include_custom_fields": "151,152,153,154",
                            "lastupdatefromdate": "{incremental.start_value}",
                        },
                        "incremental": {
                            "cursor_path": "last_update",
                            "initial_value": "2000-01-01T00:00:00.000",
                        },
                    },
                }
            ],
        }
    )
    for row in source.resources["ticket"]:
        take(row)
