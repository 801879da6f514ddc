/** Everything that was asked for, newest first, with its picture. */

/** @import {MadeBoard, Task} from "./answers.js" */
/** @import {Key} from "./language.js" */

import {ask, page, source} from "./api.js";
import {busy, field, select, trouble} from "./controls.js";
import {fill, h, pause, whenSeen} from "./dom.js";
import {tab} from "./kept.js";
import {clock, date, percent, say} from "./language.js";

const PAGE = 24, MOST = 1000, FOUND = 200;
const PAUSE = 2000, TYPING = 300;
const NAME = "pixelle-library";
/** @type {[Task["status"] | "", Key][]} */
const FILTERS = [["", "library.all"], ["completed", "library.completed"], ["running", "library.running"], ["pending", "library.pending"], ["failed", "library.failed"], ["cancelled", "library.cancelled"]];
/** @type {Record<Task["status"], Key | "">} */
const STATES = {pending: "state.pending", running: "state.running", completed: "", failed: "state.failed", cancelled: "state.cancelled"};

/** How the library was left: what is looked for, how much was shown, and where one was. */
function left() {
  try {
    return {status: "", shown: PAGE, top: 0, wanted: "", ...JSON.parse(tab.get(NAME) ?? "{}")};
  } catch {
    return {status: "", shown: PAGE, top: 0, wanted: ""};
  }
}

/**
 * Shows the library; tasks that are being made are looked at again until they have ended.
 *
 * @param {HTMLElement} view
 * @param {{signal: AbortSignal}} how
 */
export async function libraryView(view, {signal}) {
  const grid = h("div", {class: "library"}), box = trouble(), none = h("p", {class: "muted", role: "status"});
  const more = h("button", {type: "button", hidden: true}, say("library.more"));
  const kept = left();
  let next = "", round = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let typed;
  more.onclick = () => busy(more, box, () => add(PAGE));
  const status = select(FILTERS.map(([value, key]) => ({value, name: say(key)})), kept.status, value => { kept.status = value; again(); });
  const search = h("input", {type: "search", dir: "auto", value: kept.wanted, placeholder: say("library.search_hint")});
  search.oninput = () => { kept.wanted = search.value; clearTimeout(typed); typed = setTimeout(again, TYPING); };
  await shown(Math.min(kept.shown, MOST));
  const head = h("header", {class: "heading"}, h("h1", {}, say("library.title")),
    h("div", {class: "row sifting"}, field(say("library.search"), search), field(say("library.which"), status)));
  if (!grid.children.length && !kept.status && !kept.wanted) {
    fill(view, h("section", {class: "empty"}, h("h1", {}, say("library.empty")), h("p", {class: "muted"}, say("library.empty_hint")),
      h("a", {class: "button main", href: "#new"}, say("library.first"))));
    return;
  }
  fill(view, head, box, none, grid, h("div", {class: "actions"}, more));
  window.scrollTo(0, kept.top);
  window.addEventListener("scroll", () => { if (grid.isConnected) { kept.top = window.scrollY; keep(); } }, {signal, passive: true});

  function keep() {
    tab.set(NAME, JSON.stringify({...kept, shown: Math.max(PAGE, grid.children.length)}));
  }

  function again() {
    kept.top = 0;
    shown(PAGE).catch(error => { if (!signal.aborted) box.say(error); });
  }

  /** @param {number} count */
  async function shown(count) {
    const mine = ++round;
    const wanted = kept.wanted.trim().toLocaleLowerCase();
    box.say(null);
    grid.classList.add("stale");
    if (!wanted) {
      next = "";
      await add(count, mine);
    } else {
      const found = await searched(wanted, kept.status, signal);
      if (mine !== round) return;
      fill(grid, found.map(each => tile(each, signal)));
      more.hidden = true;
    }
    if (mine !== round) return;
    grid.classList.remove("stale");
    none.textContent = grid.children.length ? "" : say("library.nothing");
    keep();
  }

  /** @param {number} count @param {number} mine the round of `shown` it is part of: it begins anew */
  async function add(count, mine = 0) {
    const query = new URLSearchParams({limit: String(count), ...(next && {cursor: next}), ...(kept.status && {status: kept.status})});
    /** @type {{items: Task[], next: string}} */
    const {items, next: following} = await page(`api/tasks?${query}`, {signal});
    if (mine && mine !== round) return;
    if (mine) fill(grid);
    next = following;
    more.hidden = !next;
    grid.append(...items.map(each => tile(each, signal)));
    keep();
  }
}

