/** A new video: what it is about, how it looks and sounds, then a plan first or the video at once. */

import {ask} from "./api.js";
import {busy, choice, field, select, slider, trouble} from "./controls.js";
import {clock, fill, h} from "./dom.js";
import * as draft from "./draft.js";
import {look} from "./look.js";
import {material} from "./material.js";
import {openPlan} from "./plan.js";
import {music, voice} from "./sound.js";

const IDEAS = ["Why cats purr", "How honey bees make honey", "The history of tea in three minutes", "Five habits of calm people"];
const MODES = [["generate", "Write it for me"], ["fixed", "Say exactly this"]];
const SPLITS = [["paragraph", "Paragraphs"], ["line", "Lines"], ["sentence", "Sentences"]];

/** Shows the form. */
export async function makeView(view, {signal}) {
  const [templates, voices, songs, engines] = await Promise.all([
    ask("api/resources/templates", {signal}), ask("api/resources/voices", {signal}),
    ask("api/resources/bgm", {signal}), ask("api/resources/workflows/media", {signal}),
  ]);
  const box = trouble();
  const make = h("button", {type: "button", class: "main"}, "Make the video");
  const plan = h("button", {type: "button"}, "Plan it first");
  make.onclick = () => busy(make, box, async () => {
    const {task_id: id} = await ask("api/video/generate/async", {method: "POST", body: asked()});
    draft.set("text", "");
    location.hash = `task/${id}`;
  });
  plan.onclick = () => busy(plan, box, async () => openPlan(await ask("api/storyboards", {method: "POST", body: asked(), signal})));
  fill(view, h("div", {class: "make", oninput: () => box.say(null)},
    h("div", {class: "words"}, words(), material()),
    h("section", {class: "card look"}, look(templates)),
    h("aside", {class: "card"},
      voice(voices), music(songs.bgm_files), h("h2", {}, "Picture"), movement(), h("hr"), pictures(engines.workflows), more()),
    h("footer", {class: "asking"}, box, h("div", {class: "actions"},
      h("p", {class: "muted"}, "A plan shows every scene before anything is spoken or drawn."), plan, make))));
}

function asked() {
  if (!draft.get("text").trim()) throw new Error("Write a topic or a script first: the field at the top is empty.");
  return draft.request();
}

function words() {
  const text = h("textarea", {
    class: "topic", rows: 6, maxlength: 100000, value: draft.get("text"), id: "text",
    oninput: () => { draft.set("text", text.value); count(); },
  });
  const counted = h("span", {class: "muted"});
  const below = h("div", {class: "row"});
  const ideas = h("p", {class: "ideas"}, h("span", {class: "muted"}, "Try "), IDEAS.map(idea =>
    h("button", {type: "button", class: "chip", onclick: () => { text.value = idea; draft.set("text", idea); count(); text.focus(); }}, idea)));
  const label = h("label", {for: "text", class: "title"});
  const mode = choice("What is done with the text", MODES, draft.get("mode"), value => { draft.set("mode", value); drawn(); });
  drawn();
  count();
  return h("section", {class: "card"}, h("div", {class: "row apart"}, label, mode), text, ideas, below);

  function count() {
    counted.textContent = text.value ? `${text.value.length.toLocaleString()} characters` : "";
    ideas.hidden = Boolean(text.value) || draft.get("mode") !== "generate";
  }

  function drawn() {
    const writes = draft.get("mode") === "generate";
    label.textContent = writes ? "What is the video about?" : "What is said, word for word";
    text.placeholder = writes
      ? "A topic, a few notes, or a whole article to make a video from."
      : "Your script. Each paragraph becomes a scene; [pause 0.5s] makes the voice wait.";
    fill(below, writes ? [scenes(), length(), style()] : field("Every scene is one of its", choice("Scenes", SPLITS, draft.get("split_mode"),
      value => draft.set("split_mode", value))), counted);
    count();
  }
}

function scenes() {
  const input = h("input", {type: "number", min: 1, max: 20, value: draft.get("n_scenes"), required: true});
  input.oninput = () => draft.set("n_scenes", input.valueAsNumber || 5);
  return field("Scenes", input);
}

function length() {
  const options = [{value: "", name: "As it comes"}, ...[15, 30, 60, 90, 180, 300].map(each => ({value: String(each), name: clock(each)}))];
  return field("Length", select(options, String(draft.get("target_seconds") ?? ""), value => draft.set("target_seconds", Number(value) || null)));
}

function style() {
  const input = h("input", {type: "text", maxlength: 2000, value: draft.get("style") ?? "", placeholder: "for children, dry humour …"});
  input.oninput = () => draft.set("style", input.value);
  return field("Audience and tone", input);
}

const CAPTIONS = [["", "None"], ["line", "Phrases"], ["word", "Word by word"]];
const MOTIONS = [["", "Still"], ["pan", "Moving"]];
const TRANSITIONS = [["", "Cut"], ["fade", "Fade"]];

function movement() {
  const row = (name, key, options) => h("div", {class: "field inline"}, h("span", {class: "label"}, name),
    choice(name, options, draft.get(key) ?? "", value => draft.set(key, value)));
  return [row("Captions", "captions", CAPTIONS), row("Pictures", "motion", MOTIONS), row("Between scenes", "transition", TRANSITIONS)];
}

function pictures(engines) {
  const ready = engines.filter(each => each.available);
  const away = engines.filter(each => !each.available && each.key.split("/").length <= 2);
  const options = [{value: "", name: "The installation's choice"}, ...ready.map(each => ({value: each.key, name: each.display_name}))];
  return [
    field("Made by", select(options, draft.get("media_workflow") ?? "", value => draft.set("media_workflow", value))),
    away.length > 0 && h("details", {}, h("summary", {}, `${away.length} more engines can be set up`),
      h("dl", {class: "reasons"}, away.map(each => [h("dt", {}, each.display_name), h("dd", {}, each.reason)]))),
  ];
}

function more() {
  const line = (name, key, placeholder, hint) => {
    const input = h("input", {type: "text", value: draft.get(key) ?? "", placeholder});
    input.oninput = () => draft.set(key, input.value.trim());
    return field(name, input, hint);
  };
  const seed = h("input", {type: "number", min: 0, max: 4294967295, value: draft.get("seed") ?? "", placeholder: "drawn"});
  seed.oninput = () => draft.set("seed", Number.isNaN(seed.valueAsNumber) ? null : seed.valueAsNumber);
  const checked = h("input", {type: "checkbox", checked: Boolean(draft.get("verify")), onchange: () => draft.set("verify", checked.checked || null)});
  const rate = {low: 15, high: 60, step: 1, value: draft.get("video_fps") ?? 30, shown: value => `${value}`, told: value => draft.set("video_fps", value)};
  return h("details", {}, h("summary", {}, "More"),
    line("Title", "title", "written from the text"),
    line("Language", "language", "that of the text", "A tag such as en, de or zh-CN."),
    line("Before every picture prompt", "prompt_prefix", "watercolour, soft light"),
    field("Seed", seed, "The same number draws the same pictures."),
    field("Frames per second", slider(rate)),
    h("label", {class: "check"}, checked, " Listen to what was spoken, and speak again what cannot be understood"));
}
