/** What helps against errors that somebody new here meets first: what is missing, and how to get it. */

/** @import {Child} from "./dom.js" */

import {Problem} from "./api.js";
import {h} from "./dom.js";
import * as draft from "./draft.js";
import {around, languageName, say} from "./language.js";

const WRITER = "PIXELLE_LLM_BASE_URL=http://127.0.0.1:11434/v1\nPIXELLE_LLM_MODEL=qwen2.5:7b";
const SPEAKER = "pip install 'pixelle-video[kokoro]'\npixelle setup --for kokoro";
const HOSTED = "PIXELLE_TTS_EDGE_ALLOWED=true";

/** @type {[RegExp, string][]} what only one language of those that voices speak is written in */
const WRITTEN = [[/\p{sc=Hiragana}|\p{sc=Katakana}/u, "ja"], [/\p{sc=Hangul}/u, "ko"], [/\p{sc=Han}/u, "zh"], [/\p{sc=Devanagari}/u, "hi"], [/\p{sc=Arabic}/u, "ar"]];

/**
 * What to say in front of an error. ownScript: turns the form to a script of one's own.
 *
 * @param {unknown} error
 * @param {() => unknown} ownScript
 * @returns {Child[]}
 */
export function advice(error, ownScript) {
  if (!(error instanceof Problem)) return [];
  const writes = draft.get("mode") === "generate";
  if (error.reason === "TOPIC_NEEDS_MODEL" || (error.reason === "LANGUAGE_UNSUPPORTED" && writes)) return writer(ownScript);
  if (error.reason === "LANGUAGE_NOT_SPOKEN") return speaker();
  return [];
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

function speaker() {
  const language = draft.get("language") ?? WRITTEN.find(([letters]) => letters.test(draft.text()))?.[1];
  return [
    h("p", {}, h("b", {}, language ? say("advice.voice", {language: languageName(language)}) : say("advice.voice_unknown"))),
    h("ul", {},
      ["zh", "ja"].includes(language?.split("-")[0] ?? "") && h("li", {}, around("advice.voice_kokoro", {commands: h("pre", {}, SPEAKER)})),
      h("li", {}, around("advice.voice_edge", {settings: h("pre", {}, HOSTED)})),
      h("li", {}, say("advice.voice_others"))),
  ];
}
