"""The nodes of the ComfyUI stand-in: what they take, and pictures and footage made of what they were given."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

SAMPLERS = ["euler", "dpmpp_2m", "uni_pc"]
VOICES = ["emma", "brian"]
CHECKPOINTS = ["sd_xl_base_1.0.safetensors", "other.safetensors"]

_SIZE = {"width": ("INT", {"min": 16, "max": 16384}), "height": ("INT", {"min": 16, "max": 16384})}
_CLIP = {**_SIZE, "length": ("INT", {"min": 1, "max": 16384}), "batch_size": ("INT", {"min": 1, "max": 4096})}
_KSAMPLER = {
    "model": ("MODEL",),
    "seed": ("INT", {"min": 0, "max": 2**64 - 1}),
    "steps": ("INT", {"min": 1, "max": 10000}),
    "cfg": ("FLOAT", {}),
    "sampler_name": (SAMPLERS,),
    "scheduler": (["simple", "karras"],),
    "positive": ("CONDITIONING",),
    "negative": ("CONDITIONING",),
    "latent_image": ("LATENT",),
    "denoise": ("FLOAT", {}),
}

INPUTS: dict[str, dict[str, tuple[Any, ...]]] = {
    "CheckpointLoaderSimple": {"ckpt_name": (CHECKPOINTS,)},
    "UNETLoader": {
        "unet_name": (
            [
                "flux1-schnell.safetensors",
                "wan2.1_t2v_1.3B_fp16.safetensors",
                "wan2.1_i2v_480p_14B_fp8_e4m3fn.safetensors",
            ],
        ),
        "weight_dtype": (["default", "fp8_e4m3fn", "fp8_e4m3fn_fast", "fp8_e5m2"],),
    },
    "CLIPLoader": {
        "clip_name": (["umt5_xxl_fp8_e4m3fn_scaled.safetensors"],),
        "type": (["stable_diffusion", "sd3", "wan"],),
    },
    "DualCLIPLoader": {
        "clip_name1": (["t5xxl_fp8_e4m3fn.safetensors"],),
        "clip_name2": (["clip_l.safetensors"],),
        "type": (["sdxl", "sd3", "flux"],),
    },
    "VAELoader": {"vae_name": (["ae.safetensors", "wan_2.1_vae.safetensors"],)},
    "CLIPVisionLoader": {"clip_name": (["clip_vision_h.safetensors"],)},
    "CLIPVisionEncode": {"clip_vision": ("CLIP_VISION",), "image": ("IMAGE",), "crop": (["center", "none"],)},
    "ConditioningZeroOut": {"conditioning": ("CONDITIONING",)},
    "ModelSamplingSD3": {"model": ("MODEL",), "shift": ("FLOAT", {})},
    "CLIPTextEncode": {"text": ("STRING",), "clip": ("CLIP",)},
    "EmptyLatentImage": {**_SIZE, "batch_size": ("INT", {"min": 1, "max": 4096})},
    "EmptySD3LatentImage": {**_SIZE, "batch_size": ("INT", {"min": 1, "max": 4096})},
    "EmptyHunyuanLatentVideo": _CLIP,
    "WanImageToVideo": {**_CLIP, "positive": ("CONDITIONING",), "negative": ("CONDITIONING",), "vae": ("VAE",)},
    "PrimitiveStringMultiline": {"value": ("STRING",)},
    "PrimitiveInt": {"value": ("INT", {})},
    "PrimitiveFloat": {"value": ("FLOAT", {})},
    "LoadImage": {"image": ("FILE",)},
    "LoadImageMask": {"image": ("FILE",), "channel": (["alpha", "red", "green", "blue"],)},
    "ImageFromName": {"name": ("STRING",)},
    "KSampler": _KSAMPLER,
    "VAEDecode": {"samples": ("LATENT",), "vae": ("VAE",)},
    "VAEEncode": {"pixels": ("IMAGE",), "vae": ("VAE",)},
    "Explodes": {"images": ("IMAGE",)},
    "Greedy": {"images": ("IMAGE",)},
    "GivesUp": {"images": ("IMAGE",)},
    "Blocks": {"images": ("IMAGE",)},
    "ExpandsToSave": {"images": ("IMAGE",)},
    "CreateVideo": {"images": ("IMAGE",), "fps": ("FLOAT", {})},
    "SaveImage": {"images": ("IMAGE",), "filename_prefix": ("STRING",)},
    "PreviewImage": {"images": ("IMAGE",)},
    "SaveVideo": {
        "video": ("VIDEO",),
        "filename_prefix": ("STRING",),
        "format": (["auto", "mp4"],),
        "codec": (["auto", "h264"],),
    },
    "SaveAnimatedWEBP": {
        "images": ("IMAGE",),
        "filename_prefix": ("STRING",),
        "fps": ("FLOAT", {}),
        "lossless": ("BOOLEAN",),
        "quality": ("INT", {"min": 0, "max": 100}),
        "method": (["default", "fastest", "slowest"],),
    },
    "VHS_VideoCombine": {"images": ("IMAGE",), "frame_rate": ("FLOAT", {}), "save_output": ("BOOLEAN",)},
    "ShowText": {"text": ("STRING",)},
    "LoadAudio": {"audio": ("FILE",)},
    "EdgeTTS": {"text": ("STRING",), "voice": (VOICES,), "speed": ("FLOAT", {}), "pitch": ("INT", {})},
    "CloneTTS": {"text": ("STRING",), "reference": ("AUDIO",), "seed": ("INT", {}), "speed": ("FLOAT", {})},
    "SaveAudio": {"audio": ("AUDIO",), "filename_prefix": ("STRING",)},
    "SaveAudioMP3": {"audio": ("AUDIO",), "filename_prefix": ("STRING",), "quality": (["V0", "128k"],)},
    "PreviewAudio": {"audio": ("AUDIO",)},
}
OUTPUTS: dict[str, tuple[str, ...]] = {
    "CheckpointLoaderSimple": ("MODEL", "CLIP", "VAE"),
    "UNETLoader": ("MODEL",),
    "CLIPLoader": ("CLIP",),
    "DualCLIPLoader": ("CLIP",),
    "VAELoader": ("VAE",),
    "CLIPVisionLoader": ("CLIP_VISION",),
    "CLIPVisionEncode": ("CLIP_VISION_OUTPUT",),
    "ConditioningZeroOut": ("CONDITIONING",),
    "ModelSamplingSD3": ("MODEL",),
    "CLIPTextEncode": ("CONDITIONING",),
    "EmptyLatentImage": ("LATENT",),
    "EmptySD3LatentImage": ("LATENT",),
    "EmptyHunyuanLatentVideo": ("LATENT",),
    "WanImageToVideo": ("CONDITIONING", "CONDITIONING", "LATENT"),
    "PrimitiveStringMultiline": ("STRING",),
    "PrimitiveInt": ("INT",),
    "PrimitiveFloat": ("FLOAT",),
    "LoadImage": ("IMAGE", "MASK"),
    "LoadImageMask": ("MASK",),
    "ImageFromName": ("IMAGE",),
    "KSampler": ("LATENT",),
    "VAEDecode": ("IMAGE",),
    "VAEEncode": ("LATENT",),
    "Explodes": ("IMAGE",),
    "Greedy": ("IMAGE",),
    "GivesUp": ("IMAGE",),
    "Blocks": ("IMAGE",),
    "CreateVideo": ("VIDEO",),
    "VHS_VideoCombine": ("VHS_FILENAMES",),
    "ShowText": ("STRING",),
    "LoadAudio": ("AUDIO",),
    "EdgeTTS": ("AUDIO",),
    "CloneTTS": ("AUDIO",),
}
AUDIO_NODES = {"SaveAudio": "flac", "SaveAudioMP3": "mp3", "PreviewAudio": "flac"}
OUTPUT_NODES = {
    "ExpandsToSave", "SaveImage", "PreviewImage", "SaveVideo", "SaveAnimatedWEBP", "VHS_VideoCombine", "ShowText",
    *AUDIO_NODES,
}  # fmt: skip


@dataclass(frozen=True)
class Thing:
    """What flows along the links: who made it of what, and how large it is."""

    sign: str
    width: int = 0
    height: int = 0
    frames: int = 1
    fps: float = 16.0
    value: Any = None
    blocked: str | None = None
    """Nodes that get this do not run; the first of them say why, if there is a text."""


class GivenUp(Exception):
    """A node has ended the prompt as if somebody had interrupted it."""


_FAILING: dict[str, Exception] = {
    "Explodes": RuntimeError("mat1 and mat2 shapes cannot be multiplied (77x2048 and 768x320)"),
    "Greedy": MemoryError("Allocation on device 0 would exceed allowed memory. (out of memory)"),
    "GivesUp": GivenUp(),
}


def run(class_type: str, inputs: dict[str, Any], files: dict[str, bytes]) -> Thing:
    """One node's work; linked inputs are Things."""
    if class_type in _FAILING:
        raise _FAILING[class_type]
    if class_type == "LoadAudio":
        return Thing(hashlib.sha256(files[inputs["audio"]]).hexdigest(), value=files[inputs["audio"]])
    things = {name: value for name, value in inputs.items() if isinstance(value, Thing)}
    facts: dict[str, Any] = {
        name: value.value if isinstance(value, Thing) and value.value is not None else value
        for name, value in inputs.items()
    }
    signed = repr((class_type, sorted((n, v.sign if isinstance(v, Thing) else v) for n, v in inputs.items())))
    sign = hashlib.sha256(signed.encode()).hexdigest()
    if class_type.startswith("Primitive"):
        return Thing(sign, value=inputs["value"])
    if class_type in {"LoadImage", "LoadImageMask", "ImageFromName"}:
        data = files[inputs.get("image") or inputs["name"]]
        with Image.open(io.BytesIO(data)) as image:
            return Thing(hashlib.sha256(data).hexdigest(), *image.size)
    if class_type in {"EdgeTTS", "CloneTTS"}:
        pitch = 110 + int(sign[:2], 16) / 4
        return Thing(sign, value=spoken(str(facts["text"]), pitch, float(facts["speed"])))
    if class_type in AUDIO_NODES:
        return Thing(sign, value=facts["audio"])
    sized = next((thing for thing in things.values() if thing.width), Thing(sign))
    return Thing(
        sign,
        # a latent has whole blocks of 8 pixels
        int(facts.get("width", sized.width)) // 8 * 8 if "width" in facts else sized.width,
        int(facts.get("height", sized.height)) // 8 * 8 if "height" in facts else sized.height,
        int(facts.get("length", sized.frames)),
        float(facts.get("fps", facts.get("frame_rate", sized.fps))),
        blocked="no face was found" if class_type == "Blocks" else None,
    )


