/** A plan: every scene in words, to be changed before anything is spoken or drawn. */

/** @import {Estimate, Planned, SceneModel, VoiceList} from "./answers.js" */

import {ask, begun} from "./api.js";
import {busy, field, select, tool, trouble} from "./controls.js";
import {fill, h, redraw} from "./dom.js";
import * as draft from "./draft.js";
import {tab} from "./kept.js";
import {about, clock, money, say} from "./language.js";
import {assets, thumbnail} from "./material.js";
import {sceneFields, sceneVoices} from "./scene.js";

const NAME = "pixelle-plan";

/** The plan of this tab. @returns {Planned | null} */
export function keptPlan() {
  try {
    return JSON.parse(tab.get(NAME) ?? "null");
  } catch {
    return null;
  }
}

/** The plan has become a video, or another one is made. */
export const forgetPlan = () => tab.forget(NAME);

/** Keeps a plan in this tab and shows it. @param {Planned} planned */
export function openPlan(planned) {
  tab.set(NAME, JSON.stringify(planned));
  location.hash = "plan";
}

/**
 * Shows the plan of this tab.
 *
 * @param {HTMLElement} view
 * @param {{signal: AbortSignal}} how
 */
export async function planView(view, {signal}) {
  const planned = keptPlan();
  if (!planned) {
    fill(view, h("section", {class: "empty"}, h("h1", {}, say("plan.none")), h("p", {class: "muted"}, say("plan.none_hint", {button: say("make.plan")})),
      h("a", {class: "button main", href: "#new"}, say("bar.new"))));
    return;
  }
  /** @type {VoiceList} */
  const listing = await ask("api/resources/voices", {signal});
  const voices = sceneVoices(listing.voices);
  const board = planned.storyboard;
  const own = assets();
  const box = trouble();
  const grid = h("div", {class: "plan", lang: board.language || null});
  const title = h("input", {type: "text", class: "headline", dir: "auto", lang: board.language || null, value: board.title, "aria-label": say("plan.title"), maxlength: 10000});
  title.oninput = () => { board.title = title.value; keep(); };
  const facts = h("p", {class: "muted", role: "status"});
  const make = h("button", {type: "button", class: "main"}, say("make.go"));
  make.onclick = () => busy(make, box, async () => {
    const silent = board.scenes.findIndex(each => !each.narration.trim());
    if (silent >= 0) {
      /** @type {HTMLElement | undefined} */ (grid.querySelectorAll("textarea[data-field=narration]")[silent])?.focus();
      throw new Error(say("plan.silent", {number: silent + 1}));
    }
    const body = draft.request(board);
    if (board.title) delete body.title;
    const id = await begun(body);
    forgetPlan();
    draft.set("text", "");
    location.hash = `task/${id}`;
  });
  fill(view, h("header", {class: "heading"}, h("div", {}, h("h1", {class: "unseen"}, say("plan.heading")), title, facts)),
    board.notice && h("p", {class: "notice"}, board.notice), grid,
    h("footer", {class: "asking"}, box, h("div", {class: "actions"}, h("a", {class: "button", href: "#new"}, say("plan.back")), make)));
  drawn();

  function keep() {
    tab.set(NAME, JSON.stringify(planned));
  }

  /** @param {SceneModel[]} scenes @param {number} to where the focus goes when what had it is gone */
  function change(scenes, to) {
    board.scenes = scenes.map((each, index) => ({...each, index}));
    keep();
    redraw(grid, drawn);
    if (to >= 0) /** @type {HTMLElement | undefined} */ (grid.querySelectorAll("textarea[data-field=narration]")[to])?.focus();
  }

  function drawn() {
    const scenes = board.scenes;
    facts.textContent = guessed(/** @type {Planned} */ (planned).estimate, scenes.length);
    const fresh = () => ({index: 0, narration: "", image_prompt: "", seed: 0, voice: "", asset: 0});
    fill(grid, scenes.map((scene, at) => h("article", {class: "scene", "aria-label": say("scene.name", {number: at + 1})},
      h("div", {class: "about"},
        h("div", {class: "row apart"}, h("b", {class: "number"}, String(at + 1)), h("span", {},
          tool("↑", say("plan.up", {number: at + 1}), {disabled: at === 0, at: `up ${at - 1}`}, () => moved(at, -1)),
          tool("↓", say("plan.down", {number: at + 1}), {disabled: at === scenes.length - 1, at: `down ${at}`}, () => moved(at, 1)),
          tool("+", say("plan.add", {number: at + 1}), {at: `add ${at}`}, () => change(scenes.toSpliced(at + 1, 0, fresh()), at + 1)),
          tool("×", say("plan.remove", {number: at + 1}), {disabled: scenes.length === 1, at: `remove ${at}`},
            () => change(scenes.toSpliced(at, 1), Math.min(at, scenes.length - 2))))),
        fields(scene, at)))));
  }

  /** A scene goes up or down, and the focus with it. @param {number} at @param {-1 | 1} by */
  function moved(at, by) {
    const scenes = board.scenes;
    change(scenes.with(at, scenes[at + by]).with(at + by, scenes[at]), -1);
    const buttons = grid.children[at + by]?.querySelectorAll("button") ?? [];
    const same = buttons[by < 0 ? 0 : 1];
    (same?.disabled ? buttons[by < 0 ? 1 : 0] : same)?.focus();
  }

  /** @param {SceneModel} scene @param {number} at */
  function fields(scene, at) {
    const [narration, picture, voice] = sceneFields(scene, voices, changed => { Object.assign(scene, changed); keep(); });
    if (!own.length) return [narration, picture, voice];
    const options = [{value: "0", name: say("plan.made_picture")}, ...own.map((each, index) => ({value: String(index + 1), name: each.name}))];
    const shown = select(options, String(scene.asset), value => { scene.asset = Number(value); keep(); redraw(grid, drawn); });
    shown.dataset.at = `shows ${at}`;
    const material = own[scene.asset - 1];
    return [narration, field(say("plan.shows"), shown), material ? thumbnail(material) : picture, voice];
  }
}

/** @param {Estimate} estimate @param {number} count of scenes, now */
function guessed({scenes, video_seconds: length, seconds, cost, currency, learned}, count) {
  const share = count / Math.max(1, scenes);
  return [say("plan.scenes", {count}), say("plan.length", {time: clock(length * share)}),
    learned ? say("plan.makes", {time: about(seconds * share)}) : say("plan.makes_guess", {time: about(seconds * share)}),
    cost !== null && money(cost * share, currency)].filter(Boolean).join(" · ");
}
