/** How the video looks: its shape, a template out of real previews, and that template's own settings. */

/** @import {TemplateInfo, TemplateList} from "./answers.js" */
/** @import {Key} from "./language.js" */

import {source} from "./api.js";
import {choice, field} from "./controls.js";
import {fill, h, whenSeen} from "./dom.js";
import * as draft from "./draft.js";
import {named, say} from "./language.js";

/** @type {[TemplateInfo["orientation"], Key][]} */
const SHAPES = [["portrait", "shape.portrait"], ["landscape", "shape.landscape"], ["square", "shape.square"]];
/** @type {Record<TemplateInfo["media_type"], Key>} */
const SHOWS = {image: "look.image", video: "look.video", static: "look.static"};

/** The parts of the card. @param {TemplateList} listing */
export function look({templates, default: usual}) {
  const known = new Map(templates.map(each => [each.key, each]));
  const chosen = () => known.get(draft.get("frame_template") ?? usual) ?? known.get(usual) ?? templates[0];
  const grid = h("div", {class: "gallery", role: "radiogroup", "aria-label": say("look.template")});
  const settings = h("div");
  let shape = chosen()?.orientation ?? "portrait";
  const shapes = SHAPES.filter(([each]) => templates.some(template => template.orientation === each));
  drawn();
  return [h("div", {class: "row apart"}, h("h2", {}, say("look.title")), choice(say("look.shape"), shapes.map(([each, key]) => [each, say(key)]), shape, value => {
    shape = /** @type {typeof shape} */ (value);
    take(templates.find(each => each.orientation === shape && each.name === "image_default.html") ?? templates.find(each => each.orientation === shape));
    drawn();
  })), grid, settings];

  /** @param {TemplateInfo | undefined} template */
  function take(template) {
    if (!template) return;
    draft.set("frame_template", template.key);
    draft.set("template_params", null);
    fill(settings, parameters(template));
  }

  function drawn() {
    const now = chosen();
    fill(grid, templates.filter(each => each.orientation === shape).map(each => h("label", {class: "template"},
      h("input", {type: "radio", name: "template", value: each.key, checked: each === now, onchange: () => take(each)}),
      picture(each),
      h("span", {}, named(each.display_name), " ", h("small", {class: "muted"}, say(SHOWS[each.media_type]))))));
    grid.className = `gallery ${shape}`;
    if (now) fill(settings, parameters(now));
  }
}

/** @param {TemplateInfo} template */
function picture(template) {
  const frame = h("span", {class: "preview"});
  frame.style.aspectRatio = `${template.width} / ${template.height}`;
  const none = () => fill(frame, h("span", {class: "muted"}, say("look.no_preview"))).classList.add("there");
  const preview = template.preview_url;
  if (!preview) none();
  else whenSeen(frame, () => inTurn(async () => {
    if (!frame.isConnected) return;
    const image = h("img", {alt: ""});
    try {
      image.src = await source(preview);
      await image.decode();
      fill(frame, image).classList.add("there");
    } catch {
      none();
    }
  }));
  return frame;
}

const AT_ONCE = 2;
/** @type {(() => Promise<void>)[]} */
const waiting = [];
let drawing = 0;

/** A preview is drawn when first asked for: a few at a time, so that other requests never wait behind them. @param {() => Promise<void>} [work] */
async function inTurn(work) {
  if (work) waiting.push(work);
  if (drawing >= AT_ONCE) return;
  const next = waiting.shift();
  if (!next) return;
  drawing += 1;
  await next();
  drawing -= 1;
  inTurn();
}

const KINDS = {color: "color", number: "number", text: "text", bool: "checkbox"};

/** @param {TemplateInfo} template */
function parameters(template) {
  const params = Object.entries(template.params);
  if (!params.length) return null;
  const values = {...draft.get("template_params")};
  return h("details", {open: Object.keys(values).length > 0}, h("summary", {}, say("look.settings", {name: named(template.display_name)})),
    h("div", {class: "params"}, params.map(([name, {type, default: usual, label}]) => {
      const yes = type === "bool";
      const input = h("input", {type: KINDS[type] ?? "text", value: String(values[name] ?? usual ?? ""), checked: yes && Boolean(values[name] ?? usual)});
      input.oninput = () => {
        const value = yes ? input.checked : input.value;
        if (String(value) === String(usual) || (type === "number" && Number.isNaN(input.valueAsNumber))) delete values[name];
        else values[name] = type === "number" ? input.valueAsNumber : value;
        draft.set("template_params", Object.keys(values).length ? values : null);
      };
      return field(named(label), input);
    })));
}
