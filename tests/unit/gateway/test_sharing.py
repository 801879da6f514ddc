"""One caller leaves room for the others."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

if TYPE_CHECKING:
    import httpx

    from gateway.settings import GatewaySettings

    from .conftest import Deck, Open

PROMPT = {"prompt": "a cat", "width": 512, "height": 512}


def asked(http: httpx.AsyncClient, key: str) -> asyncio.Task[httpx.Response]:
    return asyncio.create_task(
        http.post("/api/image/generate", json=PROMPT, headers={"Authorization": f"Bearer {key}"})
    )


async def test_one_caller_never_takes_the_whole_queue_of_a_service(
    opened: Open, settings: GatewaySettings, deck: Deck
) -> None:
    keys: dict[str, Any] = {"api_keys": [SecretStr("greedy"), SecretStr("other")], "key_calls": 2}
    deck.held[""] = asyncio.Event()
    async with opened(settings.model_copy(update=keys)) as http:
        greedy = [asked(http, "greedy") for _ in range(11)]
        await deck.until(lambda: len(deck.begun) == 2)
        (refused,), _ = await asyncio.wait(greedy, return_when=asyncio.FIRST_COMPLETED)
        answer = refused.result()
        assert (answer.status_code, answer.json()["reason"], answer.headers["retry-after"]) == (429, "KEY_BUSY", "5")
        other = asked(http, "other")
        await deck.until(lambda: len(deck.begun) == 3)
        assert deck.begun[2].partition("/")[0] != deck.begun[0].partition("/")[0]
        deck.held[""].set()
        assert (await other).status_code == 200
        answers = await asyncio.gather(*greedy)
        assert sorted(each.status_code for each in answers) == [200] * 10 + [429]


async def test_places_of_those_who_hang_up_are_free_again(opened: Open, settings: GatewaySettings, deck: Deck) -> None:
    deck.held[""] = asyncio.Event()
    async with opened(settings.model_copy(update={"key_calls": 1})) as http:
        first, waiting = asked(http, ""), asked(http, "")
        await deck.until(lambda: len(deck.begun) == 1)
        waiting.cancel()
        first.cancel()
        await asyncio.gather(first, waiting, return_exceptions=True)
        deck.held[""].set()
        assert (await asked(http, "")).status_code == 200
