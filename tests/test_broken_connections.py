"""Connections that break, and answers that are wrong, at any endpoint, once or for ever."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from halo.errors import SignInError
from tests.test_faults import (
    BELOW_TICKETS,
    BY_DAY,
    DETAILS,
    ENDPOINTS,
    KEYS,
    LASTING,
    PATIENTLY,
    SIGN_IN,
    SNAPSHOTS,
    TICKETS,
    At,
    Endpoint,
    Where,
    assert_over,
    assert_skipped,
    assert_whole,
    before_the_changes,
    changed_world,
    damage_each,
    is_a_sentence,
    nth,
    session_with,
    wrong_deletes,
)
from tests.test_sync_actions import busy, equal_actions
from tests.world import InProcess, World


class Breaks(InProcess):
    """Breaks the connection of certain requests, from the one with a number on."""

    def __init__(self, w: World, where: Where, nth: int, error: Exception) -> None:
        super().__init__(w.app)
        self._where, self._left, self._error = where, nth, error

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        parts = urlsplit(request.url or "")
        path = parts.path.lower().removeprefix("/api")
        self._left -= self._where(path, dict(parse_qsl(parts.query)))
        if self._left < 1 and self._where(path, dict(parse_qsl(parts.query))):
            raise self._error
        return super().send(request)


REFUSED = requests.exceptions.ConnectionError("Connection refused")
CUT = requests.exceptions.ChunkedEncodingError("InvalidChunkLength")
TIMEOUT = requests.exceptions.ReadTimeout("Read timed out.")


@pytest.mark.parametrize("error", [REFUSED, CUT, TIMEOUT], ids=["refused", "cut", "timeout"])
@pytest.mark.parametrize(
    ("endpoint", "position"), [(e, p) for e in ENDPOINTS for p in e.positions], ids=str
)
def test_connections_break_for_ever_from_any_request_on(
    endpoint: Endpoint, position: str, error: Exception
) -> None:
    with changed_world() as w:
        whole_session = w.session
        adapter = Breaks(w, endpoint.where, nth(endpoint, position), error)
        w.session = lambda: session_with(adapter)
        outcome = w.sync(fails=True)
        assert wrong_deletes(w, outcome) == []
        if endpoint is TICKETS:
            assert is_a_sentence(outcome.error)
        else:
            assert_skipped(w, outcome, (endpoint,))
        w.session = whole_session
        assert_over(w)


@pytest.mark.parametrize("error", [REFUSED, CUT, TIMEOUT], ids=["refused", "cut", "timeout"])
@pytest.mark.parametrize("path", SIGN_IN)
def test_connections_to_the_authorisation_server_break_for_ever(
    path: str, error: Exception
) -> None:
    with changed_world() as w:
        adapter = Breaks(w, lambda asked, _: asked == path, 1, error)
        w.configuration["tenant"] = ""
        w.session = lambda: session_with(adapter)
        outcome = w.sync(fails=True)
        assert isinstance(outcome.error, SignInError)
        assert is_a_sentence(outcome.error)


@pytest.mark.parametrize(
    "fault", [f for f in LASTING if f not in ("401", "408", "429", "500", "503")]
)
@pytest.mark.parametrize(
    ("endpoint", "position"),
    [(e, p) for e in (TICKETS, *BELOW_TICKETS, SNAPSHOTS[0]) for p in ("middle", "last")],
    ids=str,
)
def test_an_answer_that_is_wrong_just_once_leaves_a_trace(
    endpoint: Endpoint, position: str, fault: str
) -> None:
    with changed_world() as w:
        once = {"times": 1, "nth": nth(endpoint, position), "where": endpoint.where}
        w.app.faults.append(At(**LASTING[fault] | once))
        outcome = w.sync(fails=True)
        assert wrong_deletes(w, outcome) == []
        if fault in PATIENTLY:
            assert_whole(w, outcome)
        elif endpoint is TICKETS and outcome.error is None:  # The rest was read by date.
            assert outcome.warnings or w.differences() == []
        elif endpoint is TICKETS:
            assert is_a_sentence(outcome.error)
        assert_over(w)


@pytest.mark.parametrize("position", ["first", "middle", "last"])
@pytest.mark.parametrize("fault", LASTING)
def test_a_fault_in_a_history_by_date_loses_an_action(fault: str, position: str) -> None:
    with busy() as w:
        w.only("action")
        number = {"first": 1, "middle": 12, "last": 22}[position]
        w.app.faults.append(
            At(**LASTING[fault] | {"times": 0, "nth": number, "where": BY_DAY.where})
        )
        outcome = w.sync()
        assert w.app.faults[0].seen >= number
        said = ("action was not synced", "days could not be read")
        assert all(any(words in text for words in said) for text in outcome.warnings)
        assert wrong_deletes(w, outcome) == []
        w.app.faults.clear()
        assert w.sync_later().warnings == []
        assert equal_actions(w)
        assert w.sync_later().quiet


@pytest.mark.parametrize("key", KEYS)
def test_details_without_a_proper_key_skip_their_table(key: str) -> None:
    with changed_world() as w:
        damage_each(w, (DETAILS,), lambda _, row: row.update(id=KEYS[key]))
        outcome = w.sync()
        assert_skipped(w, outcome, (DETAILS,))
        assert wrong_deletes(w, outcome) == []
        assert_over(w)


@pytest.mark.parametrize("fault", ["403", "404", "500", "HTML with 200", "half an answer"])
@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)
def test_a_first_load_in_which_a_table_fails_half_way_is_made_up_for(
    endpoint: Endpoint, fault: str
) -> None:
    with before_the_changes() as w:
        second = {"times": 0, "nth": 2 if len(endpoint.positions) > 1 else 1}
        w.app.faults.append(At(**LASTING[fault] | second | {"where": endpoint.where}))
        outcome = w.sync(fails=True)
        if endpoint is TICKETS:
            assert is_a_sentence(outcome.error)
        else:
            assert outcome.error is None
            assert outcome.warnings
        assert_over(w)
