"""Whoever gave a callback_url is told, signed, again until answered, also after restarts; nobody else is called."""

from __future__ import annotations

import asyncio
import base64
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError
from standardwebhooks import Webhook, WebhookVerificationError

from gateway.settings import GatewaySettings
from gateway.workflow.idempotency import KeyStore
from gateway.workflow.tasks import Tasks
from pixelle.runtime.errors import InvalidArgument

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    import httpx

    from tests.unit.gateway.conftest import Deck, Open

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@dataclass
class Receiver:
    """A small HTTP server; answers as the list says, then with the last entry for ever."""

    url: str = ""
    answers: list[bytes] = field(default_factory=lambda: [b"204 No Content"])
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list[tuple[dict[str, str], bytes]])
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        pairs = (line.split(": ", 1) for line in head.split("\r\n")[1:-2])
        headers = {name.lower(): value for name, value in pairs}
        body = await reader.readexactly(int(headers["content-length"]))
        self.got.append((headers, body))
        self.news.set()
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer:
            writer.write(b"HTTP/1.1 " + answer + b"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            await writer.drain()
        else:
            await reader.read()  # until the other side gives up
        writer.close()

    async def calls(self, count: int) -> list[dict[str, Any]]:
        """What was received, verified, once there is so much of it."""
        async with asyncio.timeout(20):
            while len(self.got) < count:
                self.news.clear()
                await self.news.wait()
        return [Webhook(SECRET).verify(body, headers) for headers, body in self.got]

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.got]


@pytest.fixture
async def receiver() -> AsyncGenerator[Receiver]:
    async with receiving() as one:
        yield one


@asynccontextmanager
async def receiving() -> AsyncGenerator[Receiver]:
    one = Receiver()
    server = await asyncio.start_server(one.serve, "127.0.0.1", 0)
    one.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/ended?token=s3cret"
    try:
        yield one
    finally:
        server.close()


@pytest.fixture
def settings(settings: GatewaySettings, receiver: Receiver) -> GatewaySettings:
    told = GatewaySettings(webhook_secret=SECRET)  # type: ignore[arg-type]
    hosts = [receiver.url.split("/")[2]]
    return settings.model_copy(
        update={
            "webhook_secret": told.webhook_secret,
            "webhook_hosts": hosts,
            "webhook_delays": [0.0, 0.0, 0.0],
            "webhook_poll_seconds": 0.02,
        }
    )


async def submit(http: httpx.AsyncClient, url: str, **fields: Any) -> str:
    body = {"text": "Why read", "n_scenes": 1, "callback_url": url, **fields}
    answer = await http.post("/api/video/generate/async", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()["task_id"]


async def deliveries(http: httpx.AsyncClient, task_id: str, count: int) -> list[dict[str, Any]]:
    """The log once it has so many entries."""
    async with asyncio.timeout(20):
        while True:
            task = (await http.get(f"/api/tasks/{task_id}")).json()
            if len(task["deliveries"]) >= count:
                return task["deliveries"]
            await asyncio.sleep(0.01)


async def test_told_once_when_completed(http: httpx.AsyncClient, receiver: Receiver, until_finished: Any) -> None:
    task_id = await submit(http, receiver.url, metadata={"order": 7})
    (call,) = await receiver.calls(1)
    task = await until_finished(http, task_id)
    assert call == {"type": "task.completed", "timestamp": task["completed_at"], "data": {**task, "deliveries": []}}
    assert call["data"]["metadata"] == {"order": 7}
    assert call["data"]["result"]["video_url"].startswith("http://gateway/api/files/")
    log = await deliveries(http, task_id, 1)
    assert [(each["status"], each["error"], each["attempt"]) for each in log] == [(204, None, 1)]
    assert (await http.get("/api/tasks")).json()[0]["deliveries"] == log
    assert (await http.get("/api/history")).json()["tasks"][0]["deliveries"] == log
    assert (await http.get(f"/api/history/{task_id}")).json()["task"]["deliveries"] == log
    headers, body = receiver.got[0]
    assert (headers["content-type"], headers["host"]) == ("application/json", receiver.url.split("/")[2])
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body.replace(b"completed", b"cancelled"), headers)


