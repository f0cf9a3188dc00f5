"""The stand-in tenant on a real port, in a thread of its own."""

import socket
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING, Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.wrappers import Response

from sandbox.app import SandboxApp
from sandbox.tenant import Tenant

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


class KeepAliveHandler(WSGIRequestHandler):
    """Answers request after request on one connection, and says nothing about it.

    werkzeug's own handler closes after each answer, for it cannot know whether the request's body
    was read; `SandboxApp` always reads it.
    """

    protocol_version = "HTTP/1.1"
    # Head and body are two writes: with Nagle's algorithm the second waits for the client's ACK.
    disable_nagle_algorithm = True
    # What cannot be delivered must not hold the thread for ever.
    timeout = 300

    def run_wsgi(self) -> None:
        """One request and its answer."""
        environ = self.make_environ()
        try:
            self._send(self._answer(environ))
        except OSError:
            # The client has gone, or a fault broke the connection.
            self.close_connection = True

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing: `SandboxApp.requests` has it all."""

    def _answer(self, environ: "WSGIEnvironment") -> Response:
        try:
            return Response.from_app(self.server.app, environ)
        except ConnectionError:
            raise
        except Exception:
            return Response(traceback.format_exc(), 500, content_type="text/plain; charset=utf-8")

    def _send(self, response: Response) -> None:
        headers = response.headers
        chunked = "Content-Length" not in headers
        # Not send_response: it would add a Date of its own.
        self.send_response_only(response.status_code)
        for name, value in headers.items():
            self.send_header(name, value)
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for part in response.response:
            content = part.encode() if isinstance(part, str) else part
            self.wfile.write(b"%x\r\n%s\r\n" % (len(content), content) if chunked else content)
        if chunked:
            self.wfile.write(b"0\r\n\r\n")


class KeepAliveServer(ThreadedWSGIServer):
    """Knows its open connections, so that it can hang up when it stops."""

    def __init__(self, host: str, port: int, app: SandboxApp) -> None:
        self._open: set[socket.socket] = set()
        super().__init__(host, port, app, KeepAliveHandler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """A connection is opened."""
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """A connection is closed."""
        self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """Stop listening, and hang up."""
        super().server_close()
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


@dataclass(frozen=True)
class RunningServer:
    """Where a tenant is served, and by which application."""

    url: str
    app: SandboxApp


@contextmanager
def serve(tenant: Tenant, port: int = 0, host: str = "127.0.0.1") -> Iterator[RunningServer]:
    """Serve a tenant until the block is left; port 0 takes a free one."""
    app = SandboxApp(tenant)
    server = KeepAliveServer(host, port, app)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield RunningServer(f"http://{host}:{server.server_port}", app)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
