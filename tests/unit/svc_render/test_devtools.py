"""The browser at the end of our own pipe: what goes wrong is said, and nothing outlives it."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import random
import signal
import tempfile
from typing import TYPE_CHECKING, Any

import psutil
import pytest
import pytest_asyncio

from pixelle.runtime.errors import FailedPrecondition, Unavailable
from pixelle.runtime.priority import NICENESS
from svc_render.browser import Browser, find_browser
from svc_render.devtools import Chromium, DevtoolsError
from svc_render.sheets import ORIGIN, Sheet
from svc_render.tab import open_tab

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

pytestmark = pytest.mark.asyncio(loop_scope="module")

SHEET = Sheet(html="<!doctype html><p>x", width=320, height=240)


@pytest.fixture(scope="module", autouse=True)
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Where browsers of this module keep their folders."""
    folder = tmp_path_factory.mktemp("temporary")
    with pytest.MonkeyPatch.context() as patching:
        patching.setattr(tempfile, "tempdir", str(folder))
        patching.setenv("PIXELLE_SECRET", "said to nobody")
        yield folder


def folders(temporary: Path) -> set[Path]:
    return set(temporary.iterdir())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(temporary: Path) -> AsyncGenerator[Browser]:
    try:
        find_browser("")
    except FailedPrecondition as error:
        pytest.skip(error.message)
    made = Browser(pages=1)
    await made.start()
    yield made
    await made.close()
    assert not folders(temporary)


@pytest_asyncio.fixture(loop_scope="module")
async def tab(browser: Browser) -> AsyncGenerator[Any]:
    opened = await open_tab(await browser._running())
    await opened.draw(SHEET)
    yield opened
    await opened.close()


async def targets(tab: Any) -> list[str]:
    """Kinds of everything that is open in the tab's context."""
    told = (await tab._chromium.root.send("Target.getTargets"))["targetInfos"]
    return [each["type"] for each in told if each.get("browserContextId") == tab._context]


async def closed(tab: Any) -> None:
    """Until nothing but the page is open."""
    async with asyncio.timeout(10):
        while await targets(tab) != ["page"]:  # every turn asks the browser
            pass


async def test_values_and_things_cross_over(tab: Any) -> None:
    given = {"text": 'é"\\\0👩‍👩‍👧‍👦', "list": [1, 2.5, None, True]}
    assert await tab.evaluate("given => given", given) == given
    assert await tab.evaluate("async (one, two) => one + two", 1, 2) == 3
    assert await tab.evaluate("() => undefined") is None
    held = await tab.hold("() => ({body: document.body})")
    assert await tab.evaluate("(held, name) => held.body.localName + name", held, "!") == "body!"
    assert await tab.hold("() => null") is None


async def test_large_messages_are_whole(tab: Any) -> None:
    data = base64.b64encode(random.Random(1).randbytes(6_000_000)).decode()
    assert await tab.evaluate("data => data + data", data) == 2 * data


async def test_answers_find_those_who_asked(tab: Any) -> None:
    asked = [
        tab.evaluate("(n, ms) => new Promise(done => setTimeout(() => done(n), ms))", n, 50 - n) for n in range(50)
    ]
    assert await asyncio.gather(*asked) == list(range(50))


async def test_what_a_script_throws_is_told(tab: Any) -> None:
    with pytest.raises(DevtoolsError, match="TypeError: no"):
        await tab.evaluate("() => { throw new TypeError('no') }")
    with pytest.raises(DevtoolsError, match=r"Page\.nothing.* wasn't found"):
        await tab.session.send("Page.nothing")
    with pytest.raises(DevtoolsError, match=r"https://elsewhere.example/ was not opened: net::ERR_ABORTED"):
        await tab._go("https://elsewhere.example/")
    assert await tab.evaluate("() => location.href") == f"{ORIGIN}/"


async def test_our_scripts_do_not_see_those_of_a_page(tab: Any) -> None:
    await tab.session.send(
        "Runtime.evaluate", {"expression": "document.querySelector = () => 'fooled'; window.own = 1"}
    )
    assert await tab.evaluate("() => [document.querySelector('p').textContent, typeof own]") == ["x", "undefined"]


async def test_even_a_script_opens_no_window(tab: Any) -> None:
    await tab.session.send("Runtime.evaluate", {"expression": "open('about:blank')", "userGesture": True})
    await closed(tab)


async def test_nobody_waits_for_a_dialog(tab: Any) -> None:
    async with asyncio.timeout(10):
        asked = {"expression": "[alert('x'), confirm('x'), prompt('x')]", "returnByValue": True}
        assert (await tab.session.send("Runtime.evaluate", asked))["result"]["value"] == [None, False, None]


