/** One scene of the board: what is said, what is seen, and how far it is. */

/** @import {MadeScene, SceneModel, SceneProgress, VoiceInfo} from "./answers.js" */
/** @import {Beside, Option} from "./controls.js" */
/** @import {Key} from "./language.js" */

import {source, visible} from "./api.js";
import {field, playButton, select} from "./controls.js";
import {fill, h} from "./dom.js";
import {clock, percent, say} from "./language.js";
import {voiceOptions} from "./sound.js";

/** @type {[string, Key][]} */
const STEPS = [["narrate", "step.narrate"], ["illustrate", "step.illustrate"], ["clip", "step.clip"]];

/**
 * A card. scene: of a storyboard; shape: of the page.
 * Returns {element, show(scene, language), step(steps, state), ended(step), fail(text), tools}, `tools` being for buttons
 * and forms of the view.
 *
 * @param {MadeScene} scene
 * @param {{width: number, height: number}} shape
 */
export function sceneCard(scene, shape) {
  const frame = h("div", {class: "frame"});
  frame.style.aspectRatio = `${shape.width} / ${shape.height}`;
  const steps = h("ul", {class: "steps", "aria-label": say("scene.made")});
  const said = h("p", {class: "said", dir: "auto"});
  const facts = h("div", {class: "facts"});
  const failed = h("p", {class: "notice bad", role: "alert", hidden: true});
  const tools = h("div", {class: "tools"});
  const name = say("scene.name", {number: scene.index + 1});
  const element = h("article", {class: "scene", "aria-label": name},
    frame, h("div", {class: "about"}, h("div", {class: "row apart"}, h("b", {class: "number"}, String(scene.index + 1)), steps), said, facts, failed, tools));
  let shown = "", heard = "";
  /** @type {string[]} */
  let made = [];
  /** @type {Beside | null} */
  let beside = null;
  show(scene);
  return {element, show, step, ended, fail, tools};

  /** @param {MadeScene} now */
  function show(now, language = "") {
    said.textContent = now.narration;
    if (language) said.lang = language;
    const seen = now.segment_url || now.composed_url || now.video_url || now.image_url || "";
    if (seen && seen !== shown) {
      shown = seen;
      picture(now, seen);
    }
    if (now.audio_url && now.audio_url !== heard) {
      heard = now.audio_url;
      fill(facts, playButton(heard, say("scene.sound", {number: now.index + 1}), {play: () => beside?.play(), pause: () => beside?.pause()}),
        h("span", {class: "muted"}, now.duration ? clock(now.duration) : ""), understood(now), now.attribution && h("small", {class: "muted"}, now.attribution));
    }
  }

  /** @param {MadeScene} now @param {string} url */
  async function picture(now, url) {
    const moves = url === now.segment_url || url === now.video_url;
    const still = moves && now.composed_url ? await source(now.composed_url).catch(() => null) : null;
    const what = now.image_prompt || now.narration;
    const gone = () => { frame.classList.add("gone"); fill(frame, h("span", {class: "muted"}, say("scene.gone"))); };
    if (!moves) {
      const image = h("img", {alt: what});
      image.onload = () => { if (shown === url) fill(frame, image); };
      image.onerror = () => { if (shown === url) gone(); };
      image.src = await source(visible(url)).catch(() => "data:,");
      return;
    }
    const video = h("video", {muted: true, preload: still ? "none" : "metadata", playsinline: true, poster: still, "aria-label": what});
    /** @type {Promise<void> | null} */
    let ready = null;
    const load = () => (ready ??= source(url).then(address => { video.src = address; }));
    beside = {play: () => load().then(() => { video.currentTime = 0; return video.play(); }), pause: () => video.pause()};
    video.onerror = () => { if (shown === url) gone(); };
    if (!still) load().catch(gone);
    if (shown === url) fill(frame, video);
  }

  /** @param {string[]} done @param {SceneProgress["state"]} state */
  function step(done, state) {
    element.dataset.state = state;
    made = done;
    drawn();
  }

  /** @param {string} step */
  function ended(step) {
    made = [...made, step];
    drawn();
  }

  function drawn() {
    fill(steps, STEPS.map(([name, key]) => h("li", {class: made.includes(name) ? "done" : "", "aria-label": say(made.includes(name) ? "step.done" : "step.open", {name: say(key)})}, say(key))));
  }

  /** @param {string} text */
  function fail(text) {
    failed.textContent = text;
    failed.hidden = !text;
  }
}

/** @param {MadeScene} scene */
function understood(scene) {
  const checked = scene.verification;
  return checked && h("small", {class: "muted", title: checked.heard}, say("scene.understood", {share: percent(1 - checked.word_error)}));
}

/**
 * The voices for `sceneFields`.
 *
 * @param {VoiceInfo[]} voices
 */
export const sceneVoices = voices => voiceOptions(voices, say("scene.voice_usual"));

/**
 * The texts of a scene, to be changed. told: called with the changed fields. Returns the fields of narration, picture and voice.
 *
 * @param {SceneModel} scene
 * @param {Option[]} voices
 * @param {(changed: Partial<SceneModel>) => unknown} told
 */
export function sceneFields(scene, voices, told) {
  /** @param {Key} name @param {"narration" | "image_prompt"} key @param {number} rows */
  const area = (name, key, rows, placeholder = "") => {
    const input = h("textarea", {rows, dir: "auto", value: scene[key] ?? "", placeholder, "data-field": key});
    input.oninput = () => told({[key]: input.value});
    return field(say(name), input);
  };
  return [
    area("scene.narration", "narration", 3),
    area("scene.picture", "image_prompt", 4, say("scene.picture_written")),
    field(say("voice.title"), select(voices, scene.voice ?? "", value => told({voice: value}), {late: true})),
  ];
}
