/** Everything that was asked for, newest first, with its picture. */

import {ask, page, source} from "./api.js";
import {clock, fill, h, whenSeen} from "./dom.js";

const PAGE = 24;
const PAUSE = 2000;
const STATES = {pending: "waiting", running: "being made", completed: "", failed: "failed", cancelled: "stopped"};

/** Shows the library; tasks that are being made are looked at again until they have ended. */
export async function libraryView(view, {signal}) {
  const grid = h("div", {class: "library"});
  const more = h("button", {type: "button", hidden: true}, "Show more");
  let next = "";
  more.onclick = () => add().catch(() => {});
  fill(view, h("header", {class: "heading"}, h("h1", {}, "Library")), grid, h("div", {class: "actions"}, more));
  await add();
  if (!grid.children.length) {
    fill(view, h("section", {class: "empty"}, h("h1", {}, "Nothing here yet"),
      h("p", {class: "muted"}, "Every video you make is kept here with its scenes: to be watched, changed scene by scene, or made again in another way."),
      h("a", {class: "button main", href: "#new"}, "Make the first one")));
  }

  async function add() {
    const {items, next: following} = await page(`api/tasks?limit=${PAGE}&cursor=${encodeURIComponent(next)}`, {signal});
    next = following;
    more.hidden = !next;
    grid.append(...items.map(each => tile(each, signal)));
  }
}

function tile(task, signal) {
  const {title, text} = task.request_params;
  const picture = h("span", {class: "frame"}), name = h("b", {}, title || text.trim().split("\n")[0].slice(0, 80)), state = h("span", {class: "muted"});
  const element = h("a", {class: "tile", href: `#task/${encodeURIComponent(task.task_id)}`}, picture, name, state);
  told(task);
  whenSeen(element, () => look().catch(() => {}));
  return element;

  function told(now) {
    const running = now.status === "running" ? ` ${Math.round(now.progress.percentage)} %` : "";
    const when = new Date(now.created_at).toLocaleString([], {dateStyle: "medium", timeStyle: "short"});
    element.dataset.state = now.status;
    state.textContent = [STATES[now.status] + running, now.result && clock(now.result.duration), when].filter(Boolean).join(" · ");
  }

  async function look() {
    let now = task;
    for (;;) {
      if (now.progress.stage !== "queued") await board().catch(() => {});
      if (!["pending", "running"].includes(now.status) || signal.aborted) return;
      await new Promise(resolve => setTimeout(resolve, PAUSE));
      if (signal.aborted) return;
      now = await ask(`api/tasks/${encodeURIComponent(task.task_id)}`, {signal});
      told(now);
    }
  }

  async function board() {
    if (!task.storyboard_url && ["failed", "cancelled"].includes(task.status)) return;
    const found = await ask(`api/tasks/${encodeURIComponent(task.task_id)}/storyboard`, {signal});
    name.textContent = found.title || name.textContent;
    const url = found.scenes.map(each => each.composed_url || each.image_url).find(Boolean);
    if (!url || picture.dataset.url === url) return;
    picture.dataset.url = url;
    const image = h("img", {alt: ""});
    image.onload = () => fill(picture, image);
    image.src = await source(url);
  }
}
