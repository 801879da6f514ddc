"""Our own scripts for a page whose picture moves, run by the browser's debugger: find it, blank it, show it alone."""

from __future__ import annotations

__all__ = ["ALONE", "BLANK", "HERO", "MEASURE"]

HERO = """
url => {
  const quoted = 'url("' + url + '")';
  const style = new Map();
  const look = element => {
    if (!style.has(element)) style.set(element, getComputedStyle(element));
    return style.get(element);
  };
  const above = element => {
    const found = [];
    for (let each = element; each; each = each.parentElement) found.push(each);
    return found;
  };
  const shows = element => element.localName === 'img'
    ? element.currentSrc === url : look(element).backgroundImage === quoted;
  let best = null, most = 0;
  for (const element of document.body.querySelectorAll('*')) {
    if (!shows(element) || look(element).visibility !== 'visible') continue;
    if (above(element).some(each => /blur/.test(look(each).filter) || look(each).opacity === '0')) continue;
    const box = element.getBoundingClientRect();
    const width = Math.min(box.right, innerWidth) - Math.max(box.left, 0);
    const height = Math.min(box.bottom, innerHeight) - Math.max(box.top, 0);
    if (width > 0 && height > 0 && width * height >= most) [best, most] = [element, width * height];
  }
  if (!best) return null;
  const own = look(best);
  const px = name => parseFloat(own[name]) || 0;
  const edge = side => px('border' + side + 'Width') + (best.localName === 'img' ? px('padding' + side) : 0);
  const width = best.offsetWidth - edge('Left') - edge('Right');
  const height = best.offsetHeight - edge('Top') - edge('Bottom');
  let turn = new DOMMatrix();
  for (const each of above(best).reverse()) {
    const seen = look(each);
    if (seen.rotate !== 'none') turn = turn.rotate(parseFloat(seen.rotate));
    if (seen.scale !== 'none') turn = turn.scale(...seen.scale.split(' ').map(Number));
    if (seen.transform !== 'none') turn = turn.multiply(new DOMMatrix(seen.transform));
  }
  const box = best.getBoundingClientRect();
  // the box inside its borders need not have the same middle
  const across = (edge('Left') - edge('Right')) / 2, down = (edge('Top') - edge('Bottom')) / 2;
  const centre = [
    (box.left + box.right) / 2 + turn.a * across + turn.c * down,
    (box.top + box.bottom) / 2 + turn.b * across + turn.d * down,
  ];
  // a shadow belongs to the box, everything else to the picture in it
  const shadow = /drop-shadow\\((?:[^()]|\\([^()]*\\))*\\)/g;
  const filters = best.localName === 'img' && own.filter !== 'none' ? own.filter : '';
  return {element: best, centre, turn: [turn.a, turn.b, turn.c, turn.d], width, height,
    shadow: (filters.match(shadow) || []).join(' ') || 'none', filter: filters.replace(shadow, '') || 'none',
    fit: best.localName === 'img' ? own.objectFit : own.backgroundSize,
    position: best.localName === 'img' ? own.objectPosition : own.backgroundPosition};
}
"""
"""
A function of the picture's URL: where the page shows it largest and sharp, or null. Returns what the other
scripts work with.
"""

MEASURE = """
async (hero, url) => {
  const image = new Image();
  image.src = url;
  await image.decode();
  const [wide, tall] = [image.naturalWidth, image.naturalHeight];
  const ratios = [hero.width / wide, hero.height / tall];
  const scales = {cover: Math.max(...ratios), contain: Math.min(...ratios), none: 1, auto: 1,
    'scale-down': Math.min(1, ...ratios)};
  const scale = scales[hero.fit];
  const [width, height] = scale ? [wide * scale, tall * scale] : [hero.width, hero.height];
  const place = (text, room) => {
    const value = parseFloat(text);
    if (Number.isNaN(value)) return room / 2;
    return text.endsWith('%') ? room * value / 100 : value;
  };
  const [x, y] = hero.position.split(' ');
  hero.natural = [wide, tall];
  hero.whole = [
    place(x, hero.width - width) - hero.width / 2, place(y ?? '50%', hero.height - height) - hero.height / 2,
    width, height,
  ];
  const {centre, turn, whole} = hero;
  const {left, top, right, bottom} = hero.element.getBoundingClientRect();
  return {centre, turn, box: [hero.width, hero.height], whole, bounds: [left, top, right, bottom]};
}
"""
"""
A function of what HERO returned and the URL: centre, turn, box and whole as `video.motion.Hero` has them, and bounds,
the left, top, right and bottom edge of where it can be seen.
"""

BLANK = """
async (hero, white) => {
  const {element} = hero;
  const colour = white ? '#fff' : '#000';
  const [left, top, width, height] = hero.whole;
  if (element.localName === 'img') {
    const [wide, tall] = hero.natural;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${wide}" height="${tall}" viewBox="0 0 1 1"
      preserveAspectRatio="none"><rect width="1" height="1" fill="${colour}"/></svg>`;
    element.removeAttribute('srcset');
    element.src = 'data:image/svg+xml,' + encodeURIComponent(svg);
    element.style.setProperty('filter', hero.shadow, 'important');
    await element.decode();
  } else {
    element.style.setProperty('background-image', `linear-gradient(${colour}, ${colour})`, 'important');
    element.style.setProperty('background-size', `${width}px ${height}px`, 'important');
    const corner = `${left + hero.width / 2}px ${top + hero.height / 2}px`;
    element.style.setProperty('background-position', corner, 'important');
  }
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
}
"""
"""A function of what HERO returned and white or not: the picture is one colour from now on."""

ALONE = """
async (hero, url, [left, top, width, height]) => {
  const root = document.documentElement;
  root.replaceChildren(document.createElement('body'));
  root.style.cssText = 'all: initial; background: #000';
  const body = document.body;
  body.style.cssText = `all: initial; position: absolute; inset: 0; overflow: hidden`;
  const image = new Image();
  image.style.cssText = `all: initial; position: absolute; left: ${left}px; top: ${top}px; width: ${width}px;
    height: ${height}px; filter: ${hero.filter}`;
  image.src = url;
  body.append(image);
  await image.decode();
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
}
"""
"""A function of what HERO returned, URL, and [left, top, width, height] in pixels: the page holds only the picture."""
