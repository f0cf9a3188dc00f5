"""Requests that hang, fail for a moment, or echo a token."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import requests
from requests.adapters import BaseAdapter

from halo.api.budget import Budget
from halo.api.decisions import PATIENCE
from halo.api.requests import READ_TIMEOUT, Transport
from halo.api.secrecy import Secrets
from halo.errors import GaveUp
from tests.test_security import echoing, in_full_log, leaks, secrets_of
from tests.world import NOON, Time, small, world


class Answers(BaseAdapter):
    """Each request gets what the next function makes of it; the last one serves for ever."""

    def __init__(self, *answers: Callable[[], requests.Response]) -> None:
        super().__init__()
        self._answers = list(answers)

    def send(self, *_: Any, **__: Any) -> requests.Response:
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return answer()

    def close(self) -> None:
        """Nothing is open."""


def answered(status: int, **headers: str) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response.headers.update(headers)
    response.raw = BytesIO(b"[]")
    return response


def transport(time: Time, *answers: Callable[[], requests.Response]) -> Transport:
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", Answers(*answers))
    return Transport(Budget(3000), time.clock(), lambda _: None, Secrets(()), session=session)


def test_requests_that_hang_until_their_timeout_are_waited_for_without_end() -> None:
    time = Time()

    def hang() -> requests.Response:
        time.pass_by(seconds=READ_TIMEOUT)
        raise requests.exceptions.ReadTimeout("no answer")

    with pytest.raises(GaveUp, match="could not be read"):
        transport(time, hang).get("http://127.0.0.1/api/Status")
    assert (time.now - NOON).total_seconds() <= PATIENCE + READ_TIMEOUT


def test_the_last_wait_goes_beyond_patience() -> None:
    time = Time()
    down = lambda: answered(503, **{"Retry-After": "290"})  # noqa: E731
    with pytest.raises(GaveUp, match="answered 503"):
        transport(time, down).get("http://127.0.0.1/api/Status")
    assert time.now - NOON <= timedelta(seconds=PATIENCE)


def test_a_name_that_is_not_resolved_for_a_moment_ends_the_sync() -> None:
    def unresolved() -> requests.Response:
        raise requests.exceptions.ConnectionError("NameResolutionError: Failed to resolve 'halo'")

    time = Time()
    there = transport(time, lambda: answered(200), unresolved, unresolved, lambda: answered(200))
    assert there.get("http://127.0.0.1/api/Status").status == 200
    assert there.get("http://127.0.0.1/api/Status").tries == 3
    with pytest.raises(GaveUp, match="There is no host"):
        transport(time, unresolved).get("http://127.0.0.1/api/Status")


def test_an_address_that_nothing_can_be_sent_to_is_told_in_a_sentence() -> None:
    with pytest.raises(GaveUp, match=r"^\.example\.com is no web address: .*[^.]\.$"):
        transport(Time(), lambda: answered(200)).get("https://.example.com/api/Status")


def test_the_servers_time_goes_back() -> None:
    with world(3, small(), http=False) as w:
        api = w.api()
        api.get("/Status", {})
        before = api.date
        w.become(date_skew_seconds=-7200)
        api.get("/Status", {})
        assert api.date == before


@pytest.mark.parametrize("start", ["x" * 275, "<p>" + "<!-- -->" * 1247 + " token:"])
def test_half_of_a_token_that_is_echoed_with_200_is_told(
    start: str, caplog: pytest.LogCaptureFixture
) -> None:
    with world(6, small(), http=False, users=4, clients=2, agents=2, years=0.02) as w:
        echoing(w, start + " {}", 200, "/users")
        told = in_full_log(w, caplog)
        assert "user was not synced" in told
        assert leaks(told, secrets_of(w)) == []
