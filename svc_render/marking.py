"""Our own scripts for captions, run in a page by the browser's debugger: texts go in as text, never as markup."""

from __future__ import annotations

from svc_render.fitting import FIT

__all__ = ["BOX", "FILL", "HOLD", "MARK", "PAGES", "SAY", "SHOWN", "TURN"]

FILL = """
({mark, kind, parts}) => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.data.includes(mark) && !node.parentElement.closest('script,style,title,textarea')) found.push(node);
  }
  const held = {spans: new Map(), texts: [], blocks: new Set(), holes: []};
  const longest = parts.reduce((one, [other]) => other.length > one.length ? other : one, '');
  const inserted = () => {
    if (kind === 'line') {
      held.texts.push(document.createTextNode(longest));
      return held.texts.slice(-1);
    }
    held.holes.push(parts.map(([text, number]) => {
      if (number < 0) return document.createTextNode(text);
      const span = document.createElement('span');
      span.className = 'word';
      span.textContent = text;
      if (!held.spans.has(number)) held.spans.set(number, []);
      held.spans.get(number).push(span);
      return span;
    }));
    return held.holes.at(-1);
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

_PIN = """
  const pin = (block, width, height) => {
    Object.assign(block.style, {boxSizing: 'border-box', flex: 'none'});
    for (const name of ['width', 'minWidth', 'maxWidth']) block.style[name] = width + 'px';
    for (const name of ['height', 'minHeight', 'maxHeight']) block.style[name] = height + 'px';
  };
"""

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
    + _PIN
    + """
  const sizes = new Map([...held.blocks].map(block => [block, [0, 0]]));
  for (const [text] of parts) {
    put(text);
    for (const [block, size] of sizes) {
      const {width, height} = block.getBoundingClientRect();
      sizes.set(block, [Math.max(size[0], width), Math.max(size[1], height)]);
    }
  }
  for (const [block, [width, height]] of sizes) pin(block, width, height);
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

_LEAF = """
  const leaf = (begin, end) => {
    const last = parts.slice(begin, end).findLastIndex(([text]) => text.trim()) + begin;
    for (const nodes of held.holes) nodes.forEach((node, at) => {
      const text = at < begin || at > last ? '' : at === last ? parts[at][0].trimEnd() : parts[at][0];
      if (node.textContent !== text) node.textContent = text;
    });
  };
"""

PAGES = (
    """
(held, parts, lang) => {
"""
    + FIT
    + _PIN
    + _LEAF
    + """
  const fitted = [...new Set([...held.blocks].map(block => block.closest('[data-fit]')))];
  const whole = parts.map(([text]) => text).join('');
  const lost = held.holes.some(nodes => nodes.map(node => node.textContent).join('') !== whole);
  if (!lost || fitted.includes(null)) return [];
  const starts = parts.flatMap(([, number], at) => number < 0 ? [] : [at]).slice(1).concat(parts.length);
  const ends = parts.reduce((sums, [text]) => [...sums, sums.at(-1) + text.length], [0]);
  for (const element of fitted) element.style.fontSize = '';
  const good = (begin, end) => (leaf(begin, end), fitted.every(fits));
  const fullest = begin => {
    const later = starts.filter(end => end > begin);
    let low = 0, high = later.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (good(begin, later[middle])) low = middle; else high = middle - 1;
    }
    return later[low];
  };
  const pause = end => {
    const text = parts.slice(0, end).map(([text]) => text).join('').trimEnd();
    const last = text.replace(/["'\u201d\u2019)\\]\u300d\u300f]+$/u, '').slice(-1);
    return /[.!?\u2026\u3002\uff01\uff1f\u0964\u0965\u061f\u06d4]/u.test(last) ? 0
      : /[,;:\u2013\u2014\uff0c\u3001\uff1b\uff1a\u060c\u061b]/u.test(last) ? 0.15 : 0.4;
  };
  const near = (begin, most, wanted) => {
    const far = end => Math.abs(ends[end] - wanted) / (ends[most] - ends[begin]) + pause(end);
    return starts.filter(end => end > begin && end <= most)
      .reduce((one, other) => far(other) < far(one) ? other : one);
  };
  const pages = [];
  // where a reader would pause, as late as can be; the last two share what is left
  for (let begin = 0; begin < parts.length; begin = pages.at(-1)[1]) {
    const most = fullest(begin);
    const rest = most < parts.length && fullest(most) === parts.length;
    const wanted = rest ? (ends[begin] + ends.at(-1)) / 2 : ends[most];
    const end = most === parts.length ? most : near(begin, most, wanted);
    pages.push([begin, rest && fullest(end) < parts.length ? near(begin, most, ends[most]) : end]);
  }
  const sizes = new Map([...held.blocks].map(block => [block, [0, 0]]));
  for (const [begin, end] of pages) {
    leaf(begin, end);
    for (const element of fitted) if (!fits(element)) fit(element);
    for (const [block, size] of sizes) {
      const {width, height} = block.getBoundingClientRect();
      sizes.set(block, [Math.max(size[0], width), Math.max(size[1], height)]);
    }
  }
  leaf(...pages[0]);
  for (const [block, [width, height]] of sizes) pin(block, width, height);
  return pages;
}
"""
)
"""
A function of what FILL returned ("word"), parts and language, after fitting: where the text had to be cut, the pages
it is shown on instead, each from one part up to another, as large as the template writes, the first one now; else none.
"""