/**
 * Tasks whose title or text has these words, newest first, of all that there are.
 *
 * @param {string} wanted in small letters
 * @param {string} status "": any
 * @param {AbortSignal} signal
 * @returns {Promise<Task[]>}
 */
async function searched(wanted, status, signal) {
  /** @type {Task[]} */
  const found = [];
  const words = wanted.split(/\s+/);
  /** @param {Task & {title?: string}} each */
  const fits = each => {
    const text = `${each.title ?? ""} ${each.request_params.title ?? ""} ${each.request_params.text ?? ""}`.toLocaleLowerCase();
    return words.every(word => text.includes(word));
  };
  if (!status || status === "running" || status === "pending") {
    for (const each of status ? [status] : ["pending", "running"]) found.push(...(await ask(`api/tasks?limit=${MOST}&status=${each}`, {signal})).filter(fits));
    if (status) return found;
  }
  for (let at = 1; found.length < FOUND; at++) {
    const query = new URLSearchParams({page: String(at), page_size: "200", statistics: "false", ...(status && {status})});
    const {tasks, total_pages: pages} = await ask(`api/history?${query}`, {signal});
    found.push(...tasks.filter(fits));
    if (at >= pages) break;
  }
  return found.slice(0, FOUND);
}

/** @param {Task & {title?: string}} task @param {AbortSignal} signal */
function tile(task, signal) {
  const {title, text} = task.request_params;
  const picture = h("span", {class: "frame"}), name = h("b", {dir: "auto"}, task.title || title || (text ?? "").trim().split("\n")[0].slice(0, 80)), state = h("span", {class: "muted"});
  const element = h("a", {class: "tile", href: `#task/${encodeURIComponent(task.task_id)}`}, picture, name, state);
  told(task);
  whenSeen(element, () => look().catch(() => {}));
  return element;

  /** @param {Task} now */
  function told(now) {
    const key = STATES[now.status];
    const running = now.status === "running" && percent(now.progress.percentage / 100);
    element.dataset.state = now.status;
    state.textContent = [key && say(key), running, now.result && clock(now.result.duration), date(now.created_at)].filter(Boolean).join(" · ");
  }

  async function look() {
    let now = task;
    for (;;) {
      if (now.progress.stage !== "queued") await board(now).catch(() => {});
      if (!["pending", "running"].includes(now.status) || signal.aborted || !element.isConnected) return;
      await pause(PAUSE);
      if (signal.aborted) return;
      now = await ask(`api/tasks/${encodeURIComponent(task.task_id)}`, {signal}).catch(error => {
        if (error.status === 0 || error.status >= 500) return now; // a gateway that starts again is asked again
        throw error;
      });
      told(now);
    }
  }

  /** @param {Task} now */
  async function board(now) {
    if (!now.storyboard_url) return;
    /** @type {MadeBoard} */
    const found = await ask(`api/tasks/${encodeURIComponent(task.task_id)}/storyboard`, {signal});
    name.textContent = found.title || name.textContent;
    if (found.language) name.lang = found.language;
    const url = found.scenes.map(each => each.composed_url || each.image_url).find(Boolean);
    if (!url || picture.dataset.url === url) return;
    picture.dataset.url = url;
    const image = h("img", {alt: ""});
    image.onload = () => fill(picture, image);
    image.src = await source(url);
  }
}
