/** The request being written. It stays in this tab until its video is asked for, also over a reload. */

/** @import {VideoGenerateRequest, StoryboardModel} from "./answers.js" */
/** @typedef {Partial<VideoGenerateRequest>} Draft */
/** @typedef {keyof VideoGenerateRequest} Field */

import {tab} from "./kept.js";

const NAME = "pixelle-draft";
/** @type {Draft} */
const FRESH = {text: "", mode: "generate", split_mode: "paragraph"};
/** @type {Record<"generate" | "fixed", Field[]>} */
const ONLY = {generate: ["n_scenes", "target_seconds", "style"], fixed: ["split_mode"]};

let draft = read();

/** @returns {Draft} */
function read() {
  try {
    return {...FRESH, ...JSON.parse(tab.get(NAME) ?? "{}")};
  } catch {
    return {...FRESH};
  }
}

function keep() {
  tab.set(NAME, JSON.stringify(draft));
}

/**
 * A field of the request; undefined where the gateway decides.
 *
 * @template {Field} F
 * @param {F} name
 * @returns {Draft[F]}
 */
export const get = name => draft[name];

/**
 * Changes a field. undefined, null and "" leave it to the gateway.
 *
 * @template {Field} F
 * @param {F} name
 * @param {Draft[F] | "" | null} value
 */
export function set(name, value) {
  if (value === undefined || value === null || value === "") delete draft[name];
  else draft[name] = /** @type {Draft[F]} */ (value);
  keep();
}

/** The text that is written about, or said. */
export const text = () => draft.text ?? "";

/** Begins anew, or with what another video was asked for. @param {Draft} request */
export function begin(request = {}) {
  draft = {...FRESH, ...request};
  keep();
}

/**
 * What is sent: without fields that mean nothing in its mode. storyboard: an edited plan.
 *
 * @param {StoryboardModel} [storyboard]
 * @returns {Draft}
 */
export function request(storyboard) {
  const other = ONLY[draft.mode === "generate" ? "fixed" : "generate"];
  /** @type {Draft} */
  const sent = Object.fromEntries(Object.entries(draft).filter(([name]) => !other.includes(/** @type {Field} */ (name))));
  if (sent.pipeline === "asset_based") delete sent.n_scenes;
  if (storyboard) sent.storyboard = storyboard;
  return sent;
}
