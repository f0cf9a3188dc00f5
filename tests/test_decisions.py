"""What an answer means, how long to wait, and what the budget allows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halo.api.budget import RATE_WINDOW, Budget
from halo.api.decisions import (
    LONGEST_PAUSE,
    PATIENCE,
    Final,
    NotJson,
    Ok,
    Refused,
    Renew,
    TryAgain,
    decide,
    http_date,
    pause,
    retry_after,
)
from halo.api.parsing import ends_early
from halo.api.secrecy import Secrets
from halo.api.words import LONGEST_SENTENCE, readable, spelt
from halo.errors import cure

NOW = "Thu, 01 May 2025 12:00:00 GMT"


# --- what an answer means


@pytest.mark.parametrize(
    ("meaning", "statuses"),
    [
        (Ok, [200, 201, 204, 299]),
        (Renew, [401]),
        (TryAgain, [408, 425, 429, 500, 502, 503, 504, 520, 599]),
        (Refused, [301, 302, 307, 400, 403, 404, 405, 410, 422, 451]),
    ],
)
@pytest.mark.parametrize("body", [b"[]", b'{"error":"no"}'])
def test_a_status_asks_for_one_thing(
    meaning: type[Final | TryAgain], statuses: list[int], body: bytes
) -> None:
    assert {type(decide(status, {}, body)) for status in statuses} == {meaning}


def test_a_good_answer_is_its_value_and_the_servers_time() -> None:
    noon = datetime(2025, 5, 1, 12, tzinfo=UTC)
    assert decide(200, {"Date": NOW}, b'[{"id": 1}]') == Ok([{"id": 1}], noon)
    assert decide(200, {}, b"null") == Ok(None, None)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 205])
@pytest.mark.parametrize("body", [b"", b" \r\n", b"\xef\xbb\xbf"])
def test_an_answer_without_anything_in_it_is_never_no_rows(status: int, body: bytes) -> None:
    decision = decide(status, {"Retry-After": "7"}, body)
    assert isinstance(decision, TryAgain)
    assert decision.after == 7
    assert decision.why.startswith(f"answered {status} with a body that ")


WHOLE = [
    b'{"record_count":2,"tickets":[{"id":1,"summary":"a \\"quoted\\" ]} text"},{"id":2}]}',
    rb' [{"id":1,"text":"ends with a backslash \\"},[],{},-1.5e7,true,null,"\u00e9 \ud83d\ude00"]',
    b'\xef\xbb\xbf[{"id":NaN,"caf\xe9":"\\u0000"}, 12345678901234567890]',
    b'"a text"',
]


@pytest.mark.parametrize("whole", WHOLE)
def test_json_that_ends_early_is_asked_again_wherever_it_ends(whole: bytes) -> None:
    assert isinstance(decide(200, {}, whole), Ok)
    for length in range(len(whole)):
        assert isinstance(decide(200, {}, whole[:length]), TryAgain), whole[:length]


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ),
    st.floats(0, 1, exclude_max=True),
)
def test_the_beginning_of_any_json_list_ends_early(value: object, part: float) -> None:
    body = json.dumps([value]).encode()
    assert ends_early(body[: int(part * len(body))])
    assert isinstance(decide(200, {}, body), Ok)


@pytest.mark.parametrize(
    "body",
    [
        b"<html><head><title>Down</title></head>",
        b" <p>{",
        b"Rate limit [",
        b"[1] trailing",
        b"{'id': 1}",
        b'{"id": 1,}',
        b"\xff\xfe",
    ],
)
def test_what_will_never_be_json_is_not_asked_again(body: bytes) -> None:
    assert isinstance(decide(200, {}, body), NotJson)


@pytest.mark.parametrize("body", [b'{"id":1}', b"<p>half a pa"])
def test_a_body_that_is_shorter_than_its_length_was_said_is_asked_again(body: bytes) -> None:
    decision = decide(200, {"Content-Length": "100"}, body)
    assert decision == TryAgain(
        f"answered 200 with a body that ends early, after {len(body)} bytes"
    )


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Length": "8"},
        {"Content-Length": "7"},
        {"Content-Length": "many"},
        {"Content-Length": "100", "Content-Encoding": "gzip"},
    ],
)
def test_a_length_that_tells_nothing_is_not_believed(headers: dict[str, str]) -> None:
    assert decide(200, headers, b'{"id":1}') == Ok({"id": 1}, None)


def test_a_wish_to_wait_and_a_limit_are_told_from_each_other() -> None:
    asked = {"Retry-After": "9"}
    assert decide(503, asked, b"Down") == TryAgain("answered 503 (Down)", 9)
    assert decide(429, {}, b"Slow") == TryAgain("answered 429 (Slow)", None, limited=True)


def test_a_refusal_tells_facts_and_no_secret() -> None:
    redact = Secrets(["sesame-open"]).redact
    headers = {"Location": "https://elsewhere?it=sesame-open"}
    assert decide(302, headers, b"sesame-open", redact) == Refused(
        302, "***", "https://elsewhere?it=***"
    )
    assert decide(401, {}, b'{"Message":"no &#115;"}', redact) == Renew(401, "Message: no &#115;")
    in_html = decide(200, {}, b"<p>&#115;esame-open</p>", redact)
    assert in_html == NotJson("a web page: ***")


def test_the_repr_of_a_decision_does_not_tell_the_token_in_it() -> None:
    assert "sesame" not in repr(decide(200, {}, b'{"access_token":"sesame"}'))


# --- what to do about a refusal


@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        (302, "Halo points to https://there; set base_url to it"),
        (401, "grant the API application the permission to read Agent, and the role of its agent "
              "too"),
        (403, "grant the API application the permission to read Agent, and the role of its agent "
              "too"),
        (404, "this tenant does not have it, or base_url is not the root of the instance"),
        (400, "see what Halo says"),
    ],
)  # fmt: skip
def test_what_to_do_about_a_status_is_said_in_one_place(status: int, remedy: str) -> None:
    assert cure("/Agent/7", status, "https://there") == remedy


# --- how long to wait


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        (" 1.5 ", 1.5),
        ("999999999", 999999999.0),
        ("Thu, 01 May 2025 12:02:00 GMT", 120.0),
        ("Thu, 01 May 2025 14:02:00 +0200", 120.0),
        ("Thu, 01 May 2025 12:00:00 GMT", None),
        ("Thu, 01 May 2025 11:59:00 GMT", None),
        ("0", None),
        ("-5", None),
        ("nan", None),
        ("inf", None),
        ("1e999", None),
        ("", None),
        ("soon", None),
        ("Thu, 99 May 2025 12:02:00 GMT", None),
    ],
)
def test_retry_after_is_understood_in_both_of_its_forms(header: str, seconds: float | None) -> None:
    assert retry_after({"Retry-After": header, "Date": NOW}) == seconds


def test_a_wish_that_is_absent_or_cannot_be_told_is_none() -> None:
    assert retry_after({}) is None
    assert retry_after({"Date": NOW}) is None
    assert retry_after({"Retry-After": NOW}) is None
    assert retry_after({"Retry-After": NOW, "Date": "today"}) is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        (NOW, datetime(2025, 5, 1, 12, tzinfo=UTC)),
        ("Thu, 01 May 2025 12:00:00 -0000", datetime(2025, 5, 1, 12, tzinfo=UTC)),
        ("Thu, 01 May 2025 14:00:00 +0200", datetime(2025, 5, 1, 12, tzinfo=UTC)),
        ("", None),
        ("2025-05-01", None),
        ("Thu, 32 May 2025 12:00:00 GMT", None),
    ],
)
def test_a_date_header_is_a_moment_in_utc_or_nothing(text: str, moment: datetime | None) -> None:
    read = http_date(text)
    assert read == moment
    assert read is None or read.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 -2300",
        "Fri, 31 Dec 2024 23:59:59 +99999999999999",
    ],
)
def test_a_date_header_beyond_all_calendars_is_none(text: str) -> None:
    assert http_date(text) is None


@given(st.text(max_size=40) | st.from_regex(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:+ ]*"))
def test_no_date_header_makes_an_error(text: str) -> None:
    read = http_date(text)
    assert read is None or read.tzinfo is UTC


CHANCES = st.floats(0, 1, exclude_max=True)


@given(st.integers(0, 10_000), CHANCES)
def test_waits_grow_to_a_minute_and_half_of_each_is_chance(attempt: int, chance: float) -> None:
    whole = pause(attempt, 1.0, None)
    assert 0.5 <= whole / 2 <= pause(attempt, chance, None) <= whole <= LONGEST_PAUSE
    assert whole == LONGEST_PAUSE or pause(attempt + 1, 1.0, None) >= 1.5 * whole


@given(st.integers(0, 100), CHANCES, st.floats(min_value=0, exclude_min=True, allow_infinity=False))
def test_halos_wish_is_honoured_up_to_a_rate_window(
    attempt: int, chance: float, wish: float
) -> None:
    wanted = min(wish, RATE_WINDOW)
    assert max(wanted, 1) <= pause(attempt, chance, wish) <= max(wanted, 1) + 1


@pytest.mark.parametrize("chance", [0.0, 0.999])
@pytest.mark.parametrize("wish", [None, 0.1, 60.0, 299.0, 1e9])
def test_patience_outlives_a_whole_rate_window(wish: float | None, chance: float) -> None:
    waited, attempt = 0.0, 0
    while waited + pause(attempt, chance, wish) <= PATIENCE:
        waited += pause(attempt, chance, wish)
        attempt += 1
    assert waited >= RATE_WINDOW


# --- Halo's own words


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (b"", "nothing"),
        (b" \r\n ", "nothing"),
        (b"null", "nothing"),
        (b"{}", "nothing"),
        (b'"Invalid ticket"', "Invalid ticket"),
        (b"Rate Limit\n  Reached", "Rate Limit Reached"),
        (b'{"ClassName": "Oops", "Message": "No."}', "ClassName: Oops; Message: No."),
        (b'{"error": {"error_description": "bad scope"}}', "error_description: bad scope"),
        (b'{"error": "x", "more": null, "hint": ""}', "error: x"),
        (b'{"errors": [["a"], ["b"]]}', "errors: a; errors: b"),
        (b'{"resultCode": 0, "errorMessage": "no"}', "resultCode: 0; errorMessage: no"),
        (b"<html><title>Bad &amp; Gone</title><p>no</p>", "a web page: Bad & Gone"),
        (b"<style>p {}</style><p>Down<br>now</p><script>x()</script>", "a web page: Down now"),
        (b"caf\xe9", "caf\N{REPLACEMENT CHARACTER}"),
    ],
)  # fmt: skip
def test_an_error_of_any_shape_is_one_readable_line(body: bytes, line: str) -> None:
    assert readable(body) == line


JSON_BODIES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
).map(lambda value: json.dumps(value).encode())


@given(st.binary() | JSON_BODIES | st.binary().map(lambda body: b"<title>" + body))
def test_any_body_is_one_line_of_bounded_length(body: bytes) -> None:
    line = readable(body)
    assert len(line.splitlines()) == 1
    assert 0 < len(line) <= LONGEST_SENTENCE + 2


@pytest.mark.parametrize(
    "body",
    [b"x" * 1_000_000, b"[" * 250_000, b'{"a":' * 50_000, b"9" * 50_000, b"<p>text</p>" * 20_000],
    ids=["long", "deep array", "deep object", "huge number", "web page of 220 kB"],
)
def test_a_body_made_to_choke_on_is_one_bounded_line(body: bytes) -> None:
    assert 0 < len(readable(body)) <= LONGEST_SENTENCE + 2


def test_half_a_surrogate_pair_in_an_error_can_be_written_to_a_log() -> None:
    assert readable(rb'{"Message": "bad \ud83d"}').encode().startswith(b"Message: bad")


def test_a_secret_that_a_server_echoes_is_taken_out() -> None:
    said = "Unknown client_secret sesame-open, and sesame-open-wide."
    clean = Secrets(["sesame-open", "sesame-open-wide", "", "an"]).redact(said)
    assert clean == "Unknown client_secret ***, and ***."


@pytest.mark.parametrize(
    ("seconds", "text"), [(20, "20 seconds"), (300, "5 minutes"), (600.4, "10 minutes")]
)
def test_a_length_of_time_is_spelt_as_people_say_it(seconds: float, text: str) -> None:
    assert spelt(seconds) == text


# --- the budget

WINDOW = 10


@dataclass
class Sent:
    """A request: the tenant counts it at some moment between the two."""

    at: int
    answered: int | None = None


def most_in_a_window(requests: list[Sent]) -> int:
    """How many requests a tenant may have counted in the worst of all windows."""
    ends = [r.at + 10**9 if r.answered is None else r.answered for r in requests]
    return max(
        (
            sum(
                end >= start and r.at < start + WINDOW
                for r, end in zip(requests, ends, strict=True)
            )
            for start in ends
        ),
        default=0,
    )


STEPS = st.lists(
    st.tuples(st.just("send"), st.just(0))
    | st.tuples(st.just("answer"), st.integers(0, 9))
    | st.tuples(st.just("pass"), st.integers(1, WINDOW + 2)),
    max_size=60,
)


@given(st.integers(1, 5), STEPS)
def test_no_window_holds_more_than_the_limit_and_nobody_waits_below_it(
    limit: int, steps: list[tuple[str, int]]
) -> None:
    budget, now = Budget(limit, WINDOW), 0
    requests: list[Sent] = []
    for step, number in steps:
        open_ones = [request for request in requests if request.answered is None]
        if step == "pass":
            now += number
        elif step == "answer" and open_ones:
            open_ones[number % len(open_ones)].answered = now
            budget.answered(now)
        elif step == "send":
            counted = sum(r.answered is None or r.answered > now - WINDOW for r in requests)
            wait = budget.wait(now)
            assert (wait == 0) == (counted < limit)
            if not wait:
                budget.sent()
                requests.append(Sent(now))
    assert most_in_a_window(requests) <= limit


@given(st.integers(1, 5), STEPS, st.lists(st.integers(0, 60)))
def test_no_window_holds_more_than_the_limit_after_a_429_either(
    limit: int, steps: list[tuple[str, int]], refused_after: list[int]
) -> None:
    budget, now = Budget(limit, WINDOW), 0
    requests: list[Sent] = []
    for at, (step, number) in enumerate(steps):
        open_ones = [request for request in requests if request.answered is None]
        if step == "pass":
            now += number
        elif step == "answer" and open_ones:
            open_ones[number % len(open_ones)].answered = now
            budget.answered(now)
            if at in refused_after:
                budget.limited(now, number)
        elif step == "send" and not budget.wait(now):
            budget.sent()
            requests.append(Sent(now))
    assert most_in_a_window(requests) <= limit


@given(st.integers(1, 5), st.lists(st.integers(0, 5), min_size=1, max_size=20))
def test_who_waits_as_told_may_send(limit: int, latencies: list[int]) -> None:
    budget, now = Budget(limit, WINDOW), 0.0
    for latency in latencies:
        now += budget.wait(now)
        assert budget.wait(now) == 0
        budget.sent()
        now += latency
        budget.answered(now)


def test_a_full_house_of_requests_in_flight_waits_a_little_and_not_for_a_window() -> None:
    budget = Budget(1, WINDOW)
    budget.sent()
    assert 0 < budget.wait(0) < 1


def test_after_a_429_nothing_goes_out_for_the_pause() -> None:
    budget = Budget(8, WINDOW)
    budget.limited(now=0, pause=30)
    budget.limited(now=1, pause=2)
    assert budget.wait(0) == 30
    assert budget.wait(29) == 1
    assert budget.wait(30) == 0


def sent_at(budget: Budget, now: float) -> int:
    """How many requests may go out at one moment."""
    sent = 0
    while not budget.wait(now):
        budget.sent()
        budget.answered(now)
        sent += 1
    return sent


def test_after_a_429_less_goes_out_and_later_all_again() -> None:
    budget = Budget(100, WINDOW)
    budget.limited(now=0, pause=1)
    assert sent_at(budget, 1) == 75
    windows = [sent_at(budget, 1 + WINDOW * n) for n in range(1, 10)]
    assert windows == sorted(windows)
    assert windows[-1] == 100


def test_a_tenant_that_always_answers_429_is_still_asked_now_and_then() -> None:
    budget = Budget(4, WINDOW)
    for now in range(100):
        budget.limited(now, pause=1)
    assert sent_at(budget, 100) == 1


def test_a_wait_for_the_budget_is_announced_once_and_again_when_it_goes_on() -> None:
    budget = Budget(240)
    for _ in range(240):
        budget.sent()
    for _ in range(240):
        budget.answered(2)
    assert budget.notice(4, budget.wait(4)) == (
        "240 requests in 5 minutes are used; going on in 4:58."
    )
    assert budget.notice(5, budget.wait(5)) == ""
    assert budget.notice(302, 60) == "240 requests in 5 minutes are used; going on in 1:00."


def test_a_short_wait_and_one_that_a_429_told_of_are_not_announced() -> None:
    budget = Budget(8)
    assert budget.notice(0, 0.05) == ""
    budget.limited(now=0, pause=60)
    assert budget.notice(1, budget.wait(1)) == ""
    assert budget.notice(60, 60) == "6 requests in 5 minutes are used; going on in 1:00."
