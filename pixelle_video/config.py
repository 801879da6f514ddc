"""config.yaml, read once at the edge and turned into settings; environment variables go before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

import yaml
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings

from pixelle.runtime.errors import InvalidArgument, nearest

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic_core import ErrorDetails

__all__ = ["Config", "load_config", "setting_error", "settings_from"]

S = TypeVar("S", bound=BaseSettings)


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class _Preset(_Section):
    """An endpoint under a name of its own."""

    base_url: str = ""
    """Any OpenAI-compatible endpoint, for example http://127.0.0.1:11434/v1."""
    model: str = ""
    """Name of the model there."""
    context: int | None = None
    """Tokens the model reads."""
    price_input: float | None = None
    """Price of a million tokens read."""
    price_output: float | None = None
    """Price of a million tokens written."""
    currency: str = ""
    """Of the prices."""


class _Llm(_Preset):
    preset: str = ""
    """Name of one of `llm_presets`; what is set beside it goes before it."""
    api_key: SecretStr = SecretStr("")
    """Key of the endpoint; some need none."""


class _Template(_Section):
    default_template: str = ""
    """Template of requests that name none."""


class _Workflow(BaseModel):
    """What requests that name nothing get. Further entries of the documented file are for engines to come."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    default_workflow: str = ""
    """Workflow key, for example "local/piper"."""
    prompt_prefix: str = ""
    """Put in front of every image prompt."""


class _Workflows(BaseModel):
    """The documented section."""

    comfyui_url: str = ""
    """Addresses of ComfyUI servers, with commas between them."""
    comfyui_api_key: SecretStr = SecretStr("")
    """Shown to them."""
    runninghub_url: str = ""
    """https://www.runninghub.cn, or https://www.runninghub.ai for accounts outside China."""
    runninghub_api_key: SecretStr = SecretStr("")
    """Your key there."""
    runninghub_concurrent_limit: int | None = None
    """Tasks that a service has there at once."""
    runninghub_instance_type: str = ""
    """The machine there: "plus" has 48 GB."""
    tts: _Workflow = _Workflow()
    image: _Workflow = _Workflow()
    video: _Workflow = _Workflow()


class _Hosted(_Section):
    """Keys of hosted interfaces; each field is the setting `media_<field>`."""

    openai_api_key: SecretStr = SecretStr("")
    """OpenAI's images."""
    openai_base_url: str = ""
    """Another server with that interface."""
    openai_model: str = ""
    """Its model."""
    ark_api_key: SecretStr = SecretStr("")
    """Volcengine Ark: Seedream, Seedance."""
    kling_access_key: SecretStr = SecretStr("")
    """Kling."""
    kling_secret_key: SecretStr = SecretStr("")
    """Kling."""
    dashscope_api_key: SecretStr = SecretStr("")
    """DashScope: Qwen-Image, Wan."""
    dashscope_base_url: str = ""
    """DashScope outside China."""

    def values(self) -> dict[str, Any]:
        """What is set, by settings field."""
        given = {f"media_{name}": value for name, value in self}
        return {
            name: value
            for name, value in given.items()
            if (value.get_secret_value() if isinstance(value, SecretStr) else value)
        }


class _Tasks(_Section):
    """How much is accepted and how long it is kept; what is left out stays at its default."""

    key_running: int | None = None
    """Videos that are made at the same time for one API key."""
    key_waiting: int | None = None
    """Tasks of one API key that may wait."""
    queue_tasks: int | None = None
    """Tasks that may wait in all."""
    keep_days: float | None = None
    """Days that ended tasks are kept."""
    keep_gb: float | None = None
    """Size of the files of ended tasks together, in GB."""
    cache_days: float | None = None
    """Days that results nobody uses are remembered."""
    cache_gb: float | None = None
    """Size of the artifact store, in GB, from which on results are forgotten."""
    webhook_secret: SecretStr | None = None
    """Signs calls to `callback_url`."""
    webhook_hosts: list[str] | None = None
    """Hosts that `callback_url` may name although they are not on the public internet."""


