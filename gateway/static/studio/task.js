/** The scene board of one video: it fills while the video is made, and scenes can be changed when it is there. */

/** @import {Accepted, Duplicate, MadeBoard, MadeScene, Progress, Task, TemplateList, VoiceList} from "./answers.js" */
/** @import {Key} from "./language.js" */

import {ask, events} from "./api.js";
import {busy, trouble} from "./controls.js";
import {fill, h} from "./dom.js";
import * as draft from "./draft.js";
import {finished} from "./finished.js";
import {about, percent, say} from "./language.js";
import {sceneCard, sceneFields, sceneVoices} from "./scene.js";

const ENDED = ["completed", "failed", "cancelled"];
const OFTEN = 400;
/** @type {Record<Progress["stage"], Key>} */
const STAGES = {queued: "stage.queued", storyboard: "stage.storyboard", scenes: "stage.scenes", assemble: "stage.assemble", publish: "stage.publish", done: "stage.done"};

/**
 * Shows a task and follows it to its end. argument: its id.
 *
 * @param {HTMLElement} view
 * @param {{argument: string, signal: AbortSignal, titled: (title: string) => unknown}} how titled: the name of this page
 */
export async function taskView(view, {argument: id, signal, titled}) {
  const path = `api/tasks/${encodeURIComponent(id)}`;
  /** @type {Task} */
  let task = await ask(path, {signal});
  /** @type {[TemplateList, VoiceList]} */
  const [{templates, default: usual}, {voices}] = await Promise.all([ask("api/resources/templates", {signal}), ask("api/resources/voices", {signal})]);
  const wanted = task.request_params.frame_template ?? usual;
  const shape = templates.find(each => each.key === wanted) ?? {width: 9, height: 16, media_type: "image"};
  const title = h("h1", {dir: "auto"}), state = h("span", {role: "status"}), left = h("span"), bar = h("progress", {max: 100, "aria-label": say("task.progress")});
  const actions = h("div", {class: "actions"}), result = h("div"), box = trouble(), notice = h("p", {class: "notice", hidden: true});
  const grid = h("div", {class: `board ${shape.width > shape.height ? "landscape" : "portrait"}`});
  /** @type {Map<number, ReturnType<typeof sceneCard>>} */
  const cards = new Map();
  const stop = h("button", {type: "button"}, say("task.stop"));
  stop.onclick = () => busy(stop, box, () => ask(path, {method: "DELETE"}));
  let stage = task.progress.stage, language = "";
  fill(view, h("header", {class: "heading"}, h("div", {}, title, h("p", {class: "muted"}, state, left)), actions), bar, box, notice, h("div", {class: "stage"}, result, grid));
  named("");
  told(task.status, task.progress.percentage, task.eta_seconds);
  if (task.storyboard_url) await storyboard();
  steps();
  if (ENDED.includes(task.status)) await ended();
  else {
    told(task.status, task.progress.percentage, task.eta_seconds);
    fill(actions, stop);
    follow();
  }

  /** @param {string} text */
  function named(text) {
    title.textContent = text || task.request_params.title || (task.request_params.text ?? "").trim().split("\n")[0].slice(0, 80);
    if (language) title.lang = language;
    titled(title.textContent);
  }

  function steps() {
    for (const each of task.progress.scenes) cards.get(each.index)?.step(each.steps, each.state);
  }

  /** @param {string} text only when it is another one: it is read aloud each time */
  function announce(text) {
    if (state.textContent !== text) state.textContent = text;
  }

  /** @param {string} status @param {number} percentage @param {number | null} eta */
  function told(status, percentage, eta) {
    bar.hidden = ENDED.includes(status);
    if (bar.hidden) {
      left.textContent = "";
      announce(status === "completed" ? say("task.completed") : "");
      titled(title.textContent ?? "");
      return;
    }
    const done = [...cards.values()].filter(each => each.element.dataset.state === "done").length;
    announce(stage === "scenes" && cards.size ? say("stage.scenes_of", {done, count: cards.size})
      : stage === "queued" && task.queue_position ? say("stage.queued_behind", {count: task.queue_position}) : say(STAGES[stage]));
    left.textContent = ` · ${percent(percentage / 100)}${eta ? ` · ${say("task.left", {time: about(eta)})}` : ""}`;
    bar.value = percentage;
    titled(`${percent(percentage / 100)} · ${title.textContent}`);
  }

  /** @param {MadeScene} scene */
  function card(scene) {
    let made = cards.get(scene.index);
    if (!made) {
      made = sceneCard(scene, shape);
      made.step([], "waiting");
      cards.set(scene.index, made);
      grid.append(made.element);
    }
    made.show(scene, language);
  }

  async function storyboard() {
    /** @type {MadeBoard} */
    const board = await ask(`${path}/storyboard`, {signal});
    language = board.language;
    named(board.title);
    notice.textContent = board.notice;
    notice.hidden = !board.notice;
    for (const [index, old] of cards) if (index >= board.scenes.length) { old.element.remove(); cards.delete(index); }
    for (const scene of board.scenes) card(scene);
    return board;
  }

  async function follow() {
    let draftNumber = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let due;
    const soon = () => { due ??= setTimeout(() => { due = undefined; storyboard().catch(() => {}); }, OFTEN); };
    try {
      for await (const event of events(id, signal, gone => box.say(gone ? new Error(say("task.away")) : null))) {
        if (event.kind === "stage") stage = event.stage;
        if (event.kind === "scene_written") {
          if (event.draft > draftNumber) { draftNumber = event.draft; cards.clear(); fill(grid); }
          card({index: event.scene, narration: event.narration, image_prompt: event.image_prompt, seed: 0, voice: "", asset: 0});
        } else if (event.kind === "scene") cards.get(event.scene)?.step(event.steps, event.state);
        else if (event.kind === "step_ended" && event.scene !== null) cards.get(event.scene)?.ended(event.step);
        if (event.percentage >= bar.value || ENDED.includes(event.kind)) told(event.kind, event.percentage, event.eta_seconds); // what is below is of before
        if (event.kind === "step_retried" && event.percentage >= bar.value) left.textContent = " · " + say("task.retried", {error: event.error, time: about(event.wait)});
        if (event.kind === "storyboard" || (event.kind === "step_ended" && event.scene !== null)) soon();
      }
      clearTimeout(due);
      if (signal.aborted) return;
      task = await ask(path, {signal});
      await ended();
      steps();
    } catch (error) {
      if (!signal.aborted) box.say(error);
    }
  }

  async function ended() {
    told(task.status, 100, null);
    const board = task.storyboard_url ? await storyboard() : null;
    const scene = task.error_detail?.scene ?? null;
    const placed = scene === null ? null : cards.get(scene);
    if (task.status === "failed") {
      box.say(new Error(placed && scene !== null ? say("task.scene_failed", {number: scene + 1}) : task.error ?? ""));
      placed?.fail(task.error ?? "");
    }
    if (task.status === "cancelled") announce(say("task.stopped"));
    fill(result, task.result && finished(task, board));
    fill(actions, afterwards());
    for (const each of board?.scenes ?? []) fill(cards.get(each.index)?.tools ?? h("div"), changing(each));
  }

  function afterwards() {
    const again = h("button", {type: "button", class: "main"}, say("task.again"));
    again.onclick = () => busy(again, box, async () => {
      await ask(`${path}/retry`, {method: "POST"});
      await taskView(view, {argument: id, signal, titled});
    });
    const another = h("button", {type: "button"}, say("task.another"));
    another.onclick = () => busy(another, box, async () => {
      /** @type {Duplicate} */
      const {request} = await ask(`api/history/${encodeURIComponent(id)}/duplicate`, {method: "POST"});
      const {storyboard: _, ...rest} = request;
      draft.begin(rest);
      location.hash = "new";
    });
    const remove = h("button", {type: "button", class: "quiet"}, say("task.delete"));
    const sure = h("button", {type: "button", class: "bad"}, say("task.delete_sure"));
    const keep = h("button", {type: "button", class: "quiet"}, say("task.keep"));
    const asked = h("span", {class: "actions"}, sure, keep);
    const kept = () => { asked.replaceWith(remove); remove.focus(); };
    remove.onclick = () => { remove.replaceWith(asked); keep.focus(); };
    keep.onclick = kept;
    asked.onkeydown = event => { if (event.key === "Escape") kept(); };
    sure.onclick = () => busy(sure, box, async () => {
      await ask(`api/history/${encodeURIComponent(id)}`, {method: "DELETE"});
      location.hash = "library";
    });
    return [task.status !== "completed" && again, another, remove];
  }

  /** What changes a scene; its form is made when it is opened, since a video may have hundreds. @param {MadeScene} scene */
  function changing(scene) {
    const box = h("details", {}, h("summary", {}, say("scene.change")));
    box.addEventListener("toggle", () => box.append(...form(scene)), {once: true});
    return box;
  }

  /** @param {MadeScene} scene @returns {HTMLElement[]} */
  function form(scene) {
    /** @type {Partial<MadeScene>} */
    const changed = {};
    const failed = trouble();
    const again = h("button", {type: "button", class: "main"}, say("scene.again"));
    const other = h("button", {type: "button"}, say("scene.other_picture"));
    /** @param {HTMLButtonElement} button @param {Partial<MadeScene>} what */
    const send = (button, what) => busy(button, failed, async () => {
      const body = Object.fromEntries(Object.entries(what).filter(([name, value]) => value && value !== scene[/** @type {keyof MadeScene} */ (name)]));
      if (button === again && !Object.keys(body).length) throw new Error(say("scene.nothing"));
      /** @type {Accepted} */
      const made = await ask(`${path}/scenes/${scene.index}/regenerate`, {method: "POST", body});
      location.hash = `task/${made.task_id}`;
    });
    again.onclick = () => send(again, changed);
    other.onclick = () => send(other, {});
    return [...sceneFields(scene, sceneVoices(voices), each => Object.assign(changed, each)), failed,
      h("div", {class: "actions"}, shape.media_type !== "static" && other, again)];
  }
}
