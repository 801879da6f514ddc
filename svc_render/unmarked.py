"""Our own script for pages that say nothing of fitting: the scene's texts shrink when something does not fit."""

from __future__ import annotations

__all__ = ["FIT_UNMARKED"]

FIT_UNMARKED = """
  const fitUnmarked = shown => {
    const page = {left: 0, top: 0, right: innerWidth, bottom: innerHeight};
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const items = [...document.images].map(image => ({node: image, image: true}));
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (node.data.trim() && !node.parentElement.closest('script,style,template')) items.push({node});
    }
    const elements = [];
    for (const text of shown.map(text => text.trim()).filter(Boolean)) {
      for (const {node, image} of items) {
        if (image || !node.data.includes(text)) continue;
        if (!elements.includes(node.parentElement)) elements.push(node.parentElement);
      }
    }
    for (const word of document.querySelectorAll('.word')) {
      if (!elements.includes(word.parentElement)) elements.unshift(word.parentElement);
    }
    if (!elements.length) return;
    for (const item of items) {
      item.owner = elements.find(element => element.contains(item.node));
      item.cutters = [];
      for (let up = item.node.parentElement; up && up !== document.body; up = up.parentElement) {
        if (getComputedStyle(up).overflow !== 'visible') item.cutters.push(up);
      }
    }
    const range = document.createRange();
    // The boxes of a text are as tall as its font, which may be more than its lines: the rest is room for ink.
    const boxes = ({node, image}) => {
      if (image) return [node.getBoundingClientRect()];
      range.selectNodeContents(node);
      const lead = parseFloat(getComputedStyle(node.parentElement).lineHeight);
      return [...range.getClientRects()].filter(box => box.width > 0.5).map(box => {
        const over = Math.max(0, (box.height - (lead || box.height)) / 2);
        return {left: box.left, right: box.right, top: box.top + over, bottom: box.bottom - over};
      });
    };
    const trouble = () => {
      const found = new Set();
      const drawn = items.map(item => ({item, boxes: boxes(item)}));
      drawn.forEach(({item, boxes}, at) => {
        for (const edge of [page, ...item.cutters.map(cutter => cutter.getBoundingClientRect())]) {
          const out = boxes.some(box => box.left < edge.left - 1.5 || box.right > edge.right + 1.5
            || box.top < edge.top - 1.5 || box.bottom > edge.bottom + 1.5);
          if (out) found.add('' + at);
        }
        if (!item.owner) return;
        drawn.forEach((other, number) => {
          if (other.item.owner && elements.indexOf(other.item.owner) <= elements.indexOf(item.owner)) return;
          const meet = boxes.some(one => other.boxes.some(two => one.left < two.right - 1.5
            && two.left < one.right - 1.5 && one.top < two.bottom - 1.5 && two.top < one.bottom - 1.5));
          if (meet) found.add(at + ':' + number);
        });
      });
      return found;
    };
    if (!trouble().size) return;
    const bases = elements.map(element => {
      const style = getComputedStyle(element), size = parseFloat(style.fontSize), lead = parseFloat(style.lineHeight);
      return {size, least: Math.min(size, Math.max(size / 2, 0.02 * Math.min(innerWidth, innerHeight))),
              ratio: lead / size};
    });
    const set = (number, size) => {
      const {style} = elements[number];
      style.setProperty('font-size', size + 'px', 'important');
      if (bases[number].ratio) style.setProperty('line-height', bases[number].ratio, 'important');
    };
    // What is so with one small letter was meant or is not ours to mend. A picture that small text still lies on was
    // meant to have text on it.
    const nodes = items.filter(item => item.owner && !item.image).map(({node}) => [node, node.data]);
    elements.forEach((_, number) => set(number, bases[number].least));
    for (const element of elements) element.style.overflowWrap = 'anywhere';
    const meant = new Set([...trouble()].filter(key => key.includes(':') && items[key.split(':')[1]].image));
    for (const [node, data] of nodes) node.data = data.trim().slice(0, 1);
    for (const key of trouble()) meant.add(key);
    for (const [node, data] of nodes) node.data = data;
    elements.forEach((_, number) => set(number, bases[number].size));
    const left = () => [...trouble()].filter(key => !meant.has(key));
    const owns = (keys, element) => keys.some(key => items[parseInt(key)].owner === element);
    for (const [number, element] of elements.entries()) {
      const before = left();
      if (!before.length) return;
      const {size, least} = bases[number];
      set(number, least);
      const after = left();
      if (owns(after, element)) continue;
      let low = least, high = size;
      if (after.length === before.length) low = high;
      while (high - low > 1) {
        const middle = Math.floor((low + high) / 2);
        if (middle <= low) break;
        set(number, middle);
        if (left().length <= after.length) low = middle; else high = middle;
      }
      set(number, low);
    }
    for (const element of elements) if (owns(left(), element)) cut(element, () => !owns(left(), element));
  };
"""
"""
Script that defines fitUnmarked(texts), after FIT: shrinks the elements that show these texts, the first one first,
while a text or picture lies outside of the page or of a box that cuts it, or a shown text on something else; cuts
words and adds "…" when half the size is not small enough.
"""
