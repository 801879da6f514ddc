"""Words of scripts that write no blanks, made whole where a voice's timings cut them: 了城|市 becomes 了|城市."""

from __future__ import annotations

__all__ = ["UNSPACED", "WHOLE_WORDS"]

UNSPACED = frozenset({"zh", "yue", "ja", "th", "lo", "km", "my"})
"""Languages, without region or script, that such words are looked for in."""

WHOLE_WORDS = """
({parts, language}) => {
  const owners = parts.flatMap(([text, number]) => Array(text.length).fill(number));
  const all = parts.map(([text]) => text).join('');
  const used = new Set(), found = [];
  let opening = '';
  for (const {segment, index, isWordLike} of new Intl.Segmenter(language, {granularity: 'word'}).segment(all)) {
    const here = owners.slice(index, index + segment.length).filter(number => number >= 0);
    const last = found.at(-1);
    if (!here.length) {
      found.push([opening + segment, -1]);
      opening = '';
    } else if (!isWordLike && last && last[1] >= 0) {
      last[0] += opening + segment;
      opening = '';
    } else if (!isWordLike) {
      opening += segment;
    } else {
      const number = here.find(one => !used.has(one)) ?? here.at(-1);
      used.add(number);
      if (last && last[1] === number && !opening) last[0] += segment;
      else found.push([opening + segment, number]);
      opening = '';
    }
  }
  return opening ? parts : found;
}
"""
"""
A function of the parts of a text with marked words, as FILL takes them, and a BCP 47 tag: the parts with whole words.

A word has the number of the first part that it shares and that no word before it has; parts that only went on with a
word lose theirs, so the word stays marked until the next one begins.
"""
