/**
 * The language of the page: what it says, and how it writes numbers, times and dates.
 *
 * A language is one file, languages/<tag>.json, found by the gateway. A text has holes, `{name}`; one that depends on a
 * number has a form for each plural of the language, chosen by `count`.
 */

import {browser} from "./kept.js";

/** @typedef {keyof typeof import("./languages/en.json")["says"]} Key */
/** @typedef {keyof typeof import("./languages/en.json")["names"]} Name */
/** @typedef {{says: Record<string, string | Record<string, string>>, names: Record<string, string>}} Language */
/** @typedef {{[name: string]: string | number}} Values */

const NAME = "pixelle-language";
const FALLBACK = "en";

/** The tags there are. */
export const offered = (document.documentElement.dataset.languages || FALLBACK).split(" ");

/** @type {Language} */
let spoken = {says: {}, names: {}};
let tag = FALLBACK, locale = FALLBACK;

/** The tag of the language that is spoken. */
export const current = () => tag;

/** The language somebody chose here, else the first that the browser asks for, else English. */
export function preferred() {
  const chosen = browser.get(NAME);
  if (chosen && offered.includes(chosen)) return chosen;
  for (const wanted of navigator.languages) {
    const fits = offered.find(each => alike(each, wanted, true)) ?? offered.find(each => alike(each, wanted, false));
    if (fits) return fits;
  }
  return FALLBACK;
}

/** @param {string} one @param {string} other @param {boolean} written in the same script, too */
function alike(one, other, written) {
  try {
    const [a, b] = [one, other].map(each => new Intl.Locale(each).maximize());
    return a.language === b.language && (!written || a.script === b.script);
  } catch {
    return false;
  }
}

/**
 * Speaks a language from now on; what is shown already is not said again. remember: also the next time.
 * Rejects when its file cannot be had; the language then stays.
 *
 * @param {string} wanted one of `offered`
 */
export async function speak(wanted, remember = false) {
  const answer = await fetch(new URL(`languages/${wanted}.json`, import.meta.url));
  if (!answer.ok) throw new Error(`languages/${wanted}.json: ${answer.status}`);
  spoken = await answer.json();
  tag = wanted;
  locale = navigator.languages.find(each => alike(each, tag, true)) ?? tag;
  document.documentElement.lang = tag;
  if (remember) browser.set(NAME, tag);
}

/** @param {Key} key @param {Values} values */
function template(key, values) {
  const found = spoken.says[key];
  if (typeof found === "string") return found;
  return found[new Intl.PluralRules(locale).select(Number(values.count))] ?? found.other;
}

/**
 * A text of the page. values: for its holes; numbers are written as the language does.
 *
 * @param {Key} key
 * @param {Values} [values]
 */
export function say(key, values = {}) {
  return template(key, values).replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name];
    return typeof value === "number" ? number(value) : value;
  });
}

/**
 * As `say`, with an element in one of the holes: a list of texts and elements.
 *
 * @param {Key} key
 * @param {{[name: string]: Node}} parts
 * @returns {(string | Node)[]}
 */
export function around(key, parts) {
  return template(key, {}).split(/\{(\w+)\}/).map((each, at) => at % 2 ? parts[each] : each);
}

/**
 * The name of something the gateway lists, where the language has one for it: templates and their settings.
 *
 * @param {string} name as the gateway says it
 */
export const named = name => spoken.names[name] ?? name;

/** @param {number} value @param {Intl.NumberFormatOptions} [options] */
export const number = (value, options) => new Intl.NumberFormat(locale, options).format(value);

/** "40%", of 0.4. @param {number} share */
export const percent = share => number(share, {style: "percent", maximumFractionDigits: 0});

/** "1:05", of seconds. @param {number} seconds */
export function clock(seconds) {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** "about 40 sec", "about 3 min". @param {number} seconds */
export function about(seconds) {
  const [value, unit] = seconds < 90 ? [Math.max(1, Math.round(seconds)), "second"] : [Math.round(seconds / 60), "minute"];
  return say("about", {time: number(value, {style: "unit", unit, unitDisplay: "short"})});
}

/** "1.4 MB". @param {number} count */
export function bytes(count) {
  const [value, unit, maximumFractionDigits] = count < 1e6 ? [Math.max(1, count / 1e3), "kilobyte", 0] : [count / 1e6, "megabyte", 1];
  return number(value, {style: "unit", unit, unitDisplay: "short", maximumFractionDigits});
}

/** "€0.50"; "0.50 credits" of what is no currency. @param {number} amount @param {string} currency */
export function money(amount, currency) {
  try {
    return number(amount, {style: "currency", currency});
  } catch {
    return `${number(amount, {minimumFractionDigits: 2, maximumFractionDigits: 2})} ${currency}`;
  }
}

/** A day and its time, short. @param {string} when ISO 8601 */
export const date = when => new Intl.DateTimeFormat(locale, {dateStyle: "medium", timeStyle: "short"}).format(new Date(when));

/** The name of a language, in the language of the page or another. @param {string} of @param {string} [within] */
export function languageName(of, within = locale) {
  try {
    return new Intl.DisplayNames([within], {type: "language"}).of(of) ?? of;
  } catch {
    return of;
  }
}

/** Puts things in the order of their names. @template T @param {T[]} things @param {(thing: T) => string} name */
export const sorted = (things, name) => things.toSorted((a, b) => new Intl.Collator(locale).compare(name(a), name(b)));

/** "a, b and c". @param {string[]} parts */
export const listed = parts => new Intl.ListFormat(locale).format(parts);
