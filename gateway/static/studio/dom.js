/** Elements of the page, made in one line each. Text is always text: nothing here reads HTML. */

const PROPERTIES = new Set(["value", "checked", "disabled", "hidden", "selected", "muted", "open", "multiple", "indeterminate"]);

/**
 * An element with its properties and children.
 * props: `on...` are listeners, null and false are left out. children: elements, text, lists of both, or nothing.
 */
export function h(name, props = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(props)) {
    if (value === null || value === undefined) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (PROPERTIES.has(key)) made[key] = value;
    else if (value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat(3).filter(each => each !== null && each !== undefined && each !== false));
  return made;
}

/** Other children for an element, in place of those it has. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat(3).filter(each => each !== null && each !== undefined && each !== false));
  return element;
}

/** Calls back once, when the element comes into sight. */
export function whenSeen(element, then) {
  const watcher = new IntersectionObserver(entries => {
    if (!entries.some(entry => entry.isIntersecting)) return;
    watcher.disconnect();
    then();
  }, {rootMargin: "200px"});
  watcher.observe(element);
}

/** "1:05", of seconds. */
export function clock(seconds) {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** "about 40 s", "about 3 min". */
export function about(seconds) {
  if (seconds < 90) return `about ${Math.max(1, Math.round(seconds))} s`;
  return `about ${Math.round(seconds / 60)} min`;
}

/** "1.4 MB". */
export function bytes(count) {
  return count < 1e6 ? `${Math.max(1, Math.round(count / 1e3))} kB` : `${(count / 1e6).toFixed(1)} MB`;
}