async def test_the_last_twenty_attempts_are_remembered(
    opened: Open, settings: GatewaySettings, receiver: Receiver
) -> None:
    receiver.answers = [b"500 Internal Server Error"] * 24 + [b"204 No Content"]
    async with opened(settings.model_copy(update={"webhook_delays": [0.0] * 30})) as http:
        task_id = await submit(http, receiver.url)
        await receiver.calls(25)
        attempts: list[int] = []
        async with asyncio.timeout(20):
            while 25 not in attempts:
                attempts = [each["attempt"] for each in await deliveries(http, task_id, 1)]
    assert attempts == list(range(6, 26))


async def test_told_of_failures_and_cancels(http: httpx.AsyncClient, deck: Deck, receiver: Receiver) -> None:
    deck.failures["narrate"].append(InvalidArgument("It cannot be said."))
    await submit(http, receiver.url)
    (failed,) = await receiver.calls(1)
    assert (failed["type"], failed["data"]["error"]) == ("task.failed", "It cannot be said.")
    deck.held["storyboard"] = asyncio.Event()
    ids = [await submit(http, receiver.url) for _ in range(3)]  # two run, one waits
    await deck.until(lambda: deck.inside["storyboard"] == 2)
    for task_id in ids:
        await http.delete(f"/api/tasks/{task_id}")
    told = (await receiver.calls(4))[1:]
    assert {call["data"]["task_id"] for call in told} == set(ids)
    assert {call["type"] for call in told} == {"task.cancelled"}


async def test_a_retried_task_is_told_again(http: httpx.AsyncClient, deck: Deck, receiver: Receiver) -> None:
    deck.failures["narrate"].append(InvalidArgument("It cannot be said."))
    task_id = await submit(http, receiver.url)
    await deliveries(http, task_id, 1)
    assert (await http.post(f"/api/tasks/{task_id}/retry")).status_code == 200
    _, told = await receiver.calls(2)
    assert (told["type"], told["data"]["task_id"]) == ("task.completed", task_id)
    assert len(set(receiver.ids)) == 2
    assert [each["status"] for each in await deliveries(http, task_id, 2)] == [204, 204]


async def test_a_retried_task_that_ends_before_it_begins_is_told_too(
    opened: Open, settings: GatewaySettings, deck: Deck, receiver: Receiver
) -> None:
    async with opened(settings.model_copy(update={"tasks_at_once": 1})) as http:
        deck.failures["narrate"].append(InvalidArgument("It cannot be said."))
        task_id = await submit(http, receiver.url)
        await deliveries(http, task_id, 1)
        deck.held["storyboard"] = asyncio.Event()
        await http.post("/api/video/generate/async", json={"text": "Why", "n_scenes": 1})
        await deck.until(lambda: deck.inside["storyboard"] == 1)
        await http.post(f"/api/tasks/{task_id}/retry")
        await http.delete(f"/api/tasks/{task_id}")
        assert [call["type"] for call in await receiver.calls(2)] == ["task.failed", "task.cancelled"]
        deck.held["storyboard"].set()


