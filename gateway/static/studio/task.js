/** The scene board of one video: it fills while the video is made, and scenes can be changed when it is there. */

import {ask, events, here, key, source} from "./api.js";
import {busy, trouble} from "./controls.js";
import {about, bytes, clock, fill, h} from "./dom.js";
import * as draft from "./draft.js";
import {sceneCard, sceneFields} from "./scene.js";

const ENDED = ["completed", "failed", "cancelled"];
const OFTEN = 400;

/** Shows a task and follows it to its end. argument: its id. */
export async function taskView(view, {argument: id, signal}) {
  const path = `api/tasks/${encodeURIComponent(id)}`;
  let task = await ask(path, {signal});
  const [{templates, default: usual}, {voices}] = await Promise.all([ask("api/resources/templates", {signal}), ask("api/resources/voices", {signal})]);
  const wanted = task.request_params.frame_template ?? usual;
  const shape = templates.find(each => each.key === wanted) ?? {width: 9, height: 16, media_type: "image"};
  const title = h("h1"), state = h("p", {class: "muted", role: "status"}), bar = h("progress", {max: 100});
  const actions = h("div", {class: "actions"}), result = h("div"), box = trouble(), notice = h("p", {class: "notice", hidden: true});
  const grid = h("div", {class: `board ${shape.width > shape.height ? "landscape" : "portrait"}`});
  const cards = new Map();
  fill(view, h("header", {class: "heading"}, h("div", {}, title, state), actions), bar, box, notice, h("div", {class: "stage"}, result, grid));
  named("");
  told(task);
  if (task.storyboard_url) await storyboard();
  for (const each of task.progress.scenes) cards.get(each.index)?.step(each.steps, each.state);
  if (ENDED.includes(task.status)) await ended();
  else follow();

  function named(text) {
    title.textContent = text || task.request_params.title || task.request_params.text.trim().split("\n")[0].slice(0, 80);
    document.title = `${title.textContent} · Pixelle-Video`;
  }

  function told({status, progress: {percentage, message}, eta_seconds: eta, queue_position: before}) {
    const left = eta ? `, ${about(eta)} left` : "";
    const waits = before ? ` behind ${before} other${before > 1 ? "s" : ""}` : "";
    state.textContent = ENDED.includes(status) ? "" : `${message}${waits}${left}`;
    bar.value = percentage;
    bar.hidden = ENDED.includes(status);
    fill(actions, !ENDED.includes(status) && stopping());
  }

  function stopping() {
    const stop = h("button", {type: "button"}, "Stop");
    stop.onclick = () => busy(stop, box, () => ask(path, {method: "DELETE"}));
    return stop;
  }

  function card(scene) {
    if (!cards.has(scene.index)) {
      const made = sceneCard(scene, shape);
      made.step([], "waiting");
      cards.set(scene.index, made);
      grid.append(made.element);
    }
    cards.get(scene.index).show(scene);
    return cards.get(scene.index);
  }

  async function storyboard() {
    const board = await ask(`${path}/storyboard`, {signal});
    named(board.title);
    notice.textContent = board.notice;
    notice.hidden = !board.notice;
    for (const [index, old] of cards) if (index >= board.scenes.length) { old.element.remove(); cards.delete(index); }
    for (const scene of board.scenes) card(scene);
    return board;
  }

  async function follow() {
    let draftNumber = 0, due = null;
    const soon = () => { due ??= setTimeout(() => { due = null; storyboard().catch(() => {}); }, OFTEN); };
    try {
      for await (const event of events(id, signal)) {
        told({status: event.kind, progress: event, eta_seconds: event.eta_seconds});
        if (event.kind === "scene_written") {
          if (event.draft > draftNumber) { draftNumber = event.draft; cards.clear(); fill(grid); }
          card({...event, index: event.scene});
        } else if (event.kind === "scene") cards.get(event.scene)?.step(event.steps, event.state);
        else if (event.kind === "step_retried") state.textContent = `${event.message}: ${event.error} Tried again in ${about(event.wait)}.`;
        if (event.kind === "storyboard" || (event.kind === "step_ended" && event.scene !== null)) soon();
      }
      clearTimeout(due);
      if (signal.aborted) return;
      task = await ask(path, {signal});
      told(task);
      await ended();
      for (const each of task.progress.scenes) cards.get(each.index)?.step(each.steps, each.state);
    } catch (error) {
      if (!signal.aborted) box.say(error);
    }
  }

  async function ended() {
    const board = task.storyboard_url ? await storyboard() : null;
    const scene = task.error_detail?.scene ?? null;
    const placed = scene !== null && cards.get(scene);
    if (task.status === "failed") {
      box.say(new Error(placed ? `Scene ${scene + 1} could not be made. What is done is kept.` : task.error));
      placed?.fail(task.error);
    }
    if (task.status === "cancelled") state.textContent = "Stopped. What is done is kept.";
    fill(result, task.result && finished(task, board));
    fill(actions, afterwards());
    for (const each of board?.scenes ?? []) fill(cards.get(each.index).tools, changing(each));
  }

  function afterwards() {
    const again = h("button", {type: "button", class: "main"}, "Go on where it stopped");
    again.onclick = () => busy(again, box, async () => {
      await ask(`${path}/retry`, {method: "POST"});
      await taskView(view, {argument: id, signal});
    });
    const another = h("button", {type: "button"}, "Another one like this");
    another.onclick = () => busy(another, box, async () => {
      const {request} = await ask(`api/history/${encodeURIComponent(id)}/duplicate`, {method: "POST"});
      const {storyboard: _, ...rest} = request;
      draft.begin(rest);
      location.hash = "new";
    });
    const remove = h("button", {type: "button", class: "quiet"}, "Delete");
    const sure = h("button", {type: "button", class: "bad"}, "Delete for good");
    remove.onclick = () => remove.replaceWith(sure);
    sure.onclick = () => busy(sure, box, async () => {
      await ask(`api/history/${encodeURIComponent(id)}`, {method: "DELETE"});
      location.hash = "library";
    });
    return [task.status !== "completed" && again, another, remove];
  }

  function changing(scene) {
    const changed = {}, failed = trouble();
    const again = h("button", {type: "button", class: "main"}, "Make this scene again");
    const other = h("button", {type: "button"}, "Another picture");
    const send = (button, what) => busy(button, failed, async () => {
      const body = Object.fromEntries(Object.entries(what()).filter(([name, value]) => value && value !== scene[name]));
      if (button === again && !Object.keys(body).length) throw new Error("Nothing is changed yet. Change a text or the voice, or ask for another picture.");
      const made = await ask(`${path}/scenes/${scene.index}/regenerate`, {method: "POST", body});
      location.hash = `task/${made.task_id}`;
    });
    again.onclick = () => send(again, () => changed);
    other.onclick = () => send(other, () => ({}));
    return h("details", {}, h("summary", {}, "Change this scene"), sceneFields(scene, voices, each => Object.assign(changed, each)),
      failed, h("div", {class: "actions"}, shape.media_type !== "static" && other, again));
  }
}

