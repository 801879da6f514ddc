/** A finished video: to be watched and taken along. */

/** @import {MadeBoard, Task} from "./answers.js" */

import {here, key, source} from "./api.js";
import {trouble} from "./controls.js";
import {h} from "./dom.js";
import {bytes, clock, number, say} from "./language.js";

/** The player and what goes with it; nothing of a task without a result. @param {Task} task @param {MadeBoard | null} board */
export function finished(task, board) {
  if (!task.result) return null;
  const {video_url: url, duration, file_size: size, warnings, credits, loudness, spent} = task.result;
  const video = h("video", {controls: true, preload: "metadata", playsinline: true, "aria-label": board?.title || say("result.video")});
  const box = trouble();
  const gone = () => box.say(new Error(say("result.gone")));
  video.onerror = gone;
  source(url).then(address => { video.src = address; }).catch(gone);
  const first = board?.scenes[0]?.composed_url;
  if (first) source(first).then(address => { video.poster = address; }, () => {});
  const captions = task.captions_url?.vtt;
  if (captions) source(captions).then(address =>
    video.append(h("track", {kind: "captions", src: address, srclang: board?.language || "en", label: say("captions.title")})), () => {});
  const name = (board?.title || task.task_id).replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 60);
  const facts = [clock(duration), bytes(size), loudness && `${number(loudness.integrated_lufs, {maximumFractionDigits: 1})} LUFS`,
    ...spent.map(each => `${number(each.amount)} ${each.unit} (${each.engine})`)];
  return h("section", {class: "finished", "aria-label": say("result.video")}, video, h("div", {class: "card"}, box,
    h("p", {class: "muted"}, facts.filter(Boolean).join(" · ")),
    h("div", {class: "actions"}, download(url, `${name}.mp4`, say("result.download"), true),
      Object.entries(task.captions_url ?? {}).map(([kind, each]) => download(each, `${name}.${kind}`, say("result.captions", {kind: kind.toUpperCase()})))),
    warnings.map(each => h("p", {class: "notice"}, each)),
    credits.length > 0 && h("p", {}, h("b", {}, say("result.credits")), " ", credits.join("; "))));
}

/** @param {string} url @param {string} name of the file @param {string} text @param {boolean} main */
function download(url, name, text, main = false) {
  const link = h("a", {class: main ? "button main" : "button", href: here(url), download: name}, text);
  if (key.get()) link.onclick = async event => {
    event.preventDefault();
    h("a", {href: await source(url), download: name}).click();
  };
  return link;
}