async def test_a_task_sent_twice_under_a_key_is_told_once(
    http: httpx.AsyncClient, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(*_: Any) -> None:
        """The first try dies before it can say that the task is queued."""

    async def unknown(*_: Any) -> bool:
        return False

    monkeypatch.setattr(KeyStore, "begun", nothing)
    monkeypatch.setattr(Tasks, "known", unknown)
    body = {"text": "Why read", "n_scenes": 1, "callback_url": receiver.url}
    sent = [
        await http.post("/api/video/generate/async", json=body, headers={"Idempotency-Key": "order 7"})
        for _ in range(2)
    ]
    assert [each.status_code for each in sent] == [200, 200]
    assert len({each.json()["task_id"] for each in sent}) == 1
    other = await submit(http, receiver.url)
    for task_id in (sent[0].json()["task_id"], other):
        await deliveries(http, task_id, 1)
    assert len(set(receiver.ids)) == len(receiver.got) == 2


async def test_called_again_until_answered_with_the_same_id_and_body(
    http: httpx.AsyncClient, receiver: Receiver
) -> None:
    receiver.answers = [b"500 Oops", b"302 Found\r\nlocation: http://127.0.0.1:1/", b"200 OK"]
    task_id = await submit(http, receiver.url)
    log = await deliveries(http, task_id, 3)
    assert [(each["status"], each["attempt"]) for each in log] == [(500, 1), (302, 2), (200, 3)]
    assert [each["error"] for each in log] == ["Answered 500.", "Answered 302: redirects are not followed.", None]
    assert len(set(receiver.ids)) == 1
    assert len({body for _, body in receiver.got}) == 1


async def test_given_up_after_the_last_delay_and_sent_again_when_asked(
    http: httpx.AsyncClient, receiver: Receiver
) -> None:
    receiver.answers = [b"503 Busy"]
    task_id = await submit(http, receiver.url)
    log = await deliveries(http, task_id, 4)
    assert [each["attempt"] for each in log] == [1, 2, 3, 4]
    assert (await http.get(f"/api/tasks/{task_id}")).json()["deliveries"] == log
    receiver.answers = [b"200 OK"]
    answer = await http.post(f"/api/tasks/{task_id}/redeliver")
    assert (answer.status_code, answer.json()["success"]) == (200, True)
    log = await deliveries(http, task_id, 5)
    assert (log[-1]["status"], log[-1]["attempt"]) == (200, 1)
    assert len(receiver.got) == 5
    assert len(set(receiver.ids)) == 1


async def test_410_ends_it(http: httpx.AsyncClient, receiver: Receiver) -> None:
    receiver.answers = [b"410 Gone"]
    first = await submit(http, receiver.url)
    log = await deliveries(http, first, 1)
    assert log[0]["error"] == "Answered 410: wants no more calls."
    second = await submit(http, receiver.url)  # ends after the first one's next attempt would have been due
    await deliveries(http, second, 1)
    assert len(set(receiver.ids)) == len(receiver.got) == 2


async def test_a_slow_receiver_is_left_and_holds_up_nobody(
    opened: Open, settings: GatewaySettings, receiver: Receiver
) -> None:
    receiver.answers = [b""]
    async with receiving() as quick:
        hosts = [*settings.webhook_hosts, quick.url.split("/")[2]]
        patient = settings.model_copy(update={"webhook_seconds": 0.3, "webhook_delays": [], "webhook_hosts": hosts})
        async with opened(patient) as http:
            slow = await submit(http, receiver.url)
            await receiver.calls(1)
            await submit(http, quick.url)
            await quick.calls(1)
            log = await deliveries(http, slow, 1)
    assert [(each["status"], each["error"]) for each in log] == [(None, "No answer within 0.3 s.")]


async def test_nobody_listens(opened: Open, settings: GatewaySettings) -> None:
    async with receiving() as gone:
        url = gone.url
    settings = settings.model_copy(update={"webhook_hosts": ["127.0.0.1"], "webhook_delays": []})
    async with opened(settings) as http:
        log = await deliveries(http, await submit(http, url), 1)
    assert [(each["status"], each["error"]) for each in log] == [
        (None, "The host cannot be reached, or does not answer as HTTP wants it.")
    ]


async def test_attempts_survive_a_restart(
    opened: Open, settings: GatewaySettings, receiver: Receiver, until_finished: Any
) -> None:
    receiver.answers = [b"500 Oops", b"200 OK"]
    later = settings.model_copy(update={"webhook_delays": [3600.0]})
    async with opened(later) as http:
        task_id = await submit(http, receiver.url)
        await deliveries(http, task_id, 1)
    async with opened(later) as http:
        other = await submit(http, receiver.url)  # an attempt that is not due is not made by a restart
        await deliveries(http, other, 1)
        assert len((await http.get(f"/api/tasks/{task_id}")).json()["deliveries"]) == 1
        assert (await http.post(f"/api/tasks/{task_id}/redeliver")).status_code == 200
        log = await deliveries(http, task_id, 2)
    assert [each["status"] for each in log] == [500, 200]
    assert receiver.ids[0] == receiver.ids[2] != receiver.ids[1]


async def test_a_task_that_ends_while_nobody_looks_is_told_after_the_restart(
    opened: Open, settings: GatewaySettings, receiver: Receiver, until_finished: Any
) -> None:
    blind = settings.model_copy(update={"webhook_poll_seconds": 60.0})
    async with opened(blind) as http:
        await submit(http, receiver.url)
        task_id = await submit(http, receiver.url)
        await until_finished(http, task_id)
    assert not receiver.got
    async with opened(settings):
        calls = await receiver.calls(2)
    assert task_id in {call["data"]["task_id"] for call in calls}


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://example.com/hook", "URL_INVALID"),
        ("ftp://127.0.0.1/", "URL_INVALID"),
        ("https://user:word@example.com/", "URL_INVALID"),
        ("https://a..b/", "URL_INVALID"),
        ("not a url", "URL_INVALID"),
        ("https://127.0.0.1/hook", "URL_FORBIDDEN"),
        ("https://[::1]/hook", "URL_FORBIDDEN"),
        ("https://169.254.169.254/latest", "URL_FORBIDDEN"),
        ("https://10.1.2.3/", "URL_FORBIDDEN"),
        ("https://no-such-host.invalid/", "URL_UNREACHABLE"),
    ],
)
async def test_addresses_that_are_never_called(http: httpx.AsyncClient, url: str, reason: str) -> None:
    body = {"text": "Why read", "callback_url": url}
    answer = await http.post("/api/video/generate/async", json=body)
    assert answer.json()["reason"] == reason, answer.text
    assert answer.status_code == (403 if reason == "URL_FORBIDDEN" else 400)
    assert "callback_url" in answer.json()["detail"]
    private = url.startswith("http://") or reason == "URL_FORBIDDEN"
    assert ("PIXELLE_WEBHOOK_HOSTS" in answer.json()["detail"]) == private
    assert (await http.get("/api/tasks")).json() == []


