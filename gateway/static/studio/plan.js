/** A plan: every scene in words, to be changed before anything is spoken or drawn. */

import {ask} from "./api.js";
import {busy, field, select, trouble} from "./controls.js";
import {about, clock, fill, h} from "./dom.js";
import * as draft from "./draft.js";
import {assets, thumbnail} from "./material.js";
import {sceneFields} from "./scene.js";

const NAME = "pixelle-plan";

/** Keeps a plan (the answer of /api/storyboards) in this tab and shows it. */
export function openPlan(planned) {
  sessionStorage.setItem(NAME, JSON.stringify(planned));
  location.hash = "plan";
}

/** Shows the plan of this tab. */
export async function planView(view, {signal}) {
  const planned = JSON.parse(sessionStorage.getItem(NAME) ?? "null");
  if (!planned) {
    fill(view, h("section", {class: "empty"}, h("h1", {}, "No plan yet"),
      h("p", {class: "muted"}, "Write what the video is about and press “Plan it first”: every scene appears here, to be read and changed."),
      h("a", {class: "button main", href: "#new"}, "New video")));
    return;
  }
  const {voices} = await ask("api/resources/voices", {signal});
  const board = planned.storyboard;
  const own = assets();
  const box = trouble();
  const grid = h("div", {class: "plan"});
  const title = h("input", {type: "text", class: "headline", value: board.title, "aria-label": "Title", maxlength: 10000});
  title.oninput = () => { board.title = title.value; keep(); };
  const make = h("button", {type: "button", class: "main"}, "Make the video");
  make.onclick = () => busy(make, box, async () => {
    const body = draft.request(board);
    if (board.title) delete body.title;
    const {task_id: id} = await ask("api/video/generate/async", {method: "POST", body});
    sessionStorage.removeItem(NAME);
    draft.set("text", "");
    location.hash = `task/${id}`;
  });
  fill(view, h("header", {class: "heading"}, h("div", {}, title, h("p", {class: "muted"}, guessed(planned.estimate)))),
    board.notice && h("p", {class: "notice"}, board.notice), grid,
    h("footer", {class: "asking"}, box, h("div", {class: "actions"}, h("a", {class: "button", href: "#new"}, "Back to the settings"), make)));
  drawn();

  function keep() {
    sessionStorage.setItem(NAME, JSON.stringify(planned));
  }

  function change(scenes) {
    board.scenes = scenes.map((each, index) => ({...each, index}));
    keep();
    drawn();
  }

  function drawn() {
    const scenes = board.scenes;
    const fresh = () => ({narration: "", image_prompt: "", seed: 0, voice: "", asset: 0});
    fill(grid, scenes.map((scene, at) => h("article", {class: "scene", "aria-label": `Scene ${at + 1}`},
      h("div", {class: "about"},
        h("div", {class: "row apart"}, h("b", {class: "number"}, String(at + 1)), h("span", {},
          tool("↑", `Move scene ${at + 1} up`, at === 0, () => change(scenes.with(at, scenes[at - 1]).with(at - 1, scene))),
          tool("↓", `Move scene ${at + 1} down`, at === scenes.length - 1, () => change(scenes.with(at, scenes[at + 1]).with(at + 1, scene))),
          tool("+", `Add a scene after ${at + 1}`, false, () => change(scenes.toSpliced(at + 1, 0, fresh()))),
          tool("×", `Remove scene ${at + 1}`, scenes.length === 1, () => change(scenes.toSpliced(at, 1))))),
        fields(scene)))));
  }

  function fields(scene) {
    const [narration, picture, voice] = sceneFields(scene, voices, changed => { Object.assign(scene, changed); keep(); });
    if (!own.length) return [narration, picture, voice];
    const options = [{value: "0", name: "A picture made for it"}, ...own.map((each, at) => ({value: String(at + 1), name: each.name}))];
    const shown = select(options, String(scene.asset), value => { scene.asset = Number(value); keep(); drawn(); });
    const material = own[scene.asset - 1];
    return [narration, field("Shows", shown), material ? thumbnail(material) : picture, voice];
  }
}

function tool(sign, name, disabled, work) {
  return h("button", {type: "button", class: "quiet", "aria-label": name, title: name, disabled, onclick: work}, sign);
}

function guessed({scenes, video_seconds: length, seconds, cost, currency, learned}) {
  const paid = cost === null ? "" : `, ${cost.toFixed(2)} ${currency}`;
  return `${scenes} scenes, a video of about ${clock(length)}, made in ${about(seconds)}${learned ? "" : " (a rule of thumb)"}${paid}`;
}
