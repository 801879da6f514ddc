/** Own pictures and clips: dropped or chosen, described, put in order. */

/** @import {AssetModel, Uploaded} from "./answers.js" */
/** @import {Key} from "./language.js" */

import {ask, source, visible} from "./api.js";
import {choice, tool, trouble} from "./controls.js";
import {fill, h, redraw} from "./dom.js";
import * as draft from "./draft.js";
import {around, bytes, say} from "./language.js";

/** @type {["order" | "caption", Key][]} */
const MATCHES = [["order", "material.order"], ["caption", "material.caption"]];

/** The pictures and clips of this draft, in order. @returns {AssetModel[]} */
export function assets() {
  const given = draft.get("assets") ?? [];
  return given.map(each => {
    const whole = typeof each === "string" ? {path: each, caption: "", name: ""} : each;
    return {...whole, name: whole.name || (whole.path.split("/").pop() ?? "")};
  });
}

/** A small picture of what was uploaded; nothing where only the gateway can see it. @param {AssetModel} asset */
export function thumbnail({path, name}) {
  const frame = h("span", {class: "thumbnail"});
  if (!path.startsWith("uploads/")) return frame;
  const seen = /\.(mp4|mov|webm|mkv|avi|m4v|ts)$/i.test(path)
    ? h("video", {muted: true, preload: "metadata", playsinline: true, "aria-label": name}) : h("img", {alt: name});
  source(visible(`api/files/${path}`)).then(address => { seen.src = address; fill(frame, seen); }, () => {});
  seen.onerror = () => fill(frame);
  return frame;
}

/** The card. */
export function material() {
  const box = trouble();
  const input = h("input", {type: "file", accept: "image/*,video/*,.heic,.heif,.hif", multiple: true, id: "material"});
  input.onchange = () => taken([...input.files ?? []]);
  const list = h("ol", {class: "assets"});
  const options = h("div");
  const drop = h("label", {class: "drop", for: "material"}, around("material.drop", {choose: h("u", {}, say("material.choose"))}), input);
  drop.ondragover = event => { event.preventDefault(); drop.classList.add("over"); };
  drop.ondragleave = () => drop.classList.remove("over");
  drop.ondrop = event => { event.preventDefault(); drop.classList.remove("over"); taken([...event.dataTransfer?.files ?? []]); };
  drawn();
  return h("section", {class: "card", "aria-label": say("material.title")}, drop, list, options, box);

  /** @param {File[]} files */
  async function taken(files) {
    input.value = "";
    box.say(null);
    /** @type {string[]} */
    const refused = [];
    for (const file of files) {
      const waiting = h("li", {class: "muted", role: "status"}, say("material.uploading", {name: file.name, size: bytes(file.size)}));
      list.append(waiting);
      try {
        const form = new FormData();
        form.set("file", file);
        /** @type {Uploaded} */
        const kept = await ask("api/files", {method: "POST", body: form});
        if (!/^(image|video)\//.test(kept.media_type)) throw new Error(say("material.sound"));
        change([...assets(), {path: kept.path, caption: "", name: file.name}]);
      } catch (error) {
        refused.push(say("material.refused", {name: file.name, why: /** @type {Error} */ (error).message}));
        box.say(new Error(refused.join("\n")));
      }
      waiting.remove();
    }
  }

  /** @param {AssetModel[]} changed */
  function change(changed) {
    draft.set("assets", changed.length ? changed : null);
    if (!changed.length) draft.set("pipeline", null);
    redraw(list, drawn);
    if (!changed.length) input.focus();
  }

  function drawn() {
    const now = assets();
    const coming = [...list.children].filter(each => each.getAttribute("role") === "status");
    fill(list, now.map((each, at) => h("li", {},
      thumbnail(each), h("b", {}, each.name),
      h("input", {type: "text", dir: "auto", value: each.caption ?? "", placeholder: say("material.shows"), "aria-label": say("material.shows_what", {name: each.name}),
        "data-at": `caption ${each.path}`, oninput: event => { each.caption = event.target.value; draft.set("assets", now); }}),
      tool("↑", say("material.up", {name: each.name}), {disabled: at === 0, at: `up ${each.path}`}, () => change(now.with(at, now[at - 1]).with(at - 1, each))),
      tool("×", say("material.remove", {name: each.name}), {at: `remove ${each.path}`}, () => change(now.toSpliced(at, 1))))), coming);
    const whole = h("input", {type: "checkbox", checked: draft.get("pipeline") === "asset_based"});
    whole.onchange = () => draft.set("pipeline", whole.checked ? "asset_based" : null);
    const matches = choice(say("material.match"), MATCHES.map(([value, key]) => [value, say(key)]), draft.get("asset_match") ?? "order",
      value => draft.set("asset_match", /** @type {any} */ (value)));
    fill(options, now.length > 0 && h("div", {class: "row"}, matches, h("label", {class: "check"}, whole, " ", say("material.around"))));
  }
}