TURN = (
    """
(held, parts, begin, end) => {
"""
    + _LEAF
    + """
  leaf(begin, end);
}
"""
)
"""A function of what FILL returned, parts, and where a page of PAGES begins and ends: shows that page."""

BOX = """
held => {
  const range = document.createRange();
  const around = boxes => boxes.reduce(([left, top, right, bottom], box) => [
    Math.min(left, box.left), Math.min(top, box.top), Math.max(right, box.right), Math.max(bottom, box.bottom),
  ], [Infinity, Infinity, -Infinity, -Infinity]);
  const blocks = [...held.blocks].map(block => {
    const {overflow, fontSize} = getComputedStyle(block), cut = overflow !== 'visible';
    // colours and lines of a mark may reach a little over the box of its text
    return {block, cut, more: cut ? 0 : Math.ceil(parseFloat(fontSize) / 2)};
  });
  const placed = () => blocks.map(({block, cut, more}) => {
    range.selectNodeContents(block);
    const found = around([block.getBoundingClientRect(), ...(cut ? [] : range.getClientRects())]);
    return found.map((edge, side) => side < 2 ? edge - more : edge + more);
  });
  const spans = [...held.spans.values()];
  const mark = (some, on) => {
    for (const span of some) span.classList.toggle('spoken', on);
    for (const animation of document.getAnimations()) {
      try { animation.finish(); } catch { animation.cancel(); }
    }
  };
  for (const some of spans) for (const span of some) span.classList.remove('spoken');
  const still = placed(), others = [], all = [...still];
  for (const some of spans) {
    mark(some, true);
    const now = placed();
    all.push(...now);
    // a mark that changes sizes: what stands beside the text may have moved as well
    if (now.some((edges, at) => edges.some((edge, side) => Math.abs(edge - still[at][side]) > 0.5))) {
      if (!others.length) {
        mark(some, false);
        for (const element of document.body.querySelectorAll('*')) {
          if (blocks.some(({block}) => block.contains(element))) continue;
          others.push([element, element.getBoundingClientRect()]);
        }
        mark(some, true);
      }
      for (const [element, was] of others) {
        const is = element.getBoundingClientRect();
        if (['left', 'top', 'right', 'bottom'].some(side => Math.abs(is[side] - was[side]) > 0.5)) {
          all.push(around([was, is]));
        }
      }
    }
    mark(some, false);
  }
  const edges = around(all.map(([left, top, right, bottom]) => ({left, top, right, bottom})));
  return edges.every(Number.isFinite) ? edges : null;
}
"""
"""
A function of what FILL returned: left, top, right and bottom in pixels of all that captions change, or null. No word
is marked afterwards.
"""
