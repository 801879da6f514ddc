/** A new video: what it is about, how it looks and sounds, then a plan first or the video at once. */

/** @import {TemplateList, VoiceList, MusicList, WorkflowList, WorkflowInfo} from "./answers.js" */
/** @import {Key} from "./language.js" */

import {advice} from "./advice.js";
import {ask, begun} from "./api.js";
import {busy, choice, field, select, slider, trouble} from "./controls.js";
import {fill, h} from "./dom.js";
import * as draft from "./draft.js";
import {languageName, number, say, sorted} from "./language.js";
import {look} from "./look.js";
import {material} from "./material.js";
import {forgetPlan, keptPlan, openPlan} from "./plan.js";
import {music, voice} from "./sound.js";
import {LONGEST, words} from "./words.js";

/**
 * Shows the form.
 *
 * @param {HTMLElement} view
 * @param {{signal: AbortSignal}} how
 */
export async function makeView(view, {signal}) {
  /** @type {[TemplateList, VoiceList, MusicList, WorkflowList]} */
  const [templates, voices, songs, engines] = await Promise.all([
    ask("api/resources/templates", {signal}), ask("api/resources/voices", {signal}),
    ask("api/resources/bgm", {signal}), ask("api/resources/workflows/media", {signal}),
  ]);
  const box = trouble();
  const make = h("button", {type: "button", class: "main"}, say("make.go"));
  const plan = h("button", {type: "button"}, say("make.plan"));
  const text = words();
  /** @param {unknown} error */
  const help = error => advice(error, text.ownScript);
  make.onclick = () => busy(make, box, async () => {
    const id = await begun(asked(view));
    draft.set("text", "");
    forgetPlan();
    if (!signal.aborted) location.hash = `task/${id}`;
  }, help);
  const hint = h("p", {class: "muted", role: "status"}, say("make.plan_hint"));
  plan.onclick = () => busy(plan, box, async () => {
    const body = asked(view);
    hint.textContent = say("make.planning");
    hint.classList.add("going");
    try {
      openPlan(await ask("api/storyboards", {method: "POST", body, signal}));
    } finally {
      hint.textContent = say("make.plan_hint");
      hint.classList.remove("going");
    }
  }, help);
  fill(view, h("div", {class: "make", oninput: () => box.say(null)},
    h("div", {class: "words"}, keptPlan() && h("p", {class: "notice"}, h("a", {href: "#plan"}, say("make.kept_plan"))), text.element, material()),
    h("section", {class: "card look", "aria-label": say("look.title")}, look(templates)),
    h("aside", {class: "card", "aria-label": say("make.sound_and_picture")},
      voice(voices), music(songs.bgm_files), h("div", {}, h("h2", {}, say("picture.title")), movement(), pictures(engines.workflows)), h("hr"), more(voices)),
    h("footer", {class: "asking"}, box, h("div", {class: "actions"}, hint, plan, make))));
}

/** What is sent. Throws what has to be changed first, and shows where. @param {HTMLElement} view */
function asked(view) {
  const length = draft.text().length;
  const topic = /** @type {HTMLTextAreaElement} */ (view.querySelector(".topic"));
  if (!draft.text().trim()) {
    topic.focus();
    throw new Error(say("make.empty"));
  }
  if (length > LONGEST) {
    topic.focus();
    throw new Error(say("make.too_long", {count: length, most: LONGEST}));
  }
  const wrong = /** @type {HTMLInputElement | null} */ (view.querySelector("input:invalid"));
  if (wrong) {
    const hidden = wrong.closest("details");
    if (hidden) hidden.open = true;
    wrong.focus();
    throw new Error(say("make.out_of_range", {name: wrong.labels?.[0]?.textContent ?? "", low: Number(wrong.min), high: Number(wrong.max)}));
  }
  return draft.request();
}

/** @type {["captions" | "motion" | "transition", Key, [string, Key][]][]} */
const MOVEMENTS = [
  ["captions", "captions.title", [["", "captions.none"], ["line", "captions.line"], ["word", "captions.word"]]],
  ["motion", "motion.title", [["", "motion.none"], ["pan", "motion.pan"]]],
  ["transition", "transition.title", [["", "transition.none"], ["fade", "transition.fade"]]],
];

function movement() {
  return MOVEMENTS.map(([key, title, options]) => h("div", {class: "inline"}, field(say(title),
    choice(say(title), options.map(([value, text]) => [value, say(text)]), draft.get(key) ?? "", value => draft.set(key, /** @type {any} */ (value))))));
}

/** @param {WorkflowInfo[]} engines */
function pictures(engines) {
  const ready = engines.filter(each => each.available);
  const away = engines.filter(each => !each.available && each.key.split("/").length <= 2);
  const options = [{value: "", name: say("picture.usual")}, ...ready.map(each => ({value: each.key, name: each.display_name}))];
  return [
    field(say("picture.by"), select(options, draft.get("media_workflow") ?? "", value => draft.set("media_workflow", value))),
    away.length > 0 && h("details", {}, h("summary", {}, say("picture.more", {count: away.length})),
      h("dl", {class: "reasons"}, away.map(each => [h("dt", {}, each.display_name), h("dd", {}, each.reason)]))),
  ];
}

const LANGUAGES = ["ar", "cs", "de", "en", "es", "fr", "hi", "hu", "it", "ja", "ko", "nl", "pl", "pt", "ru", "tr", "zh"];

/** @param {VoiceList} listing */
function language({voices}) {
  const now = draft.get("language") ?? "";
  const tags = new Set([...LANGUAGES, ...voices.flatMap(each => each.languages.map(tag => tag.split("-")[0])), now].filter(Boolean));
  const options = sorted([...tags].map(each => ({value: each, name: languageName(each)})), each => each.name);
  return field(say("more.language"), select([{value: "", name: say("more.language_usual")}, ...options], now, value => draft.set("language", value)));
}

/** @param {VoiceList} listing */
function more(listing) {
  /** @param {Key} name @param {"title" | "prompt_prefix"} key @param {Key} placeholder */
  const line = (name, key, placeholder) => {
    const input = h("input", {type: "text", dir: "auto", value: draft.get(key) ?? "", placeholder: say(placeholder)});
    input.oninput = () => draft.set(key, input.value.trim());
    return field(say(name), input);
  };
  const seed = h("input", {type: "number", min: 0, max: 4294967295, value: draft.get("seed") ?? "", placeholder: say("more.seed_drawn")});
  seed.oninput = () => draft.set("seed", Number.isNaN(seed.valueAsNumber) ? null : seed.valueAsNumber);
  const checked = h("input", {type: "checkbox", checked: Boolean(draft.get("verify"))});
  checked.onchange = () => draft.set("verify", checked.checked || null);
  /** @param {number} value */
  const told = value => draft.set("video_fps", value);
  const rate = {low: 15, high: 60, step: 1, value: draft.get("video_fps") ?? 30, shown: number, told};
  return h("details", {}, h("summary", {}, say("more.title")),
    line("more.name", "title", "more.name_written"),
    language(listing),
    line("more.prefix", "prompt_prefix", "more.prefix_example"),
    field(say("more.seed"), seed, say("more.seed_hint")),
    field(say("more.rate"), slider(rate)),
    h("label", {class: "check"}, checked, " ", say("more.verify")));
}
