"""The floor of any reader: one session, `json.loads`, and each raw row to a sink. No typing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import requests


def read(url: str, take: Callable[[Any], None]) -> None:
    """All tickets, as they came."""
    with requests.Session() as session:
        session.trust_env = False
        form = {"grant_type": "client_credentials", "client_id": "b", "client_secret": "b"}
        token = session.post(f"{url}/auth/token", data=form, timeout=30).json()["access_token"]
        session.headers["Authorization"] = f"Bearer {token}"
        number, pages = 1, 1
        while number <= pages:
            params = {"pageinate": "true", "page_no": str(number), "page_size": "100"}
            params |= {"order": "id", "orderdesc": "false"}
            page = json.loads(session.get(f"{url}/api/Tickets", params=params, timeout=30).content)
            for row in page["tickets"]:
                take(row)
            pages = -(-page["record_count"] // 100)
            number += 1
