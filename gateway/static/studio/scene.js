/** One scene of the board: what is said, what is seen, and how far it is. */

import {source} from "./api.js";
import {field, playButton, select} from "./controls.js";
import {clock, fill, h} from "./dom.js";
import {voiceOptions} from "./sound.js";

const STEPS = {narrate: "voice", illustrate: "picture", clip: "clip"};

/**
 * A card. scene: of a storyboard; count: how many there are; shape: {width, height} of the page.
 * Returns {element, show(scene), step(steps, state), fail(text), tools}, `tools` being for buttons and forms of the view.
 */
export function sceneCard(scene, shape) {
  const frame = h("div", {class: "frame"});
  frame.style.aspectRatio = `${shape.width} / ${shape.height}`;
  const steps = h("ul", {class: "steps", "aria-label": "Made so far"});
  const said = h("p", {class: "said"});
  const facts = h("div", {class: "facts"});
  const failed = h("p", {class: "notice bad", role: "alert", hidden: true});
  const tools = h("div", {class: "tools"});
  const element = h("article", {class: "scene", "aria-label": `Scene ${scene.index + 1}`},
    frame, h("div", {class: "about"}, h("div", {class: "row apart"}, h("b", {class: "number"}, String(scene.index + 1)), steps), said, facts, failed, tools));
  let shown = "", heard = "", beside = null;
  show(scene);
  return {element, show, step, fail, tools};

  function show(now) {
    said.textContent = now.narration;
    const seen = now.segment_url || now.composed_url || now.video_url || now.image_url || "";
    if (seen && seen !== shown) {
      shown = seen;
      picture(now, seen);
    }
    if (now.audio_url && now.audio_url !== heard) {
      heard = now.audio_url;
      fill(facts, playButton(heard, `scene ${now.index + 1}`, {play: () => beside?.play(), pause: () => beside?.pause()}),
        h("span", {class: "muted"}, now.duration ? clock(now.duration) : ""), understood(now), now.attribution && h("small", {class: "muted"}, now.attribution));
    }
  }

  async function picture(now, url) {
    const moves = url === now.segment_url || url === now.video_url;
    const still = moves && now.composed_url ? await source(now.composed_url).catch(() => null) : null;
    const what = now.image_prompt || now.narration;
    const part = moves
      ? h("video", {muted: true, preload: still ? "none" : "metadata", playsinline: true, poster: still, "aria-label": what})
      : h("img", {alt: what});
    if (moves) {
      let ready = null;
      const load = () => (ready ??= source(url).then(address => { part.src = address; }));
      beside = {play: () => load().then(() => { part.currentTime = 0; return part.play(); }), pause: () => part.pause()};
      if (!still) load();
    }
    const put = () => { if (shown === url) fill(frame, part); };
    part.onerror = () => frame.classList.add("gone");
    if (moves) put();
    else {
      part.onload = put;
      part.src = await source(url).catch(() => "");
    }
  }

  function step(done, state) {
    element.dataset.state = state;
    fill(steps, Object.entries(STEPS).map(([name, text]) => h("li", {class: done.includes(name) ? "done" : ""}, text)));
  }

  function fail(text) {
    failed.textContent = text;
    failed.hidden = !text;
  }
}

function understood(scene) {
  const checked = scene.verification;
  return checked && h("small", {class: "muted", title: checked.heard}, `understood to ${Math.round(100 * (1 - checked.word_error))} %`);
}

/** The texts of a scene, to be changed. told: called with the changed fields. Returns the fields of narration, picture and voice. */
export function sceneFields(scene, voices, told) {
  const area = (name, key, rows, placeholder = "") => {
    const input = h("textarea", {rows, value: scene[key] ?? "", placeholder});
    input.oninput = () => told({[key]: input.value});
    return field(name, input);
  };
  return [
    area("Narration", "narration", 3),
    area("Picture", "image_prompt", 4, "Written from the narration."),
    field("Voice", select(voiceOptions(voices, "That of the video"), scene.voice ?? "", value => told({voice: value}))),
  ];
}
