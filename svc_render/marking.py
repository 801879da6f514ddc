"""Our own scripts for captions, run in a page by the browser's debugger: texts go in as text, never as markup."""

from __future__ import annotations

from svc_render.fitting import FIT

__all__ = ["BOX", "FILL", "HOLD", "MARK", "SAY", "SHOWN"]

FILL = """
({mark, kind, parts}) => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.data.includes(mark) && !node.parentElement.closest('script,style,title,textarea')) found.push(node);
  }
  const held = {spans: new Map(), texts: [], blocks: new Set()};
  const longest = parts.reduce((one, [other]) => other.length > one.length ? other : one, '');
  const inserted = () => {
    if (kind === 'line') {
      held.texts.push(document.createTextNode(longest));
      return held.texts.slice(-1);
    }
    return parts.map(([text, number]) => {
      if (number < 0) return document.createTextNode(text);
      const span = document.createElement('span');
      span.className = 'word';
      span.textContent = text;
      if (!held.spans.has(number)) held.spans.set(number, []);
      held.spans.get(number).push(span);
      return span;
    });
  };
  for (const node of found) {
    let block = node.parentElement;
    while (block !== document.body && /^(inline|contents)$/.test(getComputedStyle(block).display)) {
      block = block.parentElement;
    }
    held.blocks.add(block);
    let rest = node, at;
    while ((at = rest.data.indexOf(mark)) >= 0) {
      const hole = rest.splitText(at);
      rest = hole.splitText(mark.length);
      hole.replaceWith(...inserted());
    }
  }
  return held;
}
"""
"""
A function of {mark, kind, parts}: replaces the mark by the parts, pairs of text and number.

"word": every numbered part in a <span class="word">; "line": the longest part alone. Returns what the other
scripts work with.
"""

SHOWN = """
held => {
  for (const [number, spans] of held.spans) {
    const left = spans.filter(span => span.textContent || (span.remove(), false));
    if (left.length) held.spans.set(number, left); else held.spans.delete(number);
  }
  return [...held.spans.keys()];
}
"""
"""A function of what FILL returned, after fitting: the numbers of the words that an ellipsis left."""

MARK = """
(held, number) => {
  for (const [other, spans] of held.spans) for (const span of spans) span.classList.toggle('spoken', other === number);
  for (const animation of document.getAnimations()) {
    try { animation.finish(); } catch { animation.cancel(); }
  }
}
"""
"""A function of what FILL returned and a number: marks that word alone."""

_PUT = (
    FIT
    + """
  const put = text => {
    for (const node of held.texts) node.data = text;
    for (const block of held.blocks) {
      const fitted = block.closest('[data-fit]');
      if (fitted) fit(fitted);
    }
  };
"""
)

HOLD = (
    """
(held, parts, lang) => {
"""
    + _PUT
    + """
  const sizes = new Map([...held.blocks].map(block => [block, [0, 0]]));
  for (const [text] of parts) {
    put(text);
    for (const [block, size] of sizes) {
      const {width, height} = block.getBoundingClientRect();
      sizes.set(block, [Math.max(size[0], width), Math.max(size[1], height)]);
    }
  }
  for (const [block, [width, height]] of sizes) {
    Object.assign(block.style, {boxSizing: 'border-box', flex: 'none'});
    for (const name of ['width', 'minWidth', 'maxWidth']) block.style[name] = width + 'px';
    for (const name of ['height', 'minHeight', 'maxHeight']) block.style[name] = height + 'px';
  }
}
"""
)
"""A function of what FILL returned, parts and language: the text's box is as large as its largest part from now on."""

SAY = (
    """
(held, text, lang) => {
"""
    + _PUT
    + """
  put(text);
}
"""
)
"""A function of what FILL returned, text and language: shows that text, fitted."""

BOX = """
held => {
  let left = Infinity, top = Infinity, right = -Infinity, bottom = -Infinity;
  const range = document.createRange();
  for (const block of held.blocks) {
    range.selectNodeContents(block);
    const cut = getComputedStyle(block).overflow !== 'visible';
    // colours and lines of a mark may reach a little over the box of its text
    const more = cut ? 0 : Math.ceil(parseFloat(getComputedStyle(block).fontSize) / 2);
    for (const box of [block.getBoundingClientRect(), ...(cut ? [] : range.getClientRects())]) {
      left = Math.min(left, box.left - more);
      top = Math.min(top, box.top - more);
      right = Math.max(right, box.right + more);
      bottom = Math.max(bottom, box.bottom + more);
    }
  }
  return [left, top, right, bottom].every(Number.isFinite) ? [left, top, right, bottom] : null;
}
"""
"""A function of what FILL returned: left, top, right and bottom in pixels of all that captions change, or null."""
