"""The fake provider itself, spoken to without any CLI: the parts that all dialects share."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.client import Answer, post, request
from tests.fakes.exchange import Json, Kind
from tests.fakes.ledger import read_log
from tests.fakes.model_server import ModelServer
from tests.fakes.scenarios import Pace, tag_of
from tests.fakes.usage import ROUNDS, SIDE, ZERO, Usage, for_round

BASH = {
    "name": "Bash",
    "input_schema": {"properties": {"command": {"type": "string"}}, "required": ["command"]},
}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ModelServer]:
    with ModelServer(log=tmp_path / "bill.jsonl", pace=Pace(long_deltas=5, delta_delay_s=0.001)) as running:
        yield running


def body_of(prompt: str, *, stream: bool = True, model: str = "claude-opus-4-8") -> Json:
    message = {"role": "user", "content": [{"type": "text", "text": prompt}]}
    return {"model": model, "max_tokens": 100, "stream": stream, "messages": [message], "tools": [BASH]}


def ask(server: ModelServer, body: Json) -> Answer:
    return post(f"{server.url}/v1/messages", body)


def text_of(answer: Answer) -> str:
    return "".join(event["delta"].get("text", "") for event in answer.events() if "delta" in event)


def test_the_last_known_tag_of_a_prompt_counts() -> None:
    assert tag_of("fix #12 and #bash, then #three") == "three"
    assert tag_of("no tag at all, only #nonsense") == "text"
    assert tag_of("#429stop") == "429stop"


def test_later_rounds_repeat_the_third() -> None:
    assert [for_round(number) for number in (1, 2, 3, 4, 9)] == [*ROUNDS, ROUNDS[2], ROUNDS[2]]
    assert ROUNDS[0].input_total == 5010
    assert ROUNDS[1].input_total == 4519
    assert ROUNDS[2].input_total == 4632


def test_side_requests_are_billed_apart(server: ModelServer) -> None:
    ask(server, body_of("hello"))
    side = body_of("a title for: hello #bash", model="claude-haiku-4-5") | {"tools": []}
    ask(server, side)
    assert server.totals(Kind.MAIN) == ROUNDS[0]
    assert server.totals(Kind.SIDE) == SIDE
    assert server.totals() == ROUNDS[0] + SIDE
    assert server.totals(model="claude-haiku-4-5") == SIDE
    assert server.ledger.by_model() == {"claude-opus-4-8": ROUNDS[0], "claude-haiku-4-5": SIDE}


def test_a_dropped_stream_is_not_billed_and_its_repetition_is_answered(server: ModelServer) -> None:
    dropped = ask(server, body_of("#drop"))
    repeated = ask(server, body_of("#drop", stream=False))
    assert dropped.is_cut
    assert [event["type"] for event in dropped.events()][-1] == "content_block_delta"
    assert repeated.json()["usage"]["output_tokens"] == 53
    assert [(e.attempt, e.outcome) for e in server.entries()] == [(1, "dropped"), (2, "complete")]
    assert [e.announced for e in server.entries()] == [ROUNDS[0], ROUNDS[0]]
    assert server.totals() == ROUNDS[0]


def test_another_session_has_attempts_of_its_own(server: ModelServer) -> None:
    one, other = (body_of("#drop") | {"metadata": {"user_id": name}} for name in ("one", "other"))
    assert ask(server, one).is_cut
    assert ask(server, other).is_cut
    assert not ask(server, one).is_cut


def test_a_hanging_stream_says_nothing_more_until_the_client_leaves(server: ModelServer) -> None:
    with pytest.raises(TimeoutError):
        post(f"{server.url}/v1/messages", body_of("#hang"), timeout_s=0.3)
    assert [e.announced for e in server.ledger.wait_for("hung")] == [ROUNDS[0]]
    assert server.totals() == ZERO


def test_closing_the_server_ends_hanging_streams() -> None:
    with ModelServer() as server:
        with pytest.raises(TimeoutError):
            post(f"{server.url}/v1/messages", body_of("#hang"), timeout_s=0.3)
        url = server.url
    with pytest.raises(ConnectionRefusedError):
        post(f"{url}/v1/messages", body_of("#text"))


def test_an_abandoned_stream_is_aborted_and_not_billed() -> None:
    with ModelServer(pace=Pace(long_deltas=1000, delta_delay_s=0.01)) as server:
        process = subprocess.Popen(
            [sys.executable, "-c", _READ_A_LITTLE, f"{server.url}/v1/messages", json.dumps(body_of("#long"))]
        )
        assert process.wait(timeout=20) == 0
        server.ledger.wait_for("aborted")
        assert server.totals() == ZERO


_READ_A_LITTLE = """
import sys, urllib.request
request = urllib.request.Request(sys.argv[1], sys.argv[2].encode(), method="POST")
assert urllib.request.urlopen(request, timeout=10).read(200)
"""


def test_rate_limits_end_after_a_few(server: ModelServer) -> None:
    answers = [ask(server, body_of("#429")) for _ in range(3)]
    assert [answer.status for answer in answers] == [429, 429, 200]
    assert answers[0].headers["retry-after"] == "1"
    assert answers[0].json()["error"]["type"] == "rate_limit_error"
    assert server.totals() == ROUNDS[0]


@pytest.mark.parametrize(
    ("tag", "status", "kind"),
    [
        ("#400", 400, "invalid_request_error"),
        ("#429stop", 429, "rate_limit_error"),
        ("#529", 529, "overloaded_error"),
    ],
)
def test_errors_stay(server: ModelServer, tag: str, status: int, kind: str) -> None:
    answers = [ask(server, body_of(tag)) for _ in range(3)]
    assert [(answer.status, answer.json()["error"]["type"]) for answer in answers] == [(status, kind)] * 3
    assert server.totals() == ZERO
    assert ("x-should-retry" in answers[0].headers) == (tag == "#429stop")


def test_the_long_answer_comes_in_many_pieces(server: ModelServer) -> None:
    answer = ask(server, body_of("#long"))
    assert text_of(answer).splitlines() == [f"line {number} of a long answer." for number in range(1, 6)]


def test_hostile_text_arrives_as_it_is(server: ModelServer) -> None:
    text = text_of(ask(server, body_of("#esc")))
    for piece in ("\x1b[31m", "\x1b]0;stolen title\x07", "[bold red]", "\u202e", "\x9b32m", "\x00", "\u200d"):
        assert piece in text


def test_the_model_list_suits_every_provider(server: ModelServer) -> None:
    for path in ("/v1/models", "/v1/models?limit=1000", "/v1beta/models"):
        document = request("GET", server.url + path).json()
        assert document["data"][0]["id"] == "claude-opus-4-8"
        assert document["models"][0]["name"] == "models/claude-opus-4-8"
    assert {e.ask.kind for e in server.entries()} == {Kind.MODELS}


def test_unknown_paths_are_404_and_on_record(server: ModelServer) -> None:
    assert request("GET", f"{server.url}/v1/organizations").status == 404
    assert request("HEAD", f"{server.url}/").status == 200
    assert [(e.ask.kind, e.path) for e in server.entries()] == [(Kind.OTHER, "/v1/organizations")]


def test_a_body_that_is_not_json_is_refused(server: ModelServer) -> None:
    assert request("POST", f"{server.url}/v1/messages", b"not json").status == 400
    assert server.entries() == []


def test_a_chunked_request_body_is_read(server: ModelServer) -> None:
    data = json.dumps(body_of("#text", stream=False)).encode()
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (data[:50], data[50:])) + b"0\r\n\r\n"
    answer = request("POST", f"{server.url}/v1/messages", chunks, {"transfer-encoding": "chunked"})
    assert answer.json()["usage"]["output_tokens"] == 53


def test_the_log_file_holds_the_last_state_of_every_request(server: ModelServer, tmp_path: Path) -> None:
    ask(server, body_of("#drop"))
    ask(server, body_of("#drop"))
    ask(server, body_of("#400"))
    states = read_log(tmp_path / "bill.jsonl")
    assert [(s["seq"], s["status"], s["outcome"]) for s in states] == [
        (0, 200, "dropped"),
        (1, 200, "complete"),
        (2, 400, "failed"),
    ]
    assert [Usage(**state["billed"]) for state in states] == [ZERO, ROUNDS[0], ZERO]


def test_the_program_prints_its_url_and_ends_when_terminated(tmp_path: Path) -> None:
    log = tmp_path / "bill.jsonl"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.fakes.model_server", "--port", "0", "--log", str(log)],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert post(f"{url}/v1/messages", body_of("#text")).status == 200
    finally:
        process.terminate()
        process.communicate(timeout=10)
    assert process.returncode == 0
    assert [state["outcome"] for state in read_log(log)] == ["complete"]
