/** The request being written. It stays in this tab until its video is asked for, also over a reload. */

const NAME = "pixelle-draft";
const FRESH = {text: "", mode: "generate", n_scenes: 5, split_mode: "paragraph"};
const ONLY = {generate: ["n_scenes", "target_seconds", "style"], fixed: ["split_mode"]};

let draft = read();

function read() {
  try {
    return {...FRESH, ...JSON.parse(sessionStorage.getItem(NAME))};
  } catch {
    return {...FRESH};
  }
}

function keep() {
  sessionStorage.setItem(NAME, JSON.stringify(draft));
}

/** A field of the request; undefined where the gateway decides. */
export const get = name => draft[name];

/** Changes a field. undefined, null and "" leave it to the gateway. */
export function set(name, value) {
  if (value === undefined || value === null || value === "") delete draft[name];
  else draft[name] = value;
  if (!("text" in draft)) draft.text = "";
  keep();
}

/** Begins anew, or with what another video was asked for. */
export function begin(request = {}) {
  draft = {...FRESH, ...request};
  keep();
}

/** What is sent: without fields that mean nothing in its mode. storyboard: an edited plan. */
export function request(storyboard) {
  const other = ONLY[draft.mode === "generate" ? "fixed" : "generate"];
  const sent = Object.fromEntries(Object.entries(draft).filter(([name]) => !other.includes(name)));
  if (sent.target_seconds || sent.pipeline === "asset_based") delete sent.n_scenes;
  if (storyboard) sent.storyboard = storyboard;
  return sent;
}
