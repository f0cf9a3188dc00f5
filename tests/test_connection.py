"""Calls in the background, and answers that are asked again: what reading a tenant promises."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from halo.api.connection import HaloApi
from halo.api.decisions import PATIENCE
from halo.api.requests import IN_FLIGHT
from halo.errors import GaveUp, SignInError, Unreadable
from sandbox.faults import Fault
from tests.world import NOON, World, small, world

UNFINISHED = {"an empty body": "", "half an answer": '[{"id":1,"name":"New"},{"id":'}


@pytest.fixture
def w() -> Iterator[World]:
    """A small tenant, without sockets."""
    with world(3, small(), http=False, users=2, clients=2, agents=2, years=0.02) as tenant:
        yield tenant


# --- answers that are asked again


@pytest.mark.parametrize("body", UNFINISHED.values(), ids=UNFINISHED)
def test_an_answer_that_is_empty_or_ends_early_is_asked_again(w: World, body: str) -> None:
    w.app.faults.append(Fault("/status", kind="body", body=body, times=3))
    log: list[str] = []
    api = w.api(log.append)
    value = api.get("/Status", {"showall": "true"}).value
    assert isinstance(value, list)
    assert len(value) == len(w.tenant.entities["status"])
    assert api.requests == len(w.asked("/status")) == 4
    assert len([line for line in log if "trying again in" in line]) == 3


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("an empty body", "answered 200 with a body that is empty, "),
        ("half an answer", "answered 200 with a body that ends early, after 29 bytes, "),
    ],
)
def test_answers_that_never_come_whole_end_in_a_sentence(w: World, fault: str, said: str) -> None:
    w.app.faults.append(Fault("/status", kind="body", body=UNFINISHED[fault], times=0))
    api = w.api()
    with pytest.raises(GaveUp) as raised:
        api.get("/Status", {})
    assert said in str(raised.value)
    assert str(raised.value).endswith(" times in 10 minutes; the next sync tries again.")
    assert '"New"' not in str(raised.value)
    assert (w.time.now - NOON).total_seconds() >= PATIENCE


@pytest.mark.parametrize("body", UNFINISHED.values(), ids=UNFINISHED)
def test_a_token_that_does_not_come_whole_is_asked_for_again(w: World, body: str) -> None:
    w.app.faults.append(Fault("/auth/token", kind="body", body=body))
    w.api().get("/Status", {})
    assert len(w.asked("/auth/token")) == 2
    w.app.faults.append(Fault("/auth/token", kind="body", body=body, times=0))
    with pytest.raises(SignInError, match=r"^Signing in failed: .* the next sync tries again\.$"):
        w.api().get("/Status", {})


def test_a_web_page_is_told_at_once(w: World) -> None:
    w.app.faults.append(Fault("/status", kind="html", times=0))
    with pytest.raises(Unreadable, match=r"not JSON \(a web page: Service Unavailable\)"):
        w.api().get("/Status", {})
    assert len(w.asked("/status")) == 1


def test_an_answer_that_is_asked_once_is_asked_once_by_many_threads(w: World) -> None:
    api = w.api()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: api.get_once("/Status", {}), range(16)))
    assert len(w.asked("/status")) == 1
    assert all(answer is answers[0] for answer in answers)


# --- calls in the background


def fails() -> None:
    raise GaveUp("No answer came.")


def test_a_call_alone_is_made_by_the_thread_that_wants_its_answer(w: World) -> None:
    api = w.api()
    made_by: list[threading.Thread] = []
    begun = api.begin(lambda: made_by.append(threading.current_thread()))
    assert made_by == []
    assert begun.result() is None
    assert made_by == [threading.current_thread()]


@pytest.mark.parametrize("in_flight", [1, IN_FLIGHT])
def test_the_error_of_a_call_is_told_to_who_asks_for_its_answer(w: World, in_flight: int) -> None:
    w.in_flight = in_flight
    begun = w.api().begin(fails)
    with pytest.raises(GaveUp, match="No answer came"):
        begun.result()


def test_a_call_in_the_background_goes_on_while_its_caller_does(w: World) -> None:
    w.in_flight = IN_FLIGHT
    go_on = threading.Event()
    begun = w.api().begin(lambda: go_on.wait(10))
    assert not begun.done()
    go_on.set()
    assert begun.result(10)


def numbered(calls: list[int], count: int = 30) -> Iterator[Callable[[], int]]:
    """Calls that answer their number, and note that they were asked for."""
    for number in range(count):
        calls.append(number)
        yield lambda number=number: number  # type: ignore[misc]


@pytest.mark.parametrize("in_flight", [1, IN_FLIGHT])
def test_answers_come_in_order_and_only_a_few_are_asked_ahead(w: World, in_flight: int) -> None:
    w.in_flight = in_flight
    calls: list[int] = []
    for number, answer in enumerate(w.api().each(numbered(calls))):
        assert answer == number
        assert len(calls) <= number + in_flight
    assert len(calls) == 30


@pytest.mark.parametrize("in_flight", [1, IN_FLIGHT])
def test_who_stops_listening_causes_no_further_call(w: World, in_flight: int) -> None:
    w.in_flight = in_flight
    calls: list[int] = []
    answers = w.api().each(numbered(calls))
    assert isinstance(answers, Generator)
    with closing(answers):
        assert [next(answers), next(answers)] == [0, 1]
    assert len(calls) <= 1 + in_flight


@pytest.mark.parametrize("in_flight", [1, IN_FLIGHT])
def test_who_is_told_an_error_causes_no_further_call(w: World, in_flight: int) -> None:
    w.in_flight = in_flight
    calls: list[int] = []
    with pytest.raises(GaveUp):
        list(w.api().each(call for calls_ in ([fails], numbered(calls)) for call in calls_))
    assert len(calls) < in_flight


def test_a_connection_that_was_closed_begins_nothing(w: World) -> None:
    w.in_flight = IN_FLIGHT
    connection = w.connection()
    held = threading.Event()
    api = HaloApi(connection)
    under_way = [api.begin(lambda: held.wait(10)) for _ in range(IN_FLIGHT)]
    waiting = api.begin(lambda: api.get("/Status", {}))
    connection.close()
    held.set()
    assert all(call.result(10) for call in under_way)
    assert waiting.cancelled()
    assert w.app.requests == []