class Config(_Section):
    """The documented file, as far as it has a meaning here."""

    project_name: str = ""
    """For people."""
    llm: _Llm = _Llm()
    """The language model that writes scripts; the tiny built-in one when not set."""
    llm_presets: dict[str, _Preset] = Field(default_factory=dict[str, _Preset])
    """Endpoints that `llm.preset` can name."""
    template: _Template = _Template()
    """Looks."""
    comfyui: _Workflows = _Workflows()
    """Default workflows."""
    hosted: _Hosted = _Hosted()
    """Keys of hosted interfaces for pictures and footage."""

    tasks: _Tasks = _Tasks()
    """Limits and retention."""

    def _endpoint(self) -> _Preset:
        """The preset, if one is named, with what is set beside it. Raises InvalidArgument (CONFIG_INVALID)."""
        name = self.llm.preset
        if name and name not in self.llm_presets:
            raise InvalidArgument(
                f"llm.preset is {name!r}, which is not in llm_presets.{nearest(name, self.llm_presets)}",
                reason="CONFIG_INVALID",
            )
        base = self.llm_presets[name] if name else _Preset()
        own = self.llm.model_dump(include=set(_Preset.model_fields))
        return base.model_copy(update={field: value for field, value in own.items() if value not in {None, ""}})

    def values(self) -> dict[str, Any]:
        """Settings fields that the file decides, by field name."""
        found: dict[str, Any] = {}
        llm = self._endpoint()
        if llm.base_url or llm.model or self.llm.api_key.get_secret_value():
            found["script_engine"] = "openai"
            found["llm_api_key"] = self.llm.api_key
            found["llm_base_url"] = llm.base_url
            found["llm_model"] = llm.model
            found |= {f"llm_{name}": value for name, value in _more(llm).items()}
        if self.template.default_template:
            found["render_template"] = self.template.default_template
        made = self.comfyui
        defaults = {
            "tts_workflow": made.tts.default_workflow,
            "image_workflow": made.image.default_workflow,
            "video_workflow": made.video.default_workflow,
            "image_prompt_prefix": made.image.prompt_prefix,
            "video_prompt_prefix": made.video.prompt_prefix,
        }
        defaults["comfyui_url"] = made.comfyui_url
        defaults["runninghub_url"] = made.runninghub_url
        defaults["runninghub_instance_type"] = made.runninghub_instance_type
        defaults = {name: value for name, value in defaults.items() if value}
        if made.comfyui_api_key.get_secret_value():
            found["comfyui_api_key"] = made.comfyui_api_key
        if made.runninghub_api_key.get_secret_value():
            found["runninghub_api_key"] = made.runninghub_api_key
        if made.runninghub_concurrent_limit is not None:
            found["runninghub_concurrent_limit"] = made.runninghub_concurrent_limit
        return found | defaults | self.hosted.values() | self.tasks.model_dump(exclude_none=True)


def _more(llm: _Preset) -> dict[str, Any]:
    """What of an endpoint is left at its default when it is not set."""
    said = llm.model_dump(include={"context", "price_input", "price_output", "currency"})
    return {name: value for name, value in said.items() if value not in {None, ""}}


def load_config(path: Path) -> Config:
    """
    The file at `path`; all defaults when there is none.

    Raises InvalidArgument (CONFIG_INVALID) naming the place, never the value: it may be a key.
    """
    try:
        found: object = yaml.safe_load(path.read_text("utf-8"))
    except FileNotFoundError:
        return Config()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidArgument(f"Cannot read {str(path)!r}: {error}.", reason="CONFIG_INVALID") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
        raise InvalidArgument(f"{str(path)!r} is not YAML{where}.", reason="CONFIG_INVALID") from None
    if found is None:
        return Config()
    if not isinstance(found, dict):
        raise InvalidArgument(f"{str(path)!r} must hold names and values.", reason="CONFIG_INVALID")
    try:
        return Config.model_validate(_without_nulls(cast("dict[Any, Any]", found)))
    except ValidationError as error:
        raise InvalidArgument(f"{str(path)!r}: {_first(error, Config)}", reason="CONFIG_INVALID") from None


def settings_from(kind: type[S], values: dict[str, Any]) -> S:
    """
    Settings of class `kind`: environment first, then `values`, then defaults.

    Raises InvalidArgument (SETTING_INVALID).
    """
    mine = {name: value for name, value in values.items() if name in kind.model_fields}

    try:
        given = kind().model_fields_set
        return kind(**{name: value for name, value in mine.items() if name not in given})
    except ValidationError as error:
        raise setting_error(error) from None


def setting_error(error: ValidationError) -> InvalidArgument:
    """SETTING_INVALID: the first wrong setting, without its value, which may be a key."""
    first = error.errors(include_input=False)[0]
    name = "_".join(str(part) for part in first["loc"]).upper()
    return InvalidArgument(f"The setting PIXELLE_{name} is wrong: {first['msg']}.", reason="SETTING_INVALID")


def _without_nulls(tree: dict[Any, Any]) -> dict[str, Any]:
    """An empty entry means the default."""
    return {
        str(name): _without_nulls(cast("dict[Any, Any]", value)) if isinstance(value, dict) else value
        for name, value in tree.items()
        if value is not None
    }


def _first(error: ValidationError, kind: type[BaseModel]) -> str:
    """The first fault, as a sentence without the value."""
    fault: ErrorDetails = error.errors(include_input=False)[0]
    place = ".".join(str(part) for part in fault["loc"])
    if fault["type"] != "extra_forbidden":
        return f"{place}: {fault['msg']}."
    for part in fault["loc"][:-1]:
        inner = kind.model_fields[str(part)].annotation
        kind = inner if isinstance(inner, type) and issubclass(inner, BaseModel) else kind
    return f"{place} is not known.{nearest(str(fault['loc'][-1]), kind.model_fields)}"
