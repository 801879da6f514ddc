"""Our own script, run in a page by the browser's debugger: waits for the page, then fits texts into their boxes."""

from __future__ import annotations

from svc_render.unmarked import FIT_UNMARKED

__all__ = ["FIT", "HIDE", "PREPARE"]

_AT_ONCE = "*,*::before,*::after{transition:none!important}"
HIDE = f"""
const hidden = new CSSStyleSheet();
hidden.replaceSync('html{{visibility:hidden}}{_AT_ONCE}');
document.adoptedStyleSheets = [hidden];
"""
"""Run before a page is read: nothing of it is painted until PREPARE has everything in its place."""
_SHOW = f"""
  for (const hidden of document.adoptedStyleSheets) hidden.replaceSync('{_AT_ONCE}');
  root.getBoundingClientRect();
  document.adoptedStyleSheets = [];
"""

FIT = """
  // How tall the content wants to be against how tall its box is. scrollHeight will not do: it also counts
  // the ink room of fonts, which sticks out of tight lines without being cut.
  let widest = Infinity;  // what keeps its words whole may not push its box out instead
  const fits = element => {
    const style = element.style;
    const room = element.clientHeight;
    if (element.scrollWidth > element.clientWidth + 1) return false;
    if (element.getBoundingClientRect().width > widest + 1) return false;
    const kept = style.cssText;
    const width = element.getBoundingClientRect().width;
    style.boxSizing = 'border-box';
    style.width = width + 'px';
    style.flex = 'none';
    style.minHeight = '0';
    style.maxHeight = 'none';
    style.height = 'max-content';
    const wanted = element.clientHeight;
    style.cssText = kept;
    return wanted <= room + 1;
  };
  const shrink = (element, least) => {
    element.style.fontSize = '';
    const base = parseFloat(getComputedStyle(element).fontSize);
    if (fits(element)) return true;
    let low = Math.min(least, base), high = base;
    element.style.fontSize = low + 'px';
    if (!fits(element)) return false;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (middle <= low) break;
      element.style.fontSize = middle + 'px';
      if (fits(element)) low = middle; else high = middle;
    }
    element.style.fontSize = low + 'px';
    return true;
  };
  const shortened = [];
  const pausing = /[\\s\\p{Terminal_Punctuation}\\p{Pd}\\p{Ps}\\p{Pi}]+$/u;
  const cut = (element, good = () => fits(element)) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const nodes = [];
    while (walker.nextNode()) nodes.push([walker.currentNode, walker.currentNode.data]);
    const text = nodes.map(([, data]) => data).join('');
    shortened.push(text);
    const words = [...new Intl.Segmenter(lang || undefined, {granularity: 'word'}).segment(text)];
    const letters = [...new Intl.Segmenter(lang || undefined, {granularity: 'grapheme'}).segment(text)];
    const show = length => {
      let left = length, ended = false;
      for (const [node, data] of nodes) {
        const part = data.slice(0, Math.max(left, 0));
        const last = !ended && left <= data.length;
        node.data = last ? part.replace(pausing, '') + '\\u2026' : part;
        ended ||= last;
        left -= data.length;
      }
    };
    const longest = ends => {
      let low = 0, high = ends.length - 1;
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        show(ends[middle]);
        if (good()) low = middle; else high = middle - 1;
      }
      return ends[low];
    };
    const ends = parts => [0, ...parts.map(part => part.index + part.segment.length)];
    let best = longest(ends(words));
    if (!text.slice(0, best).trim()) best = longest(ends(letters));
    show(best);
  };
  const fit = element => {
    const least = parseFloat(element.dataset.fit) || 1;
    element.style.fontSize = '';
    element.style.overflowWrap = 'anywhere';
    widest = element.getBoundingClientRect().width;
    element.style.overflowWrap = 'normal';
    const whole = shrink(element, least);
    widest = Infinity;
    if (whole) return;
    element.style.overflowWrap = 'anywhere';
    if (shrink(element, least)) return;
    element.style.fontSize = Math.min(least, parseFloat(getComputedStyle(element).fontSize)) + 'px';
    cut(element);
  };
"""
"""
Script that defines fit(element), for a script that knows the text's language as `lang`: the font of an element with
data-fit="<smallest font in px>" shrinks until its text fits its box with its words whole, else with long ones broken,
then words are cut and "…" is added.
"""

PREPARE = (
    """
async ({lang, dir, index, count, shown, text, aims}) => {
  const root = document.documentElement;
  if (lang) root.lang = lang;
  root.dir = dir;
  if (dir === 'rtl') {
    for (const element of document.querySelectorAll('[dir=auto]')) {
      if (/[\\u0590-\\u08ff\\ufb1d-\\ufdff\\ufe70-\\ufefc]/.test(element.textContent)) element.dir = dir;
    }
  }
  if (document.body) {
    document.body.dataset.index = index;
    document.body.dataset.count = count;
  }
  root.getBoundingClientRect();  // fonts are asked for when a page is laid out
  await document.fonts.ready;
  let lost = 0;
  await Promise.all([...document.images].map(image => image.decode().catch(() => {
    if (image.getAttribute('src')) lost += 1;
    image.style.visibility = 'hidden';
  })));
  for (const image of document.images) {
    const aim = aims[image.currentSrc];
    const {objectFit, objectPosition} = getComputedStyle(image);
    if (!aim || objectFit !== 'cover' || objectPosition !== '50% 50%') continue;
    image.style.objectPosition = aim.map(share => share * 100 + '%').join(' ');
  }
"""
    + _SHOW
    + """
  for (const animation of document.getAnimations()) {
    try { animation.finish(); } catch { animation.cancel(); }
  }
"""
    + FIT
    + FIT_UNMARKED
    + """
  const marked = document.querySelectorAll('[data-fit]');
  for (const element of marked) fit(element);
  if (!marked.length && document.body) fitUnmarked(shown || []);
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  const holds = element => element.textContent.includes(text);
  const holders = !text || !document.body ? [] : [document.body, ...document.body.querySelectorAll('*')].filter(
    element => holds(element) && ![...element.children].some(holds) && !element.closest('script,style,title,textarea'));
  const away = holders.length && holders.every(element => {
    const range = document.createRange();
    range.selectNodeContents(element);
    const boxes = [...range.getClientRects()].filter(box => box.width && box.height);
    return boxes.length && boxes.every(({left, top, right, bottom}) =>
      right <= 0 || bottom <= 0 || left >= innerWidth || top >= innerHeight);
  });
  const less = text && shortened.some(whole => whole.includes(text));
  return {lost, unseen: less ? 'cut' : away ? 'away' : ''};
}
"""
)
"""
An async function of {lang, dir, index, count, shown, text, aims}; returns how many pictures of the page could not be
loaded (lost), and whether words of `text` were cut away or all of them lie outside of the page (unseen: "cut", "away",
"").

Shows of the pictures in `aims`, by URL, the part that is worth it, unless the page says which.
Marks <html> with language and direction, and so what has dir="auto" and letters of a page from right to left, <body>
with data-index (from 0) and data-count, waits for fonts and pictures, shows what HIDE has hidden, ends animations, then
fits every element with data-fit, or the texts in `shown` when there is none.
"""
