/** What helps against errors that somebody new here meets first: what is missing, and how to get it. */

/** @import {VoiceInfo} from "./answers.js" */
/** @import {Child} from "./dom.js" */

import {Problem} from "./api.js";
import {h} from "./dom.js";
import * as draft from "./draft.js";
import {around, languageName, say} from "./language.js";

const WRITER = "PIXELLE_LLM_BASE_URL=http://127.0.0.1:11434/v1\nPIXELLE_LLM_MODEL=qwen2.5:7b";
const SPEAKER = "pip install 'pixelle-video[kokoro]'\npixelle setup --for kokoro";

/** @type {[RegExp, string][]} what only one language of those that voices speak is written in */
const WRITTEN = [[/\p{scx=Hiragana}|\p{scx=Katakana}/u, "ja"], [/\p{sc=Hangul}/u, "ko"], [/\p{sc=Han}/u, "zh"], [/\p{sc=Devanagari}/u, "hi"], [/\p{sc=Arabic}/u, "ar"]];

/**
 * What to say in front of an error. voices: those there are; ownScript: turns the form to a script of one's own.
 *
 * @param {unknown} error
 * @param {VoiceInfo[]} voices
 * @param {() => unknown} ownScript
 * @returns {Child[]}
 */
export function advice(error, voices, ownScript) {
  if (!(error instanceof Problem)) return [];
  const writes = draft.get("mode") === "generate";
  if (error.reason === "TOPIC_NEEDS_MODEL") return writer(ownScript);
  if (error.reason !== "LANGUAGE_UNSUPPORTED") return [];
  const language = draft.get("language") ?? WRITTEN.find(([letters]) => letters.test(draft.text()))?.[1];
  const spoken = voices.some(each => !each.languages.length || each.languages.some(tag => tag.split("-")[0] === language?.split("-")[0]));
  return [writes && writer(ownScript), !spoken && speaker(language)];
}

/** @param {() => unknown} ownScript */
function writer(ownScript) {
  return [
    h("p", {}, h("b", {}, say("advice.writer"))),
    h("ul", {},
      h("li", {}, say("advice.writer_own"), " ", h("button", {type: "button", onclick: ownScript}, say("words.fixed"))),
      h("li", {}, around("advice.writer_model", {settings: h("pre", {}, WRITER)}))),
  ];
}

/** @param {string | undefined} language */
function speaker(language) {
  return [
    h("p", {}, h("b", {}, language ? say("advice.voice", {language: languageName(language)}) : say("advice.voice_unknown"))),
    h("ul", {},
      ["zh", "ja"].includes(language?.split("-")[0] ?? "") && h("li", {}, around("advice.voice_kokoro", {commands: h("pre", {}, SPEAKER)})),
      h("li", {}, say("advice.voice_others"))),
  ];
}
