"""The local API: pre-rendered tickets, 100 a page whatever is asked; with latency or a quota.

`GET /control?size=…` begins anew, `GET /counts` tells what was asked; neither is counted.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import time
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qsl, unquote

from benchmarks import rows

PAGE = 100
TOKEN = "benchmark-token-0123456789"
LISTS = {"/tickets": "tickets", "/users": "users", "/client": "clients", "/site": "sites"}


class Api:
    """What the tenant holds, and what was asked of it since the last `control`."""

    def __init__(self) -> None:
        self._bodies = rows.ticket_bodies()
        self.begin({"size": "100"})

    def begin(self, wish: Mapping[str, str]) -> None:
        """A tenant of `size` tickets and `people` users, clients and sites.

        `latency` is in seconds; `quota` requests are allowed in any `window` seconds, 0 is no
        limit; with `moving`, a ticket is created and one deleted after each page of tickets.
        """
        self.size = int(wish["size"])
        self.latency = float(wish.get("latency", "0"))
        self._quota, self._window = int(wish.get("quota", "0")), float(wish.get("window", "300"))
        self._moving = wish.get("moving") == "1"
        self._chance = random.Random(int(wish.get("seed", "1")))
        self._ids = list(range(1, self.size + 1))
        self._largest = self.size
        self._created: dict[int, datetime] = {}
        people = int(wish.get("people", "50"))
        self._people = {
            path: [json.dumps(rows.person(path, number + 1)).encode() for number in range(people)]
            for path in LISTS
            if path != "/tickets"
        }
        self._recent: deque[float] = deque()
        self.requests = self.refused = self.in_flight = self.most_in_flight = 0
        self.by_path: dict[str, int] = {}
        self.first: dict[str, float] = {}
        self.last: dict[str, float] = {}
        self._cpu = time.process_time()

    def counts(self) -> dict[str, Any]:
        """What was asked, and the ids that were there all the time."""
        return {
            "requests": self.requests,
            "refused": self.refused,
            "most_in_flight": self.most_in_flight,
            "by_path": self.by_path,
            "spans": {path: [self.first[path], self.last[path]] for path in self.last},
            "stayed": self._ids[: bisect_right(self._ids, self.size)] if self._moving else None,
            "server_cpu": time.process_time() - self._cpu,
        }

    def answer(self, method: str, path: str, query: dict[str, str], signed: bool) -> Answer:
        """Status, body and further headers of an answer."""
        if path == "/auth/token" and method == "POST":
            token = {"access_token": TOKEN, "token_type": "Bearer", "expires_in": 3600}
            return 200, json.dumps(token | {"scope": "all"}).encode(), b""
        if path == "/api/authinfo":
            return 200, b"{}", b""
        if not signed:
            return 401, b'{"error":"no token"}', b""
        if path == "/api/fieldinfo":
            return 200, json.dumps(rows.field_info()).encode(), b""
        name = path.removeprefix("/api")
        if name in LISTS:
            return 200, self._page(name, query), b""
        return 404, b'{"error":"no such path"}', b""

    def limited(self) -> bytes | None:
        """The header of a 429, where the quota is used up."""
        if not self._quota:
            return None
        now = time.monotonic()
        while self._recent and self._recent[0] <= now - self._window:
            self._recent.popleft()
        if len(self._recent) < self._quota:
            self._recent.append(now)
            return None
        seconds = self._recent[0] + self._window - now
        return b"Retry-After: %d\r\n" % max(1, round(seconds + 0.5))

    def _page(self, path: str, query: dict[str, str]) -> bytes:
        number = int(query.get("page_no", "1"))
        descending = query.get("order") != "id" or query.get("orderdesc") == "true"
        if path == "/tickets":
            ids = self._filtered(query)
            count = len(ids)
            here = [self._ticket(identity) for identity in _part(ids, number, descending)]
            if self._moving:
                self._move()
        else:
            count = len(self._people[path])
            here = _part(self._people[path], number, descending)
        head = b'{"page_no":%d,"page_size":%d,"record_count":%d,"%s":[' % (
            number,
            PAGE,
            count,
            LISTS[path].encode(),
        )
        return head + b",".join(here) + b"]}"

    def _filtered(self, query: dict[str, str]) -> list[int]:
        low, high = 0, len(self._ids)
        if since := query.get("lastupdatefromdate"):
            low = bisect_left(self._ids, _moment(since), key=self._updated)
        if upto := query.get("lastupdatetodate"):
            high = bisect_right(self._ids, _moment(upto), key=self._updated)
        return self._ids if (low, high) == (0, len(self._ids)) else self._ids[low:high]

    def _updated(self, identity: int) -> datetime:
        if identity in self._created:
            return self._created[identity]
        return rows.EPOCH - (self.size - identity) * rows.STEP

    def _ticket(self, identity: int) -> bytes:
        return rows.ticket(identity, self._updated(identity), self._bodies)

    def _move(self) -> None:
        """One ticket comes, one goes."""
        self._largest += 1
        self._created[self._largest] = datetime.now(UTC)
        self._ids.append(self._largest)
        del self._ids[self._chance.randrange(len(self._ids) - 1)]


Answer = tuple[int, bytes, bytes]


def _part(items: list[Any], number: int, descending: bool) -> list[Any]:
    begin = (number - 1) * PAGE
    if not descending:
        return items[begin : begin + PAGE]
    end = len(items) - begin
    return items[max(0, end - PAGE) : max(0, end)][::-1]


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Connected(asyncio.Protocol):
    """HTTP/1.1 with keep-alive, as much of it as the clients of the benchmark speak."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._received = b""

    def connection_made(self, transport: Any) -> None:
        """A client connects."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """A part of a request came."""
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, body = self._received.partition(b"\r\n\r\n")
            first, *lines = head.decode("latin-1").split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in lines)
            length = int(headers.get("content-length", "0"))
            if len(body) < length:
                return
            self._received = body[length:]
            method, target, _ = first.split(" ")
            path, _, query = target.partition("?")
            signed = headers.get("authorization", "") == f"bearer {TOKEN}"
            self._take(method, unquote(path).lower(), dict(parse_qsl(query)), signed)

    def _take(self, method: str, path: str, query: dict[str, str], signed: bool) -> None:
        api = self._api
        if path == "/control":
            api.begin(query)
            self._send(200, b"{}", b"")
            return
        if path == "/counts":
            self._send(200, json.dumps(api.counts()).encode(), b"")
            return
        api.requests += 1
        api.by_path[path] = api.by_path.get(path, 0) + 1
        api.first.setdefault(path, time.monotonic())
        api.in_flight += 1
        api.most_in_flight = max(api.most_in_flight, api.in_flight)
        retry_after = api.limited()
        if retry_after is not None:
            api.refused += 1
            answer = (429, b'{"error":"Rate Limit Reached"}', retry_after)
        else:
            answer = api.answer(method, path, query, signed)
        if api.latency:
            asyncio.get_running_loop().call_later(api.latency, self._finish, path, answer)
        else:
            self._finish(path, answer)

    def _finish(self, path: str, answer: Answer) -> None:
        self._api.in_flight -= 1
        self._api.last[path] = time.monotonic()
        self._send(*answer)

    def _send(self, status: int, body: bytes, more: bytes) -> None:
        head = (
            b"HTTP/1.1 %d X\r\nContent-Type: application/json; charset=utf-8\r\n"
            b"Content-Length: %d\r\nDate: %s\r\n%s\r\n"
        ) % (status, len(body), formatdate(usegmt=True).encode(), more)
        self._transport.write(head + body)


async def _serve() -> None:
    api = Api()
    server = await asyncio.get_running_loop().create_server(lambda: Connected(api), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        os.sched_setaffinity(0, {int(sys.argv[1])})
    asyncio.run(_serve())
