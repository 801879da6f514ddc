"""What settings make of what is given, and which shapes of a deployment are refused."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from pydantic import SecretStr

from gateway.app import create_app
from gateway.running import parts_running
from gateway.services import ServiceUrls
from gateway.settings import GatewaySettings
from gateway.workflow.database import Database, lock_key
from pixelle.runtime.errors import FailedPrecondition, InvalidArgument, Unavailable
from pixelle.runtime.settings import ServiceSettings
from pixelle_video.config import settings_from
from svc_media.settings import MediaSettings
from svc_render.settings import RenderSettings
from svc_script.settings import ScriptSettings
from svc_tts.settings import TtsSettings
from tools.settings import PAGE, page

if TYPE_CHECKING:
    from pydantic_settings import BaseSettings

COMPOSE = Path(__file__).parents[3] / "deploy" / "compose.yaml"
NOWHERE = ServiceUrls(*["unix:/nowhere"] * 4)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgres_gets_our_driver(scheme: str) -> None:
    settings = GatewaySettings(database_url=f"{scheme}://me:secret@db/pixelle")
    assert settings.effective_database_url == "postgresql+psycopg://me:secret@db/pixelle"


@pytest.mark.parametrize("origins", ["localhost:3000", "https://app.example.com/", "example.com"])
def test_what_is_no_origin_is_refused(monkeypatch: pytest.MonkeyPatch, origins: str) -> None:
    monkeypatch.setenv("PIXELLE_CORS_ORIGINS", f"https://app.example.com, {origins}")
    with pytest.raises(ValueError, match=r"is no origin"):
        GatewaySettings()


def test_a_mistyped_proxy_is_found_at_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIXELLE_TRUSTED_PROXIES", "10.0.0.0/8, 10.0.0.0/99")
    with pytest.raises(InvalidArgument, match=r"PIXELLE_TRUSTED_PROXIES is wrong: '10.0.0.0/99'.* such as 10.0.0.0/8"):
        settings_from(GatewaySettings, {})


def test_a_hurry_for_nobody_is_found_at_start() -> None:
    a, b, c = (SecretStr(f"{letter}-key") for letter in "abc")
    for urgent, keys, said in (([a, b], [], "key 1 of 2"), ([b, c], [a, b], "key 2 of 2")):
        settings = GatewaySettings().model_copy(update={"urgent_keys": urgent, "api_keys": keys})
        with pytest.raises(InvalidArgument, match=f"URGENT_KEYS: {said} is none of PIXELLE_API_KEYS") as caught:
            create_app(settings)
        assert "-key" not in str(caught.value)
    create_app(GatewaySettings().model_copy(update={"urgent_keys": [b], "api_keys": [a, b]}))


def test_every_page_may_ask_only_where_a_key_is_asked_for() -> None:
    every = GatewaySettings(cors_origins=["*"])
    with pytest.raises(InvalidArgument, match="Name the origins, or set PIXELLE_API_KEYS"):
        create_app(every)
    create_app(every.model_copy(update={"api_keys": [SecretStr("a-key")]}))


def test_a_worker_is_called_like_its_host_where_there_are_several() -> None:
    shared = "postgresql://db/pixelle"
    assert GatewaySettings(database_url=shared).worker_name == socket.gethostname()
    assert GatewaySettings(database_url=shared, executor_id="w7").worker_name == "w7"
    assert GatewaySettings().worker_name == "local"


def test_only_one_process_of_its_own_reads_paths() -> None:
    assert GatewaySettings().roots
    assert not GatewaySettings(role="gateway", allowed_roots=[Path("/srv")]).roots


@pytest.mark.parametrize("role", ["gateway", "worker"])
async def test_a_role_needs_a_shared_database(settings: GatewaySettings, role: str) -> None:
    with pytest.raises(FailedPrecondition) as caught:
        async with parts_running(settings.model_copy(update={"role": role}), NOWHERE):
            pass
    assert caught.value.reason == "ROLE_NEEDS_POSTGRES"
    assert f"PIXELLE_ROLE={role}" in caught.value.message


async def test_a_database_that_does_not_answer(settings: GatewaySettings) -> None:
    with socket.socket() as taken:  # bound, so nobody listens there
        taken.bind(("127.0.0.1", 0))
        url = f"postgresql+psycopg://me:secret@127.0.0.1:{taken.getsockname()[1]}/pixelle"
        with pytest.raises(Unavailable) as caught:
            async with parts_running(settings.model_copy(update={"role": "gateway", "database_url": url}), NOWHERE):
                pass
    assert caught.value.reason == "DATABASE_DOWN"
    assert "secret" not in caught.value.message


@pytest.mark.parametrize("url", ["mysql://me:secret@db/pixelle", "no url with secret"])
def test_databases_that_are_not_known(url: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        Database(url)
    assert caught.value.reason == "SETTING_INVALID"
    assert "secret" not in caught.value.message


def test_the_page_of_settings_is_that_of_the_code() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: python -m tools.settings"
    assert page().count("| `PIXELLE_") > 150


def test_locks_have_different_numbers_that_postgres_can_hold() -> None:
    keys = {lock_key(f"worker {number}") for number in range(1000)}
    assert len(keys) == 1000
    assert max(keys) < 2**63


def test_compose_names_settings_that_exist() -> None:
    kinds: list[type[BaseSettings]] = [
        *(GatewaySettings, ServiceSettings, ScriptSettings, TtsSettings, MediaSettings, RenderSettings)
    ]
    known = {f"PIXELLE_{field.upper()}" for kind in kinds for field in kind.model_fields}
    services = yaml.safe_load(COMPOSE.read_text())["services"]
    named = {name for each in services.values() for name in each.get("environment", {}) if name.startswith("PIXELLE")}
    assert {"PIXELLE_ROLE", "PIXELLE_DATABASE_URL", "PIXELLE_STORE_ENDPOINT"} <= named
    assert named <= known
    workers = [each["hostname"] for name, each in services.items() if name.startswith("worker")]
    assert services["worker-1"]["environment"]["PIXELLE_WORKERS"].split(",") == workers