function finished(task, board) {
  const {video_url: url, duration, file_size: size, warnings, credits, loudness, spent} = task.result;
  const video = h("video", {controls: true, preload: "metadata", playsinline: true});
  source(url).then(address => { video.src = address; });
  const first = board?.scenes[0]?.composed_url;
  if (first) source(first).then(address => { video.poster = address; });
  if (task.captions_url?.vtt) source(task.captions_url.vtt).then(address =>
    video.append(h("track", {kind: "captions", src: address, srclang: board?.language || "en", label: "Captions"})));
  const name = (board?.title || task.task_id).replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 60);
  const facts = [clock(duration), bytes(size), loudness && `${loudness.integrated_lufs.toFixed(1)} LUFS`,
    ...spent.map(each => `${each.amount} ${each.unit} (${each.engine})`)];
  return h("section", {class: "finished"}, video, h("div", {class: "card"},
    h("p", {class: "muted"}, facts.filter(Boolean).join(" · ")),
    h("div", {class: "actions"}, download(url, `${name}.mp4`, "Download the video", true),
      Object.entries(task.captions_url ?? {}).map(([kind, each]) => download(each, `${name}.${kind}`, `Captions (${kind.toUpperCase()})`))),
    warnings.map(each => h("p", {class: "notice"}, each)),
    credits.length > 0 && h("p", {}, h("b", {}, "To be named where it is shown: "), credits.join("; "))));
}

function download(url, name, text, main = false) {
  const link = h("a", {class: main ? "button main" : "button", href: here(url), download: name}, text);
  if (key.get()) link.onclick = async event => {
    event.preventDefault();
    h("a", {href: await source(url), download: name}).click();
  };
  return link;
}