async def test_permissions_are_refused(tab: Any) -> None:
    names = ["geolocation", "notifications", "camera", "microphone"]
    script = "names => Promise.all(names.map(name => navigator.permissions.query({name}).then(got => got.state)))"
    assert await tab.evaluate(script, names) == ["denied"] * 4


async def test_only_what_it_needs_of_our_environment_is_passed_on(browser: Browser) -> None:
    assert browser._chromium is not None
    assert browser._chromium._process is not None
    family = psutil.Process(browser._chromium._process.get_pid()).children(recursive=True)
    assert len(family) > 2
    told = 0
    for process in family:
        with contextlib.suppress(psutil.NoSuchProcess):  # it ended a moment ago
            assert "PIXELLE_SECRET" not in process.environ()
            told += 1
    assert told > 2


async def test_it_goes_after_those_who_answer_callers(browser: Browser) -> None:
    assert browser._chromium is not None
    assert browser._chromium._process is not None
    first = psutil.Process(browser._chromium._process.get_pid()).children()[0]  # it sets those of its pages itself
    assert os.getpriority(os.PRIO_PROCESS, first.pid) == min(19, os.getpriority(os.PRIO_PROCESS, 0) + NICENESS)


async def test_a_crashed_page_is_drawn_again_by_another() -> None:
    own = Browser(pages=1)
    await own.draw(SHEET)
    first, chromium = own._idle[-1], own._chromium
    waiting = asyncio.ensure_future(first.evaluate("() => new Promise(() => {})"))
    await first.evaluate("() => 1")
    first.session.post("Page.crash")
    with pytest.raises(DevtoolsError, match="the page has crashed"):
        await waiting
    assert (await own.draw(SHEET)).png
    assert own._chromium is chromium
    assert own._idle == [own._idle[-1]] != [first]
    await own.close()


async def test_a_page_that_always_crashes_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    own = Browser(pages=1)
    monkeypatch.setattr("svc_render.tab.PREPARE", "() => { throw new Error('always') }")
    with pytest.raises(Unavailable) as caught:
        await own.draw(SHEET)
    assert caught.value.reason == "BROWSER_CRASHED"
    await own.close()


@pytest.mark.parametrize("how", ["close", "kill", "both"])
async def test_nothing_outlives_a_browser(temporary: Path, how: str) -> None:
    before = folders(temporary)
    chromium = await Chromium.start(find_browser(""), ["--headless", "--no-sandbox"], dict(os.environ))
    assert chromium._process is not None
    assert len(folders(temporary) - before) == 1
    top = psutil.Process(chromium._process.get_pid())
    family = [top, *top.children(recursive=True)]
    if how != "close":
        waiting = asyncio.ensure_future(chromium.root.awaited())
        family[1].send_signal(signal.SIGKILL)
        with pytest.raises(DevtoolsError, match="it has ended"):
            await waiting
        assert not chromium.alive
        with pytest.raises(DevtoolsError):
            await chromium.root.send("Browser.getVersion")
    if how != "kill":
        await chromium.close()
    await asyncio.wait({chromium._ended}, timeout=10)
    _, left = await asyncio.to_thread(psutil.wait_procs, family, 10)
    assert [process for process in left if process.status() != psutil.STATUS_ZOMBIE] == []
    assert folders(temporary) == before


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("echo one >&2; echo 'no library x' >&2; exit 3", "it has ended: no library x"),
        ("exit 1", "it has ended."),
        ('printf \'{"id":1,"result":{}}\\0\' >&4; exec sleep 100', "not a message of the protocol's binary form"),
    ],
)
async def test_why_a_browser_does_not_start(tmp_path: Path, program: str, said: str) -> None:
    path = tmp_path / "browser"
    path.write_text(f"#!/bin/sh\n{program}\n")
    path.chmod(0o755)
    with pytest.raises(FailedPrecondition) as caught:
        await Browser(executable=str(path)).start()
    assert caught.value.reason == "BROWSER_FAILED"
    assert said in caught.value.message


async def test_a_browser_that_says_nothing_is_given_up(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = folders(temporary)
    path = tmp_path / "browser"
    path.write_text("#!/bin/sh\nsleep 100\n")
    path.chmod(0o755)
    monkeypatch.setattr("svc_render.devtools._START_SECONDS", 0.2)
    with pytest.raises(FailedPrecondition, match=r"it has not answered for 0\.2 s"):
        await Browser(executable=str(path)).start()
    assert folders(temporary) == before
    assert "sleep" not in {process.name() for process in psutil.Process().children(recursive=True)}
