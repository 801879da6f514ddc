/** How the video sounds: a voice to be heard before it is chosen, and music. */

/** @import {MusicInfo, Uploaded, VoiceInfo, VoiceList, VoiceMade} from "./answers.js" */
/** @import {Key} from "./language.js" */
/** @import {Option} from "./controls.js" */

import {ask} from "./api.js";
import {busy, field, playButton, select, slider, trouble} from "./controls.js";
import {fill, h, redraw} from "./dom.js";
import * as draft from "./draft.js";
import {current, languageName, listed, named, number, percent, say} from "./language.js";

/** @type {Record<VoiceInfo["gender"], Key | "">} */
const GENDERS = {female: "voice.female", male: "voice.male", "": ""};

/** @param {string} tag */
const base = tag => tag.split("-")[0];

/** @param {VoiceInfo} voice @param {string} home the language it is listed under */
function described(voice, home) {
  const others = voice.languages.filter(each => each !== home).map(each => languageName(each));
  const gender = GENDERS[voice.gender];
  const facts = [gender && say(gender), voice.cloned && say("voice.cloned"), others.length && others.length < 4 && say("voice.also", {languages: listed(others)})];
  return [voice.name, ...facts].filter(Boolean).join(" · ");
}

/**
 * Voices for a select, by language: that of the page first, with those of other languages that speak it, too, where it
 * has none of its own. first: what choosing none means.
 *
 * @param {VoiceInfo[]} voices
 * @param {string} first
 * @returns {Option[]}
 */
export function voiceOptions(voices, first) {
  const mine = base(current());
  const native = voices.some(each => base(each.language) === mine);
  /** @param {VoiceInfo} voice */
  const home = voice => native ? voice.language : voice.languages.find(each => base(each) === mine) ?? voice.language;
  const order = voices.toSorted((a, b) => Number(base(home(b)) === mine) - Number(base(home(a)) === mine));
  return [{value: "", name: first}, ...order.map(each => ({
    value: each.id, name: `${described(each, home(each))} (${each.workflow.split("/").pop()})`,
    group: home(each) ? languageName(home(each)) : say("voice.other"),
  }))];
}

/** The voice's part of the form. @param {VoiceList} listing */
export function voice(listing) {
  const voices = [...listing.voices];
  const heard = h("span");
  const chosen = h("div", {class: "beside"});
  const box = h("div", {}, h("h2", {}, say("voice.title")), chosen, field(say("voice.speed"), slider({
    low: 0.5, high: 2, step: 0.05, value: draft.get("tts_speed") ?? 1,
    shown: value => say("voice.times", {factor: number(value, {minimumFractionDigits: 2})}), told: value => draft.set("tts_speed", value === 1 ? null : value),
  })));
  drawn();
  if (listing.cloning_workflows.length) box.append(copying(listing, made => {
    voices.push(made);
    draft.set("tts_voice", made.id);
    drawn();
  }));
  return box;

  function drawn() {
    fill(chosen, field(say("voice.narrator"), select(voiceOptions(voices, say("voice.usual")), draft.get("tts_voice") ?? "", value => {
      draft.set("tts_voice", value);
      sample();
    })), heard);
    sample();
  }

  function sample() {
    const found = voices.find(each => each.id === draft.get("tts_voice"));
    fill(heard, found?.sample_url && playButton(found.sample_url, found.name));
  }
}

/** @param {VoiceList} listing @param {(made: VoiceInfo) => unknown} told */
function copying(listing, told) {
  const box = trouble();
  const file = h("input", {type: "file", accept: "audio/*,video/mp4"});
  const name = h("input", {type: "text", maxlength: 100, placeholder: say("copy.name_example")});
  const agreed = h("input", {type: "checkbox"});
  const workflow = select(listing.cloning_workflows.map(each => ({value: each, name: each})), listing.cloning_workflows[0], () => {});
  const button = h("button", {type: "button"}, say("copy.go"));
  button.onclick = () => busy(button, box, async () => {
    const recording = file.files?.[0];
    if (!recording) throw new Error(say("copy.no_file"));
    if (!name.value.trim()) throw new Error(say("copy.no_name"));
    if (!agreed.checked) throw new Error(say("copy.no_consent"));
    const form = new FormData();
    form.set("ref_audio", recording);
    form.set("name", name.value.trim());
    form.set("consent", listing.consent);
    form.set("workflow", workflow.value);
    /** @type {VoiceMade} */
    const made = await ask("api/resources/voices", {method: "POST", body: form});
    told(made.voice);
  });
  return h("details", {}, h("summary", {}, say("copy.title")),
    field(say("copy.recording"), file, say("copy.recording_hint")), field(say("copy.name"), name), field(say("copy.by"), workflow),
    h("label", {class: "check"}, agreed, h("span", {class: "consent"}, listing.consent)), box, button);
}

/** The music's part of the form. songs: what is there; others can be uploaded. @param {MusicInfo[]} songs */
export function music(songs) {
  const heard = h("span");
  const row = h("div", {class: "beside"});
  /** @type {Map<string, {name: string, url: string}>} */
  const own = new Map();
  const box = trouble();
  const file = h("input", {type: "file", accept: "audio/*", hidden: true, "aria-label": say("music.own")});
  const choose = h("button", {type: "button", "data-at": "own", onclick: () => file.click()}, say("music.own"));
  const volume = field(say("music.volume"), slider({
    low: 0, high: 1, step: 0.05, value: draft.get("bgm_volume") ?? 0.3,
    shown: percent, told: value => draft.set("bgm_volume", value),
  }));
  file.onchange = () => busy(choose, box, upload);
  drawn();
  return h("div", {}, h("h2", {}, say("music.title")), row, volume, h("div", {}, choose, file), box);

  async function upload() {
    const chosen = file.files?.[0];
    if (!chosen) return;
    const form = new FormData();
    form.set("file", chosen);
    file.value = "";
    /** @type {Uploaded} */
    const kept = await ask("api/files", {method: "POST", body: form});
    if (!/^(audio|video)\//.test(kept.media_type)) throw new Error(say("music.none_such", {name: chosen.name}));
    own.set(kept.path, {name: chosen.name, url: kept.url});
    draft.set("bgm_path", kept.path);
    drawn();
  }

  function drawn() {
    const now = draft.get("bgm_path") ?? "";
    const options = [{value: "", name: say("music.none")}, ...songs.map(each => ({value: each.path, name: named(each.name.replace(/\.\w+$/, ""))})),
      ...[...own].map(([path, each]) => ({value: path, name: each.name}))];
    if (now && !options.some(each => each.value === now)) options.push({value: now, name: now.split("/").pop() ?? now});
    const track = select(options, now, value => { draft.set("bgm_path", value); chosen(); });
    track.dataset.at = "track";
    redraw(row, () => fill(row, field(say("music.track"), track), heard));
    chosen();
  }

  function chosen() {
    const mine = own.get(draft.get("bgm_path") ?? "");
    volume.hidden = !draft.get("bgm_path");
    fill(heard, mine && playButton(mine.url, mine.name));
  }
}