def still(thing: Thing, number: int = 0) -> Image.Image:
    """Stripes in the colours of the sign, moving with `number`."""
    seed = bytes.fromhex(thing.sign)
    across = (np.arange(thing.width)[None, :] + np.arange(thing.height)[:, None] + 6 * number) % 96 / 96
    first, second = (np.array([*seed[start : start + 3]], float) for start in (0, 3))
    first, second = first * 0.4, 255 - second * 0.4
    pixels = first + (second - first) * across[..., None]
    return Image.fromarray(pixels.astype(np.uint8), "RGB")


def png(thing: Thing) -> bytes:
    out = io.BytesIO()
    still(thing).save(out, "PNG", compress_level=1)
    return out.getvalue()


def mp4(thing: Thing) -> bytes:
    import av

    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        track: Any = container.add_stream("libx264", rate=int(thing.fps))
        track.width, track.height, track.pix_fmt = thing.width // 2 * 2, thing.height // 2 * 2, "yuv420p"
        track.options = {"preset": "ultrafast", "threads": "1"}
        for number in range(thing.frames):
            container.mux(track.encode(av.VideoFrame.from_image(still(thing, number))))
        container.mux(track.encode(None))
    return out.getvalue()


def webp(thing: Thing) -> bytes:
    out = io.BytesIO()
    first, *others = [still(thing, number) for number in range(thing.frames)]
    first.save(out, "WEBP", save_all=True, append_images=others, duration=round(1000 / thing.fps), lossless=False)
    return out.getvalue()


