"""The stand-in tenant as a WSGI application: sign-in, lists, limits, faults, own control."""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from werkzeug.http import http_date
from werkzeug.wrappers import Request, Response

from halo.tables import REGISTRY
from sandbox import endpoints
from sandbox.action_list import actions
from sandbox.faults import HTML_PAGE, Fault, disturbed
from sandbox.limits import RateLimit
from sandbox.listing import text
from sandbox.oauth import Authority
from sandbox.queries import Query, paging
from sandbox.remembered import Remembered
from sandbox.rows import with_text_ids
from sandbox.tenant import Tenant

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LISTS = {"/actions": actions} | endpoints.lists(REGISTRY)
DETAIL = "/tickets/"
TOKEN = "/auth/token"
JSON = "application/json; charset=utf-8"
NOT_FOUND_PAGE = HTML_PAGE.replace("Service Unavailable", "404 - File or directory not found.")


@dataclass(eq=False)
class RequestRecord:
    """One request that was served. `endpoint` is its path in lower case, without /api."""

    method: str
    path: str
    endpoint: str
    params: dict[str, str]
    headers: dict[str, str]
    at: datetime
    form: dict[str, str] = field(default_factory=dict)
    # 0 until it is answered, and for ever where the connection was broken instead.
    status: int = 0


