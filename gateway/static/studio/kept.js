/** What this browser remembers. Where it may keep nothing, the page works all the same, until it is left. */

/** @param {() => Storage} open */
function box(open) {
  /** @type {Map<string, string>} */
  const memory = new Map();
  return {
    /** @param {string} name @returns {string | null} */
    get(name) {
      try {
        return open().getItem(name) ?? memory.get(name) ?? null;
      } catch {
        return memory.get(name) ?? null;
      }
    },
    /** @param {string} name @param {string} value */
    set(name, value) {
      this.forget(name);
      memory.set(name, value);
      try {
        open().setItem(name, value);
      } catch { /* not allowed here, or full: it is kept as long as the page is */ }
    },
    /** @param {string} name */
    forget(name) {
      memory.delete(name);
      try {
        open().removeItem(name);
      } catch { /* nothing is there */ }
    },
  };
}

/** As long as this tab is open. */
export const tab = box(() => sessionStorage);

/** In every tab, also tomorrow. */
export const browser = box(() => localStorage);
