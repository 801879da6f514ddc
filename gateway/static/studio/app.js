/** The studio: which view is shown, in which colours, and the key that the gateway may ask for. */

import {ask, key} from "./api.js";
import {fill, h} from "./dom.js";
import {busy, field, trouble} from "./controls.js";
import {libraryView} from "./library.js";
import {makeView} from "./make.js";
import {planView} from "./plan.js";
import {taskView} from "./task.js";

const VIEWS = {new: makeView, plan: planView, task: taskView, library: libraryView};
const view = document.getElementById("view");
let leaving = new AbortController();

async function show() {
  leaving.abort();
  leaving = new AbortController();
  const {signal} = leaving;
  const [name, argument = ""] = location.hash.slice(1).split("/").map(decodeURIComponent);
  const drawn = VIEWS[name] ?? makeView;
  for (const link of document.querySelectorAll(".bar nav a")) {
    if (link.getAttribute("href") === `#${drawn === makeView ? "new" : name}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = "Pixelle-Video";
  window.scrollTo(0, 0);
  try {
    await drawn(view, {argument, signal});
  } catch (error) {
    if (signal.aborted || error.status === 401) return;
    fill(view, h("section", {class: "empty"},
      h("h1", {}, "This could not be opened"),
      h("p", {class: "notice bad", role: "alert"}, error.message),
      h("button", {type: "button", onclick: show}, "Try again")));
    console.warn(error);
  }
}

/** In place of the view: the gateway wants a key, or another one than this. */
function locked(event) {
  leaving.abort();
  if (view.querySelector(".key") && !key.get()) return; // asked already, for another of the requests
  const box = trouble();
  if (key.get()) box.say(new Error("This key was not accepted. Look at PIXELLE_API_KEYS of the gateway, or ask who runs it."));
  key.forget();
  const input = h("input", {type: "password", autocomplete: "current-password", required: true});
  const remember = h("input", {type: "checkbox"});
  const button = h("button", {class: "main", type: "submit"}, "Open the studio");
  const enter = async () => {
    key.set(input.value.trim(), remember.checked);
    await ask("api/tasks?limit=1");
    await show();
  };
  fill(view, h("form", {class: "empty key", onsubmit: pressed => { pressed.preventDefault(); busy(button, box, enter); }},
    h("h1", {}, "This gateway asks for a key"),
    h("p", {class: "muted"}, event.detail.message),
    field("Key", input),
    h("label", {class: "check"}, remember, " Remember it in this browser"),
    box, h("div", {class: "actions"}, button)));
  input.focus();
}

const THEMES = {"light dark": "Auto", light: "Light", dark: "Dark"};

function theme(chosen) {
  document.documentElement.style.colorScheme = chosen;
  localStorage.setItem("pixelle-theme", chosen);
  const button = document.getElementById("theme");
  button.textContent = THEMES[chosen];
  button.setAttribute("aria-label", `Colours: ${THEMES[chosen]}. Change`);
  const names = Object.keys(THEMES);
  button.onclick = () => theme(names[(names.indexOf(chosen) + 1) % names.length]);
}

const kept = localStorage.getItem("pixelle-theme");
theme(kept in THEMES ? kept : "light dark");
document.addEventListener("locked", locked);
window.addEventListener("hashchange", show);
show();