async def test_an_address_that_became_private_is_not_called(
    opened: Open, settings: GatewaySettings, receiver: Receiver
) -> None:
    blind = settings.model_copy(update={"webhook_poll_seconds": 60.0})
    async with opened(blind) as http:
        task_id = await submit(http, receiver.url)
    async with opened(settings.model_copy(update={"webhook_hosts": [], "allow_http": True})) as http:
        log = await deliveries(http, task_id, 1)
    assert log[0]["error"] == "Not called: URL_FORBIDDEN."
    assert not receiver.got


async def test_redeliver_says_why_not(
    http: httpx.AsyncClient, deck: Deck, receiver: Receiver, until_finished: Any
) -> None:
    assert (await http.post("/api/tasks/20200101_000000_0000/redeliver")).status_code == 404
    deck.held["storyboard"] = asyncio.Event()
    task_id = await submit(http, receiver.url)
    answer = await http.post(f"/api/tasks/{task_id}/redeliver")
    assert (answer.status_code, answer.json()["reason"]) == (409, "TASK_NOT_FINISHED")
    deck.held["storyboard"].set()
    silent = (await http.post("/api/video/generate/async", json={"text": "Why", "n_scenes": 1})).json()["task_id"]
    await until_finished(http, silent)
    answer = await http.post(f"/api/tasks/{silent}/redeliver")
    assert (answer.status_code, answer.json()["reason"]) == (400, "CALLBACK_MISSING")


async def test_nothing_secret_in_the_log(
    http: httpx.AsyncClient, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    task_id = await submit(http, receiver.url)
    await deliveries(http, task_id, 1)
    said = "".join(capsys.readouterr())
    assert task_id in said
    assert "s3cret" not in said
    assert SECRET[6:] not in said


@pytest.mark.parametrize(
    "secret", ["secret", "whsec_", "whsec_c2hvcnQ=", "whsec_not base64!", SECRET[6:], f"{SECRET}aA"]
)
def test_a_secret_that_signs_nothing_is_refused_at_the_start(secret: str) -> None:
    with pytest.raises(ValidationError, match="give whsec_"):
        GatewaySettings(webhook_secret=secret)  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [16, 23, 65])
def test_a_secret_that_is_too_short_or_too_long_is_refused(size: int) -> None:
    with pytest.raises(ValidationError, match="24 to 64 random bytes"):
        GatewaySettings(webhook_secret=f"whsec_{base64.b64encode(bytes(size)).decode()}")  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [24, 25, 32, 64])
def test_a_secret_of_any_documented_length_is_taken_as_base64_writes_it(size: int) -> None:
    secret = f"whsec_{base64.b64encode(bytes(range(size))).decode()}"
    assert GatewaySettings(webhook_secret=secret).webhook_secret.get_secret_value() == secret  # type: ignore[arg-type]
    Webhook(secret)


def test_the_delays_reach_beyond_two_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sum(GatewaySettings().webhook_delays) > 7200
    monkeypatch.setenv("PIXELLE_WEBHOOK_DELAYS", "1, 2.5")
    assert GatewaySettings().webhook_delays == [1.0, 2.5]
    assert json.dumps(GatewaySettings(webhook_secret=SECRET).model_dump(mode="json")).count(SECRET) == 0  # type: ignore[arg-type]
