/** Own pictures and clips: dropped or chosen, described, put in order. */

import {ask, source} from "./api.js";
import {choice, trouble} from "./controls.js";
import {bytes, fill, h} from "./dom.js";
import * as draft from "./draft.js";

const MATCHES = [["order", "In this order"], ["caption", "Where they fit the words"]];

/** The pictures and clips of this draft, in order: [{path, name, caption}]. */
export function assets() {
  const whole = each => typeof each === "string" ? {path: each} : each;
  return (draft.get("assets") ?? []).map(whole).map(each => ({...each, name: each.name || each.path.split("/").pop()}));
}

/** A small picture of what was uploaded; nothing where only the gateway can see it. */
export function thumbnail({path, name}) {
  const frame = h("span", {class: "thumbnail"});
  if (!path.startsWith("uploads/")) return frame;
  const seen = /\.(mp4|mov|webm|mkv|avi|m4v|ts)$/i.test(path)
    ? h("video", {muted: true, preload: "metadata", playsinline: true, "aria-label": name}) : h("img", {alt: name});
  source(`api/files/${path}`).then(address => { seen.src = address; fill(frame, seen); }, () => {});
  seen.onerror = () => fill(frame);
  return frame;
}

/** The card. */
export function material() {
  const box = trouble();
  const input = h("input", {type: "file", accept: "image/*,video/*", multiple: true, id: "material"});
  input.onchange = () => taken(input.files);
  const list = h("ol", {class: "assets"});
  const options = h("div");
  const drop = h("label", {class: "drop", for: "material"}, "Your own pictures and clips: drop them here or ", h("u", {}, "choose files"), input);
  drop.ondragover = event => { event.preventDefault(); drop.classList.add("over"); };
  drop.ondragleave = () => drop.classList.remove("over");
  drop.ondrop = event => { event.preventDefault(); drop.classList.remove("over"); taken(event.dataTransfer.files); };
  drawn();
  return h("section", {class: "card"}, drop, list, options, box);

  async function taken(files) {
    box.say(null);
    for (const file of files) {
      const waiting = h("li", {class: "muted"}, `${file.name}, ${bytes(file.size)}: on its way …`);
      list.append(waiting);
      try {
        const form = new FormData();
        form.set("file", file);
        const kept = await ask("api/files", {method: "POST", body: form});
        if (!/^(image|video)\//.test(kept.media_type)) throw new Error("it is a sound. Choose pictures or clips.");
        change([...assets(), {path: kept.path, caption: "", name: file.name}]);
      } catch (error) {
        box.say(new Error(`${file.name}: ${error.message}`));
      }
      waiting.remove();
    }
    input.value = "";
  }

  function change(changed) {
    draft.set("assets", changed.length ? changed : null);
    if (!changed.length) draft.set("pipeline", null);
    drawn();
  }

  function drawn() {
    const now = assets();
    fill(list, now.map((each, at) => h("li", {},
      thumbnail(each), h("b", {}, each.name),
      h("input", {type: "text", value: each.caption ?? "", placeholder: "What it shows", "aria-label": `What ${each.name} shows`,
        onchange: event => { each.caption = event.target.value; draft.set("assets", now); }}),
      h("button", {type: "button", class: "quiet", disabled: at === 0, "aria-label": `Move ${each.name} up`,
        onclick: () => change(now.with(at, now[at - 1]).with(at - 1, each))}, "↑"),
      h("button", {type: "button", class: "quiet", "aria-label": `Remove ${each.name}`, onclick: () => change(now.toSpliced(at, 1))}, "×"))));
    const around = h("input", {type: "checkbox", checked: draft.get("pipeline") === "asset_based",
      onchange: () => draft.set("pipeline", around.checked ? "asset_based" : null)});
    fill(options, now.length > 0 && h("div", {class: "row"}, choice("Which scene shows which", MATCHES, draft.get("asset_match") ?? "order",
      value => draft.set("asset_match", value)), h("label", {class: "check"}, around, " Write the script around them, a scene for each")));
  }
}
