// Where a real engine would be: a tone for every word, as long as its letters, and silence between them.
export const RATE = 16000;
const GAP = 0.05;
const letters = (text) => [...text].filter((char) => /[\p{L}\p{N}]/u.test(char)).length || 1;

// [{text, start, end, sound}] in order: words as written, with where they are heard; `sound` is 16 bit PCM from the
// end of the word before, silence first.
export function* spoken(text, { speed, pitch, pronunciations }) {
  const said = new Map(Object.entries(pronunciations).map(([word, how]) => [word.toLowerCase(), how]));
  const readAs = replacements(text, said);
  let end = 0;
  for (const part of text.matchAll(/\[pause (\d+(?:\.\d+)?)s\]|((?:(?!\[pause )\S)+)/g)) {
    if (part[1] !== undefined) {
      end += Number(part[1]);
      continue;
    }
    const sounds = readAs.get(part.index) ?? part[2];
    const start = end + GAP;
    end = start + (0.12 + 0.05 * letters(sounds)) / speed;
    yield { text: part[2], start, end, pitch: pitch + (hash(sounds) % 120) };
  }
}

// Position of a word to what is read in its place: words of `text` that are, alone or in a row, in `said`.
function replacements(text, said) {
  const found = new Map();
  const clean = [...text.matchAll(/[\p{L}\p{N}'’-]+/gu)].map((m) => [m.index, m[0].toLowerCase()]);
  clean.forEach(([index], at) => {
    for (const [word, how] of said) {
      const many = word.split(/\s+/);
      if (many.every((each, offset) => clean[at + offset]?.[1] === each)) {
        many.forEach((_, offset) => found.set(clean[at + offset][0], offset ? "" : how));
      }
    }
  });
  return found;
}

const hash = (text) => [...text].reduce((sum, char) => (sum * 31 + char.codePointAt(0)) % 65521, 7);

// Samples from one moment to another with one word in them, faded in and out.
export function pcm(from, word) {
  const [first, begin, last] = [from, word.start, word.end].map((seconds) => Math.round(seconds * RATE));
  const samples = new Int16Array(last - first);
  for (let at = begin; at < last; at++) {
    const fade = Math.min(1, (at - begin) / 160, (last - at) / 160);
    samples[at - first] = 9000 * fade * Math.sin((2 * Math.PI * word.pitch * (at - begin)) / RATE);
  }
  return Buffer.from(samples.buffer);
}

// A WAV file: mono, 16 bit.
export function wav(sound) {
  const head = Buffer.alloc(44);
  head.write("RIFF", 0);
  head.writeUInt32LE(36 + sound.length, 4);
  head.write("WAVEfmt ", 8);
  [[16, 4], [1, 2], [1, 2], [RATE, 4], [2 * RATE, 4], [2, 2], [16, 2]].reduce((at, [value, size]) => head.writeUIntLE(value, at, size), 16);
  head.write("data", 36);
  head.writeUInt32LE(sound.length, 40);
  return Buffer.concat([head, sound]);
}
