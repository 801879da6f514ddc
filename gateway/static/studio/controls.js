/** What forms are made of. Each control is handed its value and tells of a new one. */

import {aborted, source} from "./api.js";
import {fill, h} from "./dom.js";
import {say} from "./language.js";

/** @import {Child} from "./dom.js" */
/** @typedef {{value: string, name: string, group?: string, disabled?: boolean}} Option */

let counted = 0;

/**
 * A control with its name and, below it, what it means.
 *
 * @param {string} name
 * @param {HTMLElement} control
 * @param {string} [hint]
 */
export function field(name, control, hint) {
  const target = /** @type {HTMLElement | null} */ (control.matches("input, select, textarea") ? control : control.querySelector("input, select, textarea"));
  const label = control.matches("[role=radiogroup]") || !target
    ? h("span", {class: "label", "aria-hidden": "true"}, name)
    : h("label", {for: target.id || (target.id = `c${++counted}`)}, name);
  const below = hint && h("p", {class: "hint", id: `h${++counted}`}, hint);
  if (below) target?.setAttribute("aria-describedby", below.id);
  return h("div", {class: "field"}, label, control, below);
}

/**
 * One of a few, all in sight. options: [[value, name], ...].
 *
 * @param {string} name
 * @param {[string, string][]} options
 * @param {string} value
 * @param {(value: string) => unknown} told
 */
export function choice(name, options, value, told) {
  const group = `g${++counted}`;
  return h("div", {class: "choice", role: "radiogroup", "aria-label": name}, options.map(([each, text]) =>
    h("label", {},
      h("input", {type: "radio", name: group, value: each, checked: each === value, onchange: () => told(each)}),
      h("span", {}, text))));
}

/**
 * One of many. late: only the chosen one is there until somebody comes to choose, for a page with many of the same.
 *
 * @param {Option[]} options
 * @param {string} value
 * @param {(value: string) => unknown} told
 */
export function select(options, value, told, {late = false} = {}) {
  /** @type {Map<string, Option[]>} */
  const groups = new Map();
  for (const each of options) groups.set(each.group ?? "", [...(groups.get(each.group ?? "") ?? []), each]);
  /** @param {Option} each */
  const option = each => h("option", {value: each.value, disabled: each.disabled ?? false, selected: each.value === value}, each.name);
  const made = h("select", {onchange: event => told(event.target.value)});
  const all = () => fill(made, [...groups].map(([group, members]) =>
    group ? h("optgroup", {label: group}, members.map(option)) : members.map(option)));
  const chosen = options.find(each => each.value === value);
  if (!late || !chosen) return all();
  const come = new AbortController();
  for (const kind of ["focus", "pointerdown"]) made.addEventListener(kind, () => { come.abort(); all(); }, {signal: come.signal});
  return fill(made, option(chosen));
}

/**
 * A number between two, with what it is at the moment.
 *
 * @param {{low: number, high: number, step: number, value: number, shown: (value: number) => string, told: (value: number) => unknown}} how
 */
export function slider({low, high, step, value, shown, told}) {
  const output = h("output", {}, shown(value));
  const input = h("input", {type: "range", min: low, max: high, step, value, "aria-valuetext": shown(value)});
  input.oninput = () => {
    output.textContent = shown(input.valueAsNumber);
    input.setAttribute("aria-valuetext", shown(input.valueAsNumber));
    told(input.valueAsNumber);
  };
  return h("div", {class: "slider"}, input, output);
}

/**
 * A button with a sign for a face.
 *
 * @param {string} sign
 * @param {string} name
 * @param {{disabled?: boolean, at?: string}} how at: what `redraw` knows it by
 * @param {() => unknown} work
 */
export function tool(sign, name, {disabled = false, at}, work) {
  return h("button", {type: "button", class: "quiet", "aria-label": name, title: name, disabled, "data-at": at, onclick: work}, sign);
}

const player = new Audio();
/** @type {{button: HTMLButtonElement, name: string, beside: Beside | null} | null} */
let playing = null;

/** @typedef {{play: () => unknown, pause: () => unknown}} Beside */

function halt() {
  if (!playing) return;
  const {button, name, beside} = playing;
  playing = null;
  player.pause();
  beside?.pause();
  button.classList.remove("on", "busy");
  button.setAttribute("aria-label", say("play", {name}));
}

player.addEventListener("ended", halt);
window.addEventListener("hashchange", halt);

/**
 * A button that plays a sound; one plays at a time. beside: a silent video that runs along.
 *
 * @param {string} url
 * @param {string} name
 * @param {Beside | null} beside
 */
export function playButton(url, name, beside = null) {
  const button = h("button", {class: "play", type: "button", "aria-label": say("play", {name}), onclick: toggle});
  const box = trouble();
  return h("span", {class: "playing"}, button, box);

  async function toggle() {
    const mine = playing?.button === button;
    halt();
    box.say(null);
    if (mine) return;
    playing = {button, name, beside};
    button.classList.add("on", "busy");
    button.setAttribute("aria-label", say("stop", {name}));
    try {
      const address = await source(url);
      if (playing?.button !== button) return;
      player.src = address;
      await Promise.all([player.play(), beside?.play()]);
      button.classList.remove("busy");
    } catch (error) {
      if (playing?.button === button) halt();
      if (!aborted(error)) box.say(new Error(error instanceof DOMException ? say("error.sound") : /** @type {Error} */ (error).message));
    }
  }
}

/**
 * Where something went wrong, next to what it is about. Its `say` tells an error, with what helps against it in front, or null.
 */
export function trouble() {
  const box = h("div", {class: "notice bad", role: "alert", hidden: true});
  return Object.assign(box, {
    /** @param {unknown} error @param {...Child} help */
    say(error, ...help) {
      const text = error instanceof Error && h("p", {}, error.message);
      fill(box, ...help, text && help.some(Boolean) ? h("details", {class: "detail"}, h("summary", {}, say("error.words")), text) : text);
      box.hidden = !error;
    },
  });
}

/**
 * Runs work for a button, which cannot be pressed again meanwhile; errors are said in the box.
 *
 * @param {HTMLButtonElement} button
 * @param {ReturnType<typeof trouble>} box
 * @param {() => unknown} work
 * @param {(error: unknown) => Child[]} [help] what to say besides of an error
 */
export async function busy(button, box, work, help = () => []) {
  if (button.getAttribute("aria-disabled")) return;
  box.say(null);
  button.setAttribute("aria-disabled", "true"); // not `disabled`, which would take the focus away
  button.classList.add("busy");
  try {
    await work();
  } catch (error) {
    if (!aborted(error)) box.say(error, ...help(error));
  } finally {
    button.removeAttribute("aria-disabled");
    button.classList.remove("busy");
  }
}