class SandboxApp:
    """Serves one tenant.

    `before_request` is called with the ordinal (from 1) and the record of each request, before it
    is answered; `faults` may be added to and taken from at any time.
    """

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.requests: list[RequestRecord] = []
        self.faults: list[Fault] = []
        self.before_request: Callable[[int, RequestRecord], None] | None = None
        self._lists = {"/actions": actions} | endpoints.lists(tenant.registry)
        self._authority = Authority(tenant)
        self._limit = RateLimit(tenant)
        self._remembered = Remembered(tenant)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request, as WSGI calls for it."""
        request = Request(environ)
        # An unread body would be taken for the next request of the same connection.
        form = request.form.to_dict() if request.method == "POST" else {}
        request.get_data()
        if self.tenant.quirks.latency_seconds > 0:
            time.sleep(self.tenant.quirks.latency_seconds)
        with self.tenant.lock:
            response = self._control(request) or self._recorded(request, form)
        return response(environ, start_response)

    def revoke_tokens(self) -> None:
        """Make every access token worthless, as when the application is disabled."""
        with self.tenant.lock:
            self._authority.revoke_tokens()

    def _recorded(self, request: Request, form: dict[str, str]) -> Response:
        now = self.tenant.now()
        record = RequestRecord(
            request.method,
            request.path,
            self._endpoint(request.path),
            request.args.to_dict(),
            dict(request.headers),
            now,
            form,
        )
        self.requests.append(record)
        if self.before_request:
            self.before_request(len(self.requests), record)
        response = self._disturbed(request, record)
        self.tenant.read_at = now
        record.status = response.status_code
        skewed = self.tenant.now() + timedelta(seconds=self.tenant.quirks.date_skew_seconds)
        response.headers["Date"] = http_date(skewed)
        return response

    def _endpoint(self, path: str) -> str:
        """The path in lower case, without the tenant's prefix and /api."""
        lowered = path.lower().rstrip("/")
        prefix = self.tenant.quirks.base_path.lower().rstrip("/")
        if lowered == prefix + TOKEN:
            return TOKEN
        if lowered.startswith(prefix + "/api/"):
            return lowered[len(prefix) + len("/api") :]
        return lowered

    def _disturbed(self, request: Request, record: RequestRecord) -> Response:
        hits = [fault for fault in self.faults if fault.counts(record.endpoint, record.params)]
        wait = self._limit.wait()

        def answer() -> Response:
            return self._answer(request, record) if wait is None else self._too_many(wait)

        return disturbed(hits[0], request.environ, answer) if hits else answer()

    def _too_many(self, wait: float) -> Response:
        headers = self._limit.retry_after(wait)
        refusal = self._limit.refusal()
        return Response(refusal, 429, headers, content_type="text/plain; charset=utf-8")

    def _answer(self, request: Request, record: RequestRecord) -> Response:
        prefix = self.tenant.quirks.base_path.lower().rstrip("/")
        if 0 < self.tenant.quirks.max_query < len(request.query_string):
            return _not_found()
        if record.endpoint == TOKEN:
            return self._token(request, record)
        if not request.path.lower().startswith(prefix + "/api/"):
            return _not_found()
        if request.method != "GET":
            return _json({"Message": "The requested resource does not support this method."}, 405)
        if record.endpoint == "/authinfo":
            return self._authinfo(request)
        return self._api(request, record)

    def _token(self, request: Request, record: RequestRecord) -> Response:
        if request.method != "POST":
            return _json({"error": "invalid_request"}, 405)
        if request.mimetype != "application/x-www-form-urlencoded":
            return _json({"error": "invalid_request"}, 400)
        granted = self._authority.token(record.form, record.params.get("tenant", ""))
        return _json(granted.body, granted.status)

    def _authinfo(self, request: Request) -> Response:
        if not self.tenant.quirks.discovery:
            return _not_found()
        auth_url = f"{request.host_url.rstrip('/')}/auth"
        return _json({"auth_url": auth_url, "tenant_id": self.tenant.quirks.tenant_name})

    def _api(self, request: Request, record: RequestRecord) -> Response:
        path = "/tickets" if record.endpoint.startswith(DETAIL) else record.endpoint
        if path not in self._lists:
            return _not_found()
        refusal = self._authority.refusal(request.headers.get("Authorization"), path)
        if refusal == 401:
            return _json({"Message": "Authorization has been denied for this request."}, 401)
        if refusal or path in self.tenant.quirks.permissions:
            return _json({"ClassName": "System.Exception", "Message": "Access is denied."}, 403)
        query = Query(record.params, doubles=path in self.tenant.quirks.doubled_rows)
        if path != record.endpoint:
            return self._detail(record.endpoint.removeprefix(DETAIL), query)
        return self._listed(path, query)

    def _listed(self, path: str, query: Query) -> Response:
        quirks = self.tenant.quirks
        if (status := self._too_much(path, query)) is not None:
            return Response(HTML_PAGE, status, content_type="text/html; charset=utf-8")
        listing = self._lists[path](self.tenant, query, self._remembered)
        shown = replace(listing, rows=with_text_ids(listing.rows, quirks.id_as_text))
        form = quirks.envelope.get(path)
        if shown.is_large:
            return Response(shown.pieces(form), 200, content_type=JSON)
        return _json(shown.enveloped(form))

    def _too_much(self, path: str, query: Query) -> int | None:
        """The status of what this tenant cannot do in time; None where it can."""
        quirks, page = self.tenant.quirks, paging(query)
        if path == "/actions" and quirks.dates_time_out and not query.number("ticket_id"):
            return 504
        if path == "/kbarticle" and page is None and quirks.articles_need_page:
            return 504
        is_deep = path == "/tickets" and page and 0 < quirks.deepest_page < page.number
        return quirks.deepest_page_status if is_deep else None

    def _detail(self, number: str, query: Query) -> Response:
        ticket_id = int(number) if number.isdecimal() else 0
        row = endpoints.ticket_detail(self.tenant, ticket_id, query)
        if row is None:
            return _json({"error": {"error_description": f"Ticket {number} was not found."}}, 404)
        return _json(with_text_ids([row], self.tenant.quirks.id_as_text)[0])

    def _control(self, request: Request) -> Response | None:
        """What is no part of Halo: let time pass, and look at what was asked."""
        if request.path == "/sandbox/live" and request.method == "POST":
            days = request.args.get("days", 1.0, type=float)
            return _json(self.tenant.live(days))
        if request.path == "/sandbox/requests" and request.method == "GET":
            return _json(dict(Counter(record.path for record in self.requests)))
        return None


def _json(body: Any, status: int = 200) -> Response:
    return Response(text(body), status, content_type=JSON)


def _not_found() -> Response:
    return Response(NOT_FOUND_PAGE, 404, content_type="text/html; charset=utf-8")
