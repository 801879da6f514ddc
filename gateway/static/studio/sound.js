/** How the video sounds: a voice to be heard before it is chosen, and music. */

import {ask} from "./api.js";
import {busy, field, playButton, select, slider, trouble} from "./controls.js";
import {fill, h} from "./dom.js";
import * as draft from "./draft.js";

const languages = new Intl.DisplayNames(["en"], {type: "language"});

function spoken(tag) {
  try {
    return languages.of(tag) ?? tag;
  } catch {
    return tag;
  }
}

function named(voice) {
  return [voice.name, voice.gender, voice.cloned && "copied"].filter(Boolean).join(", ");
}

/** Voices for a select, by language. first: what choosing none means. */
export function voiceOptions(voices, first) {
  return [{value: "", name: first}, ...voices.map(each => ({
    value: each.id, name: `${named(each)} (${each.workflow.split("/").pop()})`, group: each.language ? spoken(each.language) : "Other",
  }))];
}

/** The voice's part of the form. listing: the answer of /api/resources/voices. */
export function voice(listing) {
  const voices = [...listing.voices];
  const heard = h("span");
  const chosen = h("div", {class: "beside"});
  const box = h("div", {}, h("h2", {}, "Voice"), chosen, field("Speed", slider({
    low: 0.5, high: 2, step: 0.05, value: draft.get("tts_speed") ?? 1,
    shown: value => `${value.toFixed(2)} ×`, told: value => draft.set("tts_speed", value === 1 ? null : value),
  })));
  drawn();
  if (listing.cloning_workflows.length) box.append(copying(listing, made => {
    voices.push(made);
    draft.set("tts_voice", made.id);
    drawn();
  }));
  return box;

  function drawn() {
    fill(chosen, field("Narrator", select(voiceOptions(voices, "Fits the language"), draft.get("tts_voice") ?? "", value => {
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

function copying(listing, told) {
  const box = trouble();
  const file = h("input", {type: "file", accept: "audio/*,video/mp4"});
  const name = h("input", {type: "text", maxlength: 100, placeholder: "My voice"});
  const agreed = h("input", {type: "checkbox"});
  const workflow = select(listing.cloning_workflows.map(each => ({value: each, name: each})), listing.cloning_workflows[0], () => {});
  const button = h("button", {type: "button"}, "Add this voice");
  button.onclick = () => busy(button, box, async () => {
    if (!file.files.length) throw new Error("Choose a recording first: 3 to 60 seconds of one person speaking.");
    if (!name.value.trim()) throw new Error("Give the voice a name.");
    if (!agreed.checked) throw new Error("A voice is copied only with the consent of the person who speaks.");
    const form = new FormData();
    form.set("ref_audio", file.files[0]);
    form.set("name", name.value.trim());
    form.set("consent", listing.consent);
    form.set("workflow", workflow.value);
    told((await ask("api/resources/voices", {method: "POST", body: form})).voice);
  });
  return h("details", {}, h("summary", {}, "Copy a voice from a recording"),
    field("Recording", file, "3 to 60 seconds of one person speaking: WAV, MP3, FLAC, M4A or OGG."), field("Name", name), field("Copied by", workflow),
    h("label", {class: "check"}, agreed, " ", listing.consent), box, button);
}

/** The music's part of the form. songs: what is there; others can be uploaded. */
export function music(songs) {
  const heard = h("span");
  const row = h("div", {class: "beside"});
  const own = new Map();
  const box = trouble();
  const file = h("input", {type: "file", accept: "audio/*", hidden: true, "aria-label": "Music of yours"});
  const volume = field("Volume", slider({
    low: 0, high: 1, step: 0.05, value: draft.get("bgm_volume") ?? 0.3,
    shown: value => `${Math.round(value * 100)} %`, told: value => draft.set("bgm_volume", value),
  }));
  file.onchange = () => upload();
  drawn();
  return h("div", {}, h("h2", {}, "Music"), row, volume, file, box);

  async function upload() {
    box.say(null);
    const form = new FormData();
    form.set("file", file.files[0]);
    try {
      const kept = await ask("api/files", {method: "POST", body: form});
      if (!/^(audio|video)\//.test(kept.media_type)) throw new Error(`${file.files[0].name} is no sound. Choose MP3, WAV, FLAC, OGG or M4A.`);
      own.set(kept.path, {name: file.files[0].name, url: kept.url});
      draft.set("bgm_path", kept.path);
    } catch (error) {
      box.say(error);
    }
    drawn();
  }

  function drawn() {
    const now = draft.get("bgm_path") ?? "";
    const options = [{value: "", name: "None"}, ...songs.map(each => ({value: each.path, name: each.name.replace(/\.\w+$/, "")})),
      ...[...own].map(([path, each]) => ({value: path, name: each.name})), {value: "+", name: "A file of yours …"}];
    if (now && !options.some(each => each.value === now)) options.push({value: now, name: now});
    fill(row, field("Track", select(options, now, value => {
      if (value === "+") {
        file.click();
        drawn();
        return;
      }
      draft.set("bgm_path", value);
      drawn();
    })), heard);
    volume.hidden = !now;
    fill(heard, own.has(now) && playButton(own.get(now).url, own.get(now).name));
  }
}
