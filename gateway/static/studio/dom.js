/** Elements of the page, made in one line each. Text is always text: nothing here reads HTML. */

/** @typedef {Node | string | number | null | undefined | false} Part */
/** @typedef {Part | (Part | (Part | (Part | Part[])[])[])[]} Child */
/** @typedef {{[name: `on${string}`]: ((event: any) => unknown) | null, [name: string]: unknown}} Props */

const PROPERTIES = new Set(["value", "checked", "disabled", "hidden", "selected", "muted", "open", "multiple", "indeterminate"]);

/** @param {Child[]} children @returns {(Node | string)[]} */
const there = children => /** @type {any[]} */ (children).flat(4).filter(each => each !== null && each !== undefined && each !== false);

/**
 * An element with its properties and children.
 * props: `on...` are listeners, null and false are left out. children: elements, text, lists of both, or nothing.
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {Props} [props]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(name, props = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(props)) {
    if (value === null || value === undefined) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), /** @type {EventListener} */ (value));
    else if (PROPERTIES.has(key)) Object.assign(made, {[key]: value});
    else if (value !== false) made.setAttribute(key, value === true ? "" : String(value));
  }
  made.append(...there(children));
  return made;
}

/**
 * Other children for an element, in place of those it has.
 *
 * @template {Element} E
 * @param {E} element
 * @param {...Child} children
 */
export function fill(element, ...children) {
  element.replaceChildren(...there(children));
  return element;
}

/**
 * As `fill`, for somebody at the keyboard: the focus stays at what is there again, known by its `data-at`, and else
 * goes to the first control there is.
 *
 * @param {Element} element
 * @param {() => unknown} draw fills it
 */
export function redraw(element, draw) {
  const before = document.activeElement;
  const held = before instanceof HTMLElement && element.contains(before) ? before : null;
  draw();
  if (!held || held.isConnected) return;
  const again = /** @type {HTMLElement[]} */ ([...element.querySelectorAll("[data-at]")]).find(each => each.dataset.at === held.dataset.at);
  const usable = again?.matches(":disabled") ? again.parentElement?.querySelector("button:enabled") : again;
  /** @type {HTMLElement | null | undefined} */ (usable ?? element.querySelector("button:enabled, input, select, textarea"))?.focus();
}

/**
 * Calls back once, when the element comes into sight.
 *
 * @param {Element} element
 * @param {() => unknown} then
 */
export function whenSeen(element, then) {
  const watcher = new IntersectionObserver(entries => {
    if (!entries.some(entry => entry.isIntersecting)) return;
    watcher.disconnect();
    then();
  }, {rootMargin: "200px"});
  watcher.observe(element);
}

/** @param {number} milliseconds */
export const pause = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));
