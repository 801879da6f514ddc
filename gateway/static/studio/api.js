/** What the gateway is asked, and what it answers. Addresses are relative, so that the studio works below any path. */

/** @import {Happened, ProblemBody} from "./answers.js" */

import {pause} from "./dom.js";
import {browser, tab} from "./kept.js";
import {say} from "./language.js";

const NAME = "pixelle-key";
const SILENCE = 40_000;
const SOON = 1000, LATE = 10_000;

/** The key of this browser, if the gateway asks for one. */
export const key = {
  get: () => tab.get(NAME) || browser.get(NAME) || "",
  /** @param {string} value @param {boolean} remember */
  set(value, remember) {
    key.forget();
    (remember ? browser : tab).set(NAME, value);
  },
  forget() {
    tab.forget(NAME);
    browser.forget(NAME);
  },
};

/** An answer that is an error. `message` says what to do, `reason` is for programs; status 0: there was no answer. */
export class Problem extends Error {
  /** @param {number} status @param {ProblemBody | null} body */
  constructor(status, body) {
    super(said(body) || say("error.status", {status: String(status)}));
    this.status = status;
    this.reason = body?.reason ?? "";
  }
}

/** @param {unknown} error */
export const aborted = error => error instanceof DOMException && error.name === "AbortError";

/** @param {ProblemBody | null} body */
function said(body) {
  const detail = body?.detail;
  if (!Array.isArray(detail)) return detail;
  return detail.map(each => {
    const at = each.loc.slice(1).join(".");
    const text = each.msg.replace(/^Value error, /, "");
    return at && !text.includes(at) ? `${at}: ${text}` : text;
  }).join("\n");
}

/** @param {string} path @param {RequestInit} [options] */
async function fetched(path, options = {}) {
  const headers = new Headers(options.headers);
  if (key.get()) headers.set("Authorization", `Bearer ${key.get()}`);
  let answer;
  try {
    answer = await fetch(path, {...options, headers});
  } catch (error) {
    if (aborted(error)) throw error;
    throw new Problem(0, {detail: say("error.away"), reason: "AWAY"});
  }
  if (answer.ok) return answer;
  const body = await answer.json().catch(() => null);
  const problem = new Problem(answer.status, body);
  if (answer.status === 401) document.dispatchEvent(new CustomEvent("locked", {detail: problem}));
  throw problem;
}

/**
 * The JSON of an answer. body: an object is sent as JSON, a FormData as it is. once: the `Idempotency-Key`.
 * Throws Problem.
 *
 * @param {string} path
 * @param {{method?: string, body?: unknown, signal?: AbortSignal, once?: string}} [how]
 * @returns {Promise<any>}
 */
export async function ask(path, {method = "GET", body, signal, once} = {}) {
  const form = body instanceof FormData;
  const headers = new Headers();
  if (body && !form) headers.set("Content-Type", "application/json");
  if (once) headers.set("Idempotency-Key", once);
  const answer = await fetched(path, {method, signal, headers, body: form ? body : body === undefined ? undefined : JSON.stringify(body)});
  try {
    return await answer.json();
  } catch (error) {
    if (aborted(error)) throw error;
    throw new Problem(0, {detail: say("error.away"), reason: "AWAY"});
  }
}

let tried = {body: "", once: ""};

/**
 * Begins a video and tells its id. Asked again after an answer that got lost, it is the same video, not a second one.
 *
 * @param {object} body a VideoGenerateRequest
 * @returns {Promise<string>}
 */
export async function begun(body) {
  const sent = JSON.stringify(body);
  if (tried.body !== sent) tried = {body: sent, once: [...crypto.getRandomValues(new Uint32Array(4))].map(each => each.toString(36)).join("-")};
  const {task_id: id} = await ask("api/video/generate/async", {method: "POST", body, once: tried.once});
  tried = {body: "", once: ""};
  return id;
}

/**
 * As `ask`, with the header that says where the next page begins ("" when there is none).
 *
 * @param {string} path
 * @param {{signal?: AbortSignal}} [how]
 * @returns {Promise<{items: any, next: string}>}
 */
export async function page(path, {signal} = {}) {
  const answer = await fetched(path, {signal});
  return {items: await answer.json(), next: answer.headers.get("X-Next-Cursor") ?? ""};
}

/** An address of the gateway as this page reaches it, whatever name the gateway knows itself by. @param {string} url */
export function here(url) {
  const at = url.indexOf("/api/");
  return at < 0 ? url : url.slice(at + 1);
}

/** The address of a picture that every browser shows: of what phones store, a small JPEG. @param {string} url */
export function visible(url) {
  return /\/uploads\/\w+\.(heic|heif|heics|heifs|tif)$/.test(url) ? `${url}/preview` : url;
}

/** @type {Map<string, Promise<string>>} */
const fetchedMedia = new Map();

/**
 * What an element can load: the address itself, or with a key, which elements cannot send, a copy of the file.
 *
 * @param {string} url
 * @returns {Promise<string>}
 */
export async function source(url) {
  const path = here(url);
  if (!key.get()) return path;
  let copy = fetchedMedia.get(path);
  if (!copy) {
    copy = fetched(path).then(answer => answer.blob()).then(URL.createObjectURL);
    copy.catch(() => fetchedMedia.delete(path));
    fetchedMedia.set(path, copy);
  }
  return copy;
}

/**
 * What happens to a task: what happened so far, then what happens next, up to its end. A broken or silent stream is
 * taken up again; away: told when it breaks (true) and when it goes on (false).
 *
 * @param {string} taskId
 * @param {AbortSignal} signal
 * @param {(gone: boolean) => void} away
 * @returns {AsyncGenerator<Happened>}
 */
export async function* events(taskId, signal, away) {
  let last = 0, wait = SOON;
  while (!signal.aborted) {
    const silent = new AbortController();
    try {
      const answer = await fetched(`api/tasks/${encodeURIComponent(taskId)}/events?since=${last}`, {
        signal: AbortSignal.any([signal, silent.signal]), headers: {Accept: "text/event-stream"},
      });
      if (answer.status === 204 || !answer.body) return;
      away(false);
      wait = SOON;
      for await (const event of parsed(answer.body, silent)) {
        last = event.sequence;
        yield event;
        if (["completed", "failed", "cancelled"].includes(event.kind)) wait = 0;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Problem && error.status >= 400 && error.status < 500) throw error;
      away(true);
      wait = Math.min(Math.max(SOON, wait * 1.5), LATE);
    }
    await pause(wait);
  }
}

/** @param {ReadableStream<Uint8Array>} stream @param {AbortController} silent ended when the stream says nothing for long */
async function* parsed(stream, silent) {
  const reader = stream.pipeThrough(/** @type {ReadableWritablePair<string, Uint8Array>} */ (new TextDecoderStream())).getReader();
  let rest = "";
  for (;;) {
    const asleep = setTimeout(() => silent.abort(), SILENCE);
    const {value, done} = await reader.read().finally(() => clearTimeout(asleep));
    if (done) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const data = block.split("\n").find(line => line.startsWith("data:"));
      if (data) yield JSON.parse(data.slice(5));
    }
  }
}
