/** What forms are made of. Each control is handed its value and tells of a new one. */

import {source} from "./api.js";
import {h} from "./dom.js";

let counted = 0;

/** A control with its name and, below it, what it means. */
export function field(name, control, hint) {
  const target = control.matches("input, select, textarea") ? control : control.querySelector("input, select, textarea");
  const id = target.id || (target.id = `c${++counted}`);
  return h("div", {class: "field"}, h("label", {for: id}, name), control, hint && h("p", {class: "hint"}, hint));
}

/** One of a few, all in sight. options: [[value, name], ...]. */
export function choice(name, options, value, told) {
  const group = `g${++counted}`;
  return h("div", {class: "choice", role: "radiogroup", "aria-label": name}, options.map(([each, text]) =>
    h("label", {},
      h("input", {type: "radio", name: group, value: each, checked: each === value, onchange: () => told(each)}),
      h("span", {}, text))));
}

/** One of many. options: [{value, name, group, disabled}]. */
export function select(options, value, told) {
  const groups = new Map();
  for (const each of options) groups.set(each.group ?? "", [...(groups.get(each.group ?? "") ?? []), each]);
  const option = each => h("option", {value: each.value, disabled: each.disabled ?? false, selected: each.value === value}, each.name);
  return h("select", {onchange: event => told(event.target.value)}, [...groups].map(([group, members]) =>
    group ? h("optgroup", {label: group}, members.map(option)) : members.map(option)));
}

/** A number between two, with what it is at the moment. */
export function slider({low, high, step, value, shown, told}) {
  const output = h("output", {}, shown(value));
  const input = h("input", {
    type: "range", min: low, max: high, step, value,
    oninput: event => {
      output.textContent = shown(event.target.valueAsNumber);
      told(event.target.valueAsNumber);
    },
  });
  return h("div", {class: "slider"}, input, output);
}

const player = new Audio();
let playing = null;

function halt() {
  if (!playing) return;
  const {button, name, beside} = playing;
  playing = null;
  player.pause();
  beside?.pause();
  button.classList.remove("on");
  button.setAttribute("aria-label", `Play ${name}`);
}

player.addEventListener("ended", halt);
window.addEventListener("hashchange", halt);

/** A button that plays a sound; one plays at a time. beside: a silent video that runs along. */
export function playButton(url, name, beside = null) {
  const button = h("button", {class: "play", type: "button", "aria-label": `Play ${name}`, onclick: toggle});
  return button;

  async function toggle() {
    const mine = playing?.button === button;
    halt();
    if (mine) return;
    playing = {button, name, beside};
    button.classList.add("on");
    button.setAttribute("aria-label", `Stop ${name}`);
    try {
      const address = await source(url);
      if (playing?.button !== button) return;
      player.src = address;
      await Promise.all([player.play(), beside?.play()]);
    } catch (error) {
      if (error.name !== "AbortError") button.title = error.message;
      if (playing?.button === button) halt();
    }
  }
}

/** Where something went wrong, next to what it is about. */
export function trouble() {
  const box = h("p", {class: "notice bad", role: "alert", hidden: true});
  box.say = error => {
    box.textContent = error?.message ?? "";
    box.hidden = !error;
  };
  return box;
}

/** Runs work for a button, which cannot be pressed again meanwhile; errors are said in the box. */
export async function busy(button, box, work) {
  box.say(null);
  button.disabled = true;
  button.classList.add("busy");
  try {
    await work();
  } catch (error) {
    if (error.name !== "AbortError") box.say(error);
  } finally {
    button.disabled = false;
    button.classList.remove("busy");
  }
}
