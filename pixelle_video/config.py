"""config.yaml, read once at the edge and turned into settings; environment variables go before it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import yaml
from pydantic import BaseModel, Field, ValidationError
from pydantic_settings import BaseSettings

from pixelle.runtime.errors import InvalidArgument, NotFound, nearest
from pixelle_video.sections import Hosted, Llm, Preset, Section, Tasks, Template, Workflows

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

__all__ = ["DEFAULT", "Config", "load_config", "setting_error", "settings_from"]

DEFAULT = Path("config.yaml")
"""The settings file that need not be there."""

S = TypeVar("S", bound=BaseSettings)


class Config(Section):
    """The documented file, as far as it has a meaning here."""

    project_name: str = ""
    """For people."""
    llm: Llm = Llm()
    """The language model that writes scripts; the tiny built-in one when not set."""
    llm_presets: dict[str, Preset] = Field(default_factory=dict[str, Preset])
    """Endpoints that `llm.preset` can name."""
    template: Template = Template()
    """Looks."""
    comfyui: Workflows = Workflows()
    """Default workflows."""
    hosted: Hosted = Hosted()
    """Keys of hosted interfaces for pictures and footage."""

    tasks: Tasks = Tasks()
    """Limits and retention."""

    def _endpoint(self) -> Preset:
        """The preset, if one is named, with what is set beside it. Raises InvalidArgument (CONFIG_INVALID)."""
        name = self.llm.preset
        if name and name not in self.llm_presets:
            known = nearest(name, self.llm_presets) if self.llm_presets else " Copy it there from config.example.yaml."
            raise InvalidArgument(
                f"llm.preset is {name!r}, which is not in llm_presets.{known}", reason="CONFIG_INVALID"
            )
        base = self.llm_presets[name] if name else Preset()
        own = self.llm.model_dump(include=set(Preset.model_fields))
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
        return found | defaults | made.tts.values() | self.hosted.values() | self.tasks.model_dump(exclude_none=True)


def _more(llm: Preset) -> dict[str, Any]:
    """What of an endpoint is left at its default when it is not set."""
    said = llm.model_dump(include={"context", "price_input", "price_output", "currency"})
    return {name: value for name, value in said.items() if value not in {None, ""}}


def load_config(path: Path) -> Config:
    """
    The file at `path`; all defaults when there is none and nobody named one.

    Raises InvalidArgument (CONFIG_INVALID) naming the place, never the value: it may be a key, NotFound
    (CONFIG_NOT_FOUND).
    """
    try:
        found: object = yaml.load(path.read_text("utf-8"), _Once)  # noqa: S506 - a safe loader
    except FileNotFoundError as error:
        if path == DEFAULT:
            return Config()
        raise NotFound(f"There is no settings file {str(path)!r}.", reason="CONFIG_NOT_FOUND") from error
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidArgument(f"Cannot read {str(path)!r}: {error}.", reason="CONFIG_INVALID") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
        why = f": {error.problem}" if isinstance(error, _Twice) else ""
        raise InvalidArgument(f"{str(path)!r} is not YAML{where}{why}.", reason="CONFIG_INVALID") from None
    if found is None:
        return Config()
    if not isinstance(found, dict):
        raise InvalidArgument(f"{str(path)!r} must hold names and values.", reason="CONFIG_INVALID")
    try:
        return Config.model_validate(_without_nulls(cast("dict[Any, Any]", found)))
    except ValidationError as error:
        raise InvalidArgument(f"{str(path)!r}: {_first(error, Config)}", reason="CONFIG_INVALID") from None


class _Twice(yaml.constructor.ConstructorError):
    """A name that stands twice, of which YAML would take the last without a word."""


class _Once(yaml.SafeLoader):
    """Safe YAML in which a name stands once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for name, _ in node.value:
            if isinstance(name, yaml.ScalarNode) and name.tag != "tag:yaml.org,2002:merge":
                if name.value in seen:
                    raise _Twice(None, None, f"{name.value} stands there twice", name.start_mark)
                seen.add(name.value)
        return super().construct_mapping(node, deep)


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
    said = first["msg"].removeprefix("Value error, ")
    return InvalidArgument(f"The setting PIXELLE_{name} is wrong: {said}.", reason="SETTING_INVALID")


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
    if fault["type"] in {"model_type", "dict_type"}:
        return f"{place} must hold names and values."
    if fault["type"] != "extra_forbidden":
        return f"{place}: {fault['msg']}."
    for part in fault["loc"][:-1]:
        inner = kind.model_fields[str(part)].annotation
        kind = inner if isinstance(inner, type) and issubclass(inner, BaseModel) else kind
    return f"{place} is not known.{nearest(str(fault['loc'][-1]), kind.model_fields)}"
