"""What may stand in config.yaml, section by section."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, SecretStr

__all__ = ["Hosted", "Llm", "Preset", "Section", "Tasks", "Template", "Workflows"]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class Preset(Section):
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


class Llm(Preset):
    preset: str = ""
    """Name of one of `llm_presets`; what is set beside it goes before it."""
    api_key: SecretStr = SecretStr("")
    """Key of the endpoint; some need none."""


class Template(Section):
    default_template: str = ""
    """Template of requests that name none."""


class Default(Section):
    """What requests that name nothing get."""

    default_workflow: str = ""
    """Workflow key, for example "local/piper"."""


class Workflow(Default):
    """The same, of pictures and footage."""

    prompt_prefix: str = ""
    """Put in front of every image prompt."""


class Voice(Section):
    """The voice of requests that name none."""

    voice: str = ""
    """Its id, for example "piper/en_US-joe"; names of Edge's voices may stand alone."""
    speed: float | None = None
    """0.5 to 2."""


class Speech(Default):
    """The same, of speech."""

    inference_mode: Literal["", "local", "comfyui"] = ""
    """Which of the two counts: `local`, or the workflow. Empty: the voice of `local`, if one is set."""
    local: Voice = Voice()
    comfyui: Default = Default()
    """Goes before `default_workflow`."""

    def values(self) -> dict[str, Any]:
        """What is set, by settings field."""
        workflow = self.comfyui.default_workflow or self.default_workflow
        voice = "" if self.inference_mode == "comfyui" else self.local.voice
        if voice and self.inference_mode == "local":
            workflow = ""
        found = {"tts_workflow": workflow, "tts_voice": voice, "tts_speed": self.local.speed}
        return {name: value for name, value in found.items() if value}


class Workflows(Section):
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
    tts: Speech = Speech()
    image: Workflow = Workflow()
    video: Workflow = Workflow()


class Hosted(Section):
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


class Tasks(Section):
    """How much is accepted and how long it is kept; what is left out stays at its default."""

    key_running: int | None = None
    """Videos that are made at the same time for one API key."""
    key_waiting: int | None = None
    """Tasks of one API key that may wait."""
    key_calls: int | None = None
    """Calls outside of tasks that one API key has with the services at once."""
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
