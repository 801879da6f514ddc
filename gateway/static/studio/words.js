/** What the video is about, or what is said in it word for word. */

/** @import {Key} from "./language.js" */

import {choice, field, select} from "./controls.js";
import {fill, h} from "./dom.js";
import * as draft from "./draft.js";
import {clock, say} from "./language.js";

/** Characters that the gateway takes. */
export const LONGEST = 100_000;

/** @type {Key[]} */
const IDEAS = ["idea.cats", "idea.honey", "idea.tea", "idea.calm"];
/** @type {["paragraph" | "line" | "sentence", Key][]} */
const SPLITS = [["paragraph", "split.paragraph"], ["line", "split.line"], ["sentence", "split.sentence"]];
const SECONDS = [15, 30, 60, 90, 180, 300];
const USUAL_SCENES = 5, MOST_SCENES = 20;

/** The card, and what turns it to a script of one's own. */
export function words() {
  const text = h("textarea", {class: "topic", rows: 6, dir: "auto", value: draft.text(), id: "text", "aria-describedby": "counted"});
  text.oninput = () => write(text.value);
  const counted = h("span", {class: "muted", id: "counted"});
  const below = h("div", {class: "row"});
  const ideas = h("p", {class: "ideas"}, h("span", {class: "muted"}, say("idea.try")), IDEAS.map(key =>
    h("button", {type: "button", class: "chip", onclick: () => { text.value = say(key); write(text.value); text.focus(); }}, say(key))));
  const label = h("label", {for: "text", class: "title"});
  const head = h("div", {class: "row apart"});
  const element = h("section", {class: "card", "aria-label": say("words.title")}, head, text, ideas, below);
  drawn();
  return {element, ownScript};

  /** @param {string} value */
  function write(value) {
    draft.set("text", value);
    count();
  }

  function ownScript() {
    draft.set("mode", "fixed");
    drawn();
    text.focus();
    text.select();
  }

  function count() {
    const length = text.value.length, over = length > LONGEST;
    counted.textContent = !length ? "" : over ? say("words.over", {count: length, most: LONGEST}) : say("words.count", {count: length});
    counted.classList.toggle("over", over);
    ideas.hidden = Boolean(length) || draft.get("mode") !== "generate";
  }

  function drawn() {
    fill(head, label, choice(say("words.mode"), [["generate", say("words.generate")], ["fixed", say("words.fixed")]], draft.get("mode") ?? "generate", value => {
      draft.set("mode", value === "fixed" ? "fixed" : "generate");
      chosen();
    }));
    chosen();
  }

  function chosen() {
    const writes = draft.get("mode") === "generate";
    label.textContent = writes ? say("words.about") : say("words.said");
    text.placeholder = writes ? say("words.about_example") : say("words.said_example");
    fill(below, writes ? [...lengths(), style()] : field(say("split.title"), choice(say("split.title"),
      SPLITS.map(([value, key]) => [value, say(key)]), draft.get("split_mode") ?? "paragraph", value => draft.set("split_mode", /** @type {any} */ (value)))), counted);
    count();
  }
}

/** How many scenes, and how long: a length decides the scenes where nobody else does. */
function lengths() {
  const scenes = h("input", {type: "number", min: 1, max: MOST_SCENES, step: 1});
  scenes.oninput = () => draft.set("n_scenes", Number.isNaN(scenes.valueAsNumber) ? null : scenes.valueAsNumber);
  const options = [{value: "", name: say("words.length_usual")}, ...SECONDS.map(each => ({value: String(each), name: clock(each)}))];
  const chosen = String(draft.get("target_seconds") ?? "");
  if (chosen && !options.some(each => each.value === chosen)) options.push({value: chosen, name: clock(Number(chosen))});
  const length = select(options, chosen, value => { draft.set("target_seconds", Number(value) || null); usual(); });
  usual();
  return [field(say("words.scenes"), scenes), field(say("words.length"), length)];

  function usual() {
    const timed = Boolean(draft.get("target_seconds"));
    scenes.value = String(draft.get("n_scenes") ?? (timed ? "" : USUAL_SCENES));
    scenes.placeholder = timed ? say("words.scenes_fit") : String(USUAL_SCENES);
  }
}

function style() {
  const input = h("input", {type: "text", dir: "auto", maxlength: 2000, value: draft.get("style") ?? "", placeholder: say("words.style_example")});
  input.oninput = () => draft.set("style", input.value);
  return field(say("words.style"), input);
}