def spoken(text: str, pitch: float, speed: float) -> np.ndarray[Any, np.dtype[np.float32]]:
    """A tone for each word, as long as it takes to say, at 24 kHz."""
    parts: list[np.ndarray[Any, np.dtype[np.float32]]] = [np.zeros(2400, np.float32)]
    for word in text.split() or [text]:
        letters = sum(3 if c >= "\u0e00" else 1 for c in word if c.isalnum()) or 1
        count = round(24_000 * max(0.16, 0.055 * letters) / speed)
        time = np.arange(count) / 24_000
        edge = np.minimum(1.0, np.minimum(np.arange(count), np.arange(count)[::-1]) / 200)
        parts += [(0.3 * np.sin(2 * np.pi * pitch * time) * edge).astype(np.float32)]
        parts += [np.zeros(round(960 / speed), np.float32)]
    return np.concatenate(parts)


def sound(thing: Thing, ending: str) -> bytes:
    """The samples of a thing as FLAC or MP3."""
    import av

    out = io.BytesIO()
    with av.open(out, "w", format=ending) as container:
        track: Any = container.add_stream(ending, rate=24_000, layout="mono")
        track.format = "s16" if ending == "flac" else "fltp"
        for start in range(0, len(thing.value), 1152):
            block = thing.value[None, start : start + 1152]
            block = np.rint(block * 32767).astype("<i2") if ending == "flac" else block
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(block), format="s16" if ending == "flac" else "fltp", layout="mono"
            )
            frame.sample_rate, frame.pts = 24_000, start
            container.mux(track.encode(frame))
        container.mux(track.encode(None))
    return out.getvalue()
