/** How the video looks: its shape, a template out of real previews, and that template's own settings. */

import {source} from "./api.js";
import {choice, field} from "./controls.js";
import {fill, h, whenSeen} from "./dom.js";
import * as draft from "./draft.js";

const SHAPES = [["portrait", "Portrait"], ["landscape", "Landscape"], ["square", "Square"]];
const SHOWS = {image: "picture", video: "footage", static: "words only"};

/** The parts of the card. listing: the answer of /api/resources/templates. */
export function look({templates, default: usual}) {
  const known = new Map(templates.map(each => [each.key, each]));
  const chosen = () => known.get(draft.get("frame_template")) ?? known.get(usual) ?? templates[0];
  const grid = h("div", {class: "gallery", role: "radiogroup", "aria-label": "Template"});
  const settings = h("div");
  let shape = chosen()?.orientation ?? "portrait";
  const shapes = SHAPES.filter(([each]) => templates.some(template => template.orientation === each));
  drawn();
  return [h("div", {class: "row apart"}, h("h2", {}, "Look"), choice("Shape", shapes, shape, value => {
    shape = value;
    take(templates.find(each => each.orientation === shape && each.name === "image_default.html") ?? templates.find(each => each.orientation === shape));
    drawn();
  })), grid, settings];

  function take(template) {
    draft.set("frame_template", template.key);
    draft.set("template_params", null);
    fill(settings, parameters(template));
  }

  function drawn() {
    const now = chosen();
    fill(grid, templates.filter(each => each.orientation === shape).map(each => h("label", {class: "template"},
      h("input", {type: "radio", name: "template", value: each.key, checked: each === now, onchange: () => take(each)}),
      picture(each),
      h("span", {}, each.display_name, h("small", {class: "muted"}, ` ${SHOWS[each.media_type]}`)))));
    grid.className = `gallery ${shape}`;
    if (now) fill(settings, parameters(now));
  }
}

function picture(template) {
  const frame = h("span", {class: "preview"});
  frame.style.aspectRatio = `${template.width} / ${template.height}`;
  const none = () => fill(frame, h("span", {class: "muted"}, "no preview"));
  if (!template.preview_url) return none();
  whenSeen(frame, () => inTurn(async () => {
    if (!frame.isConnected) return;
    const image = h("img", {alt: ""});
    try {
      image.src = await source(template.preview_url);
      await image.decode();
      fill(frame, image).classList.add("there");
    } catch {
      none();
    }
  }));
  return frame;
}

const AT_ONCE = 2;
const waiting = [];
let drawing = 0;

/** A preview is drawn when first asked for: a few at a time, so that other requests never wait behind them. */
async function inTurn(work) {
  if (work) waiting.push(work);
  if (drawing >= AT_ONCE || !waiting.length) return;
  drawing += 1;
  await waiting.shift()();
  drawing -= 1;
  inTurn();
}

const KINDS = {color: "color", number: "number", text: "text", bool: "checkbox"};

function parameters(template) {
  const params = Object.entries(template.params);
  if (!params.length) return null;
  const values = {...draft.get("template_params")};
  return h("details", {open: Object.keys(values).length > 0}, h("summary", {}, `Settings of “${template.display_name}”`),
    h("div", {class: "params"}, params.map(([name, {type, default: usual, label}]) => {
      const yes = type === "bool";
      const input = h("input", {type: KINDS[type] ?? "text", value: String(values[name] ?? usual ?? ""), checked: yes && Boolean(values[name] ?? usual)});
      input.oninput = () => {
        const value = yes ? input.checked : input.value;
        if (String(value) === String(usual)) delete values[name];
        else values[name] = type === "number" ? input.valueAsNumber : value;
        draft.set("template_params", Object.keys(values).length ? values : null);
      };
      return field(label, input);
    })));
}
