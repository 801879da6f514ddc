/** What the gateway is asked, and what it answers. Addresses are relative, so that the studio works below any path. */

const NAME = "pixelle-key";

/** The key of this browser, if the gateway asks for one. */
export const key = {
  get: () => sessionStorage.getItem(NAME) || localStorage.getItem(NAME) || "",
  set(value, remember) {
    key.forget();
    (remember ? localStorage : sessionStorage).setItem(NAME, value);
  },
  forget() {
    sessionStorage.removeItem(NAME);
    localStorage.removeItem(NAME);
  },
};

/** An answer that is an error. `message` says what to do, `reason` is for programs. */
export class Problem extends Error {
  constructor(status, body) {
    super(said(body) || `The gateway answered ${status}.`);
    this.status = status;
    this.reason = body?.reason ?? "";
  }
}

function said(body) {
  const detail = body?.detail;
  if (!Array.isArray(detail)) return detail;
  return detail.map(each => {
    const at = each.loc.slice(1).join(".");
    const text = each.msg.replace(/^Value error, /, "");
    return at && !text.includes(at) ? `${at}: ${text}` : text;
  }).join("\n");
}

async function fetched(path, options = {}) {
  const headers = new Headers(options.headers);
  if (key.get()) headers.set("Authorization", `Bearer ${key.get()}`);
  let answer;
  try {
    answer = await fetch(path, {...options, headers});
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0, {detail: "The gateway does not answer. Look whether it still runs, then try again.", reason: "AWAY"});
  }
  if (answer.ok) return answer;
  const body = await answer.json().catch(() => null);
  const problem = new Problem(answer.status, body);
  if (answer.status === 401) document.dispatchEvent(new CustomEvent("locked", {detail: problem}));
  throw problem;
}

/** The JSON of an answer. body: an object is sent as JSON, a FormData as it is. Throws Problem. */
export async function ask(path, {method = "GET", body, signal} = {}) {
  const form = body instanceof FormData;
  const answer = await fetched(path, {
    method, signal,
    headers: body && !form ? {"Content-Type": "application/json"} : {},
    body: form || body === undefined ? body : JSON.stringify(body),
  });
  return answer.json();
}

/** As `ask`, with the header that says where the next page begins ("" when there is none). */
export async function page(path, {signal} = {}) {
  const answer = await fetched(path, {signal});
  return {items: await answer.json(), next: answer.headers.get("X-Next-Cursor") ?? ""};
}

/** An address of the gateway as this page reaches it, whatever name the gateway knows itself by. */
export function here(url) {
  const at = url.indexOf("/api/");
  return at < 0 ? url : url.slice(at + 1);
}

const fetchedMedia = new Map();

/** What an element can load: the address itself, or with a key, which elements cannot send, a copy of the file. */
export async function source(url) {
  const path = here(url);
  if (!key.get()) return path;
  if (!fetchedMedia.has(path)) {
    fetchedMedia.set(path, fetched(path).then(answer => answer.blob()).then(URL.createObjectURL));
    fetchedMedia.get(path).catch(() => fetchedMedia.delete(path));
  }
  return fetchedMedia.get(path);
}

/** What happens to a task: what happened so far, then what happens next, up to its end. A broken stream is taken up. */
export async function* events(taskId, signal) {
  let last = 0;
  while (!signal.aborted) {
    try {
      const answer = await fetched(`api/tasks/${encodeURIComponent(taskId)}/events?since=${last}`, {
        signal, headers: {Accept: "text/event-stream"},
      });
      if (answer.status === 204) return;
      for await (const event of parsed(answer.body)) {
        last = event.sequence;
        yield event;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Problem && error.status >= 400 && error.status < 500) throw error;
    }
    await new Promise(resolve => setTimeout(resolve, 1000));
  }
}

async function* parsed(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const {value, done} = await reader.read();
    if (done) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const data = block.split("\n").find(line => line.startsWith("data:"));
      if (data) yield JSON.parse(data.slice(5));
    }
  }
}
