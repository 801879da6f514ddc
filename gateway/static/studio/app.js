/** The studio: which view is shown, in which language and colours, and the key that the gateway may ask for. */

/** @import {Key} from "./language.js" */

import {ask, key} from "./api.js";
import {busy, field, trouble} from "./controls.js";
import {fill, h} from "./dom.js";
import {browser} from "./kept.js";
import {current, languageName, offered, preferred, say, speak} from "./language.js";
import {libraryView} from "./library.js";
import {makeView} from "./make.js";
import {planView} from "./plan.js";
import {taskView} from "./task.js";

const NAME = "Pixelle-Video";
/** @typedef {{argument: string, signal: AbortSignal, titled: (title: string) => void}} Shown */
/** @type {Record<string, {draw: (view: HTMLElement, how: Shown) => Promise<void>, title: Key}>} */
const VIEWS = {
  new: {draw: makeView, title: "bar.new"}, plan: {draw: planView, title: "plan.heading"},
  task: {draw: taskView, title: "result.video"}, library: {draw: libraryView, title: "library.title"},
};
const view = /** @type {HTMLElement} */ (document.getElementById("view"));
const opening = /** @type {HTMLElement} */ (document.getElementById("opening"));
let leaving = new AbortController();

/** Shows what the address names. arrived: somebody went there, so that the focus goes along. */
async function show(arrived = true) {
  leaving.abort();
  leaving = new AbortController();
  const {signal} = leaving;
  const [name, argument] = place();
  const {draw, title} = VIEWS[name];
  for (const link of document.querySelectorAll(".bar nav a")) {
    if (link.getAttribute("href") === `#${name}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  /** @param {string} text */
  const titled = text => { if (!signal.aborted) document.title = `${text} · ${NAME}`; };
  titled(say(title));
  view.setAttribute("aria-label", say(title));
  window.scrollTo(0, 0);
  const drawn = new MutationObserver(there);
  view.inert = true; // what is still seen belongs to where one was
  opening.hidden = false;
  drawn.observe(view, {childList: true});
  try {
    await draw(view, {argument, signal, titled});
  } catch (error) {
    if (signal.aborted || /** @type {{status?: number}} */ (error).status === 401) return;
    fill(view, h("section", {class: "empty"},
      h("h1", {}, say("app.failed")),
      h("p", {class: "notice bad", role: "alert"}, /** @type {Error} */ (error).message),
      h("div", {class: "actions"}, h("button", {type: "button", class: "main", onclick: () => show()}, say("app.again")), h("a", {class: "button", href: "#library"}, say("library.title")))));
    console.warn(error);
  } finally {
    if (!signal.aborted) there();
  }

  function there() {
    drawn.disconnect();
    if (signal.aborted || !view.inert) return;
    view.inert = false;
    opening.hidden = true;
    if (arrived) view.focus({preventScroll: true});
  }
}

/** The view that the address names, and of what. */
function place() {
  try {
    const [name, argument = ""] = location.hash.slice(1).split("/").map(decodeURIComponent);
    return [Object.hasOwn(VIEWS, name) ? name : "new", argument];
  } catch {
    return ["new", ""];
  }
}

/** In place of the view: the gateway wants a key, or another one than this. @param {Event} event */
function locked(event) {
  leaving.abort();
  opening.hidden = true;
  view.inert = false;
  if (view.querySelector(".key") && !key.get()) return; // asked already, for another of the requests
  const box = trouble();
  if (key.get()) box.say(new Error(say("key.refused")));
  key.forget();
  const input = h("input", {type: "password", autocomplete: "current-password", required: true});
  const remember = h("input", {type: "checkbox"});
  const button = h("button", {class: "main", type: "submit"}, say("key.open"));
  const enter = async () => {
    key.set(input.value.trim(), remember.checked);
    await ask("api/tasks?limit=1");
    await show();
  };
  /** @param {SubmitEvent} pressed */
  const onsubmit = pressed => { pressed.preventDefault(); busy(button, box, enter); };
  fill(view, h("form", {class: "empty key", onsubmit},
    h("h1", {}, say("key.title")),
    h("p", {class: "muted"}, /** @type {CustomEvent<Error>} */ (event).detail.message),
    field(say("key.key"), input),
    h("label", {class: "check"}, remember, " ", say("key.remember")),
    box, h("div", {class: "actions"}, button)));
  input.focus();
}

/** @type {Record<string, Key>} */
const THEMES = {"light dark": "theme.auto", light: "theme.light", dark: "theme.dark"};
const THEME = "pixelle-theme";

/** @param {string} chosen */
function theme(chosen) {
  document.documentElement.style.colorScheme = chosen;
  const button = /** @type {HTMLElement} */ (document.getElementById("theme"));
  const name = say(THEMES[chosen]), names = Object.keys(THEMES);
  button.textContent = name;
  button.setAttribute("aria-label", say("theme.change", {name}));
  button.onclick = () => {
    const next = names[(names.indexOf(chosen) + 1) % names.length];
    browser.set(THEME, next);
    theme(next);
  };
}

function kept() {
  const chosen = browser.get(THEME) ?? "";
  return chosen in THEMES ? chosen : "light dark";
}

/** What stays above every view. */
function bar() {
  for (const [name, key] of /** @type {[string, Key][]} */ ([["nav [href='#new']", "bar.new"], ["nav [href='#library']", "library.title"], ["nav [href=docs]", "bar.api"]])) {
    fill(/** @type {Element} */ (document.querySelector(`.bar ${name}`)), say(key));
  }
  document.querySelector(".bar nav")?.setAttribute("aria-label", NAME);
  fill(opening, say("app.opening"));
  const switched = /** @type {HTMLSelectElement} */ (document.getElementById("language"));
  fill(switched, offered.map(each => h("option", {value: each, lang: each, selected: each === current()}, languageName(each, each))));
  switched.setAttribute("aria-label", say("bar.language"));
  switched.hidden = offered.length < 2;
  switched.onchange = async () => {
    try {
      await speak(switched.value, true);
    } catch {
      switched.value = current();
      return;
    }
    bar();
    show(false);
  };
  theme(kept());
}

await speak(preferred()).catch(error => {
  view.textContent = "The studio could not be read from the gateway. Load this page again. · 页面载入失败，请刷新重试。"; // no language is there to say it
  throw error;
});
bar();
document.addEventListener("locked", locked);
window.addEventListener("hashchange", () => show());
window.addEventListener("storage", event => { if (event.key === THEME) theme(kept()); });
/** A file that is dropped beside its place would replace the page. @param {DragEvent} event */
const missed = event => {
  const meant = event.target instanceof Element && event.target.matches("input[type=file]");
  if (event.dataTransfer?.types.includes("Files") && !meant) event.preventDefault();
};
window.addEventListener("dragover", missed);
window.addEventListener("drop", missed);
show(false);
