"""What goes wrong on the way: errors, broken connections and damaged answers, to be ordered."""

import json
import os
import socket
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from werkzeug.wrappers import Response

Kind = Literal["status", "html", "reset", "cut", "endless", "body", "mutate"]

HTML_PAGE = (
    "<!DOCTYPE html>\n<html><head><title>Service Unavailable</title></head>\n"
    "<body><h1>Service Unavailable</h1><p>HTTP Error 503. The service is unavailable.</p>"
    "</body></html>\n"
)


@dataclass(eq=False)
class Fault:
    """One disturbance, put into `SandboxApp.faults`.

    It hits the `nth` request that matches (counted from when it was added), and the `times - 1`
    after it; `times=0` never ends. `path` is in lower case and without `/api`, as in "/tickets"
    or "/auth/token"; one that ends in "/" matches all below it, None matches every request.
    `params` must all be in the request's query. Of several faults the first in the list acts.
    """

    path: str | None = None
    nth: int = 1
    times: int = 1
    kind: Kind = "status"
    # For "status": the answer. For "body" and "cut": its `body` and `content_type`.
    status: int = 500
    body: str | bytes = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    # For "mutate": gets the decoded JSON and answers another, or changes it and answers None; what
    # is no JSON stays as it is.
    mutate: Callable[[Any], Any] | None = None
    params: Mapping[str, str] = field(default_factory=dict)
    # How many requests matched so far.
    seen: int = field(default=0, init=False)

    def counts(self, path: str, params: Mapping[str, str]) -> bool:
        """Count a request if it matches; whether it is one that this fault hits."""
        if not self._matches(path, params):
            return False
        self.seen += 1
        return self.seen >= self.nth and (not self.times or self.seen < self.nth + self.times)

    def _matches(self, path: str, params: Mapping[str, str]) -> bool:
        wanted = (self.path or "").lower()
        below = wanted.endswith("/") and path.startswith(wanted)
        if self.path is not None and path != wanted and not below:
            return False
        return all(params.get(name) == value for name, value in self.params.items())


def disturbed(fault: Fault, environ: Mapping[str, Any], answer: Callable[[], Response]) -> Response:
    """The answer that a fault makes of a request; `answer` gives the undisturbed one."""
    match fault.kind:
        case "html":
            return Response(HTML_PAGE, 200, content_type="text/html; charset=utf-8")
        case "reset":
            _reset(environ)
        case "cut":
            return _cut(fault, environ, answer)
        case "endless":
            return Response(
                _endless(), 200, content_type="application/json", direct_passthrough=True
            )
        case "body":
            return Response(fault.body, 200, fault.headers, content_type=fault.content_type)
        case "mutate":
            return _mutated(fault, answer())
    body = fault.body or json.dumps({"error": f"Simulated {fault.status}"})
    return Response(body, fault.status, fault.headers, content_type=fault.content_type)


def _reset(environ: Mapping[str, Any]) -> None:
    """Break the connection so that the client sees a reset, not an end."""
    connection: socket.socket | None = environ.get("werkzeug.socket")
    if connection is not None:
        linger_not = struct.pack("ii", 1, 0)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_not)
        # The server's files keep the socket open past its close(): close what is below it.
        os.close(connection.detach())
    raise ConnectionResetError("the fault 'reset' broke the connection")


def _cut(fault: Fault, environ: Mapping[str, Any], answer: Callable[[], Response]) -> Response:
    """Promise the whole answer, send half of it, hang up."""
    whole = fault.body or answer().get_data()
    content = whole.encode() if isinstance(whole, str) else whole
    if environ.get("werkzeug.socket") is None:
        raise ConnectionError("the fault 'cut' needs a real connection")
    half = content[: len(content) // 2]
    headers = {"Content-Length": str(len(content) + 1), "Connection": "close"}
    return Response(iter([half]), 200, headers, content_type=fault.content_type)


def _endless() -> Iterator[bytes]:
    """A JSON answer that begins well and never ends; stops when the client has gone."""
    yield b'{"record_count":1,"tickets":['
    while True:
        yield b" " * 65536


def _mutated(fault: Fault, response: Response) -> Response:
    if fault.mutate is None:
        raise ValueError("a fault of kind 'mutate' needs a function in `mutate`")
    if response.mimetype != "application/json":
        return response
    decoded = json.loads(response.get_data())
    changed = fault.mutate(decoded)
    response.set_data(json.dumps(decoded if changed is None else changed))
    return response
