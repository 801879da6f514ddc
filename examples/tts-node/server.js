// A speech service in another language: pixelle.tts.v1 with health and reflection. `npm ci && node server.js`
import { fileURLToPath } from "node:url";
import { setImmediate } from "node:timers/promises";
import grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { ReflectionService } from "@grpc/reflection";
import { HealthImplementation } from "grpc-health-check";
import { RATE, pcm, spoken, wav } from "./speech.js";
import { keep } from "./store.js";

const PROTO = process.env.PROTO_DIR || fileURLToPath(new URL("../../proto", import.meta.url));
const LISTEN = process.env.PIXELLE_TTS_LISTEN || "127.0.0.1:50052";
const NAME = "pixelle.tts.v1.TtsService";
const contract = loadSync("pixelle/tts/v1/tts.proto", { includeDirs: [PROTO], keepCase: true, longs: Number, defaults: true });

const WORKFLOW = "local/node-tone";
const VOICES = [["node/high", "High", 330], ["node/low", "Low", 180]].map(([id, name, pitch]) => ({
  pitch, shown: { id, name, languages: ["en"], workflow: WORKFLOW, sample_text: "The quick brown fox jumps over the lazy dog." },
}));
const ENGINE = {
  name: "node-tone", workflow: WORKFLOW, version: "1", summary: "Tones, from a skeleton in JavaScript", available: true, is_default: true,
  features: { languages: ["en"], word_timings: true, min_speed: 0.5, max_speed: 2, deterministic: true },
};

// An error as every service sends it: google.rpc.Status with one ErrorInfo, written by hand since it is all there is of it.
function refusal(code, reason, message, facts = {}) {
  const field = (number, bytes) => Buffer.concat([Buffer.from([number * 8 + 2, ...varint(bytes.length)]), Buffer.from(bytes)]);
  const varint = (value) => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >> 7)]);
  const text = (number, value) => field(number, Buffer.from(value));
  const named = Object.entries(facts).map(([name, value]) => field(3, Buffer.concat([text(1, name), text(2, value)])));
  const info = Buffer.concat([text(1, reason), text(2, "pixelle"), ...named]);
  const detail = Buffer.concat([text(1, "type.googleapis.com/google.rpc.ErrorInfo"), field(2, info)]);
  const metadata = new grpc.Metadata();
  metadata.set("grpc-status-details-bin", Buffer.concat([Buffer.from([8, code]), text(2, message), field(3, detail)]));
  return Object.assign(new Error(message), { code, details: message, metadata, reason });
}
const { INVALID_ARGUMENT, NOT_FOUND, FAILED_PRECONDITION, INTERNAL } = grpc.status;

function page(all, { page_size, page_token }) {
  const start = page_token ? Number(page_token) : 0;
  if (page_size < 0 || !Number.isInteger(start) || start < 0 || start > all.length)
    throw refusal(INVALID_ARGUMENT, "PAGE_INVALID", "page_size must not be negative, and page_token must be from a previous answer.");
  const end = start + (Math.min(page_size, 1000) || 50);
  return [all.slice(start, end), end < all.length ? String(end) : ""];
}

function checkWorkflow(workflow) {
  if (workflow && workflow !== WORKFLOW)
    throw refusal(INVALID_ARGUMENT, "WORKFLOW_UNKNOWN", `Unknown tts workflow '${workflow}'. Known: '${WORKFLOW}'.`);
}

function isLanguage(tag) {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

function checkText(text) {
  if (!text.trim()) throw refusal(INVALID_ARGUMENT, "TEXT_EMPTY", "text is empty. Send what is to be said.");
  if ([...text].length > 20000) throw refusal(INVALID_ARGUMENT, "TEXT_TOO_LONG", "text is longer than 20,000 characters. Send it in parts.");
  for (const [pause, seconds] of text.matchAll(/\[pause ([^\]]*)\]/g))
    if (!/^\d+(\.\d+)?s$/.test(seconds) || parseFloat(seconds) > 10)
      throw refusal(INVALID_ARGUMENT, "PAUSE_INVALID", `'${pause}' is no pause. Write up to ten seconds, as [pause 0.5s].`);
  if (!/[\p{L}\p{N}]/u.test(text.replace(/\[pause [^\]]*\]/g, "")))
    throw refusal(INVALID_ARGUMENT, "TEXT_NOT_SPEAKABLE", "There is no letter or digit in text.");
}

// What is asked for besides a text, or a refusal before any work is spent.
function checked(request) {
  const { workflow, voice_id, ref_audio, language, pronunciations } = request;
  const speed = request.speed || (Number.isNaN(request.speed) ? NaN : 1);
  if (!(speed >= 0.5 && speed <= 2)) throw refusal(INVALID_ARGUMENT, "SPEED_OUT_OF_RANGE", `speed is ${speed}. Send 0.5 to 2.`);
  checkWorkflow(workflow);
  for (const [word, sound] of Object.entries(pronunciations))
    if (!word.trim() || !sound.trim())
      throw refusal(INVALID_ARGUMENT, "PRONUNCIATION_INVALID", `The pronunciation of '${word}' as '${sound}' is empty. Leave it out.`);
  if (ref_audio) throw refusal(FAILED_PRECONDITION, "ENGINE_CANNOT_CLONE", "This engine cannot copy a voice. Leave ref_audio out.");
  if (request.verify) throw refusal(FAILED_PRECONDITION, "VERIFY_NOT_INSTALLED", "Nothing here listens to speech. Leave verify out.");
  if (language && !isLanguage(language))
    throw refusal(INVALID_ARGUMENT, "LANGUAGE_UNKNOWN", `'${language}' is no language tag. Send one like en or en-GB.`);
  if (language && language.split("-")[0].toLowerCase() !== "en")
    throw refusal(INVALID_ARGUMENT, "LANGUAGE_UNSUPPORTED", `Nobody here speaks '${language}'. Voices: ${VOICES.map((each) => each.shown.id)}.`);
  const voice = VOICES.find((each) => each.shown.id === (voice_id || VOICES[0].shown.id));
  if (!voice) {
    const nearest = VOICES.map((each) => each.shown.id).find((id) => voice_id.startsWith(id)) || VOICES[0].shown.id;
    throw refusal(NOT_FOUND, "VOICE_NOT_FOUND", `There is no voice '${voice_id}'. Did you mean '${nearest}'?`);
  }
  return { speed, pitch: voice.pitch, pronunciations };
}

// The same before anything is to be spoken; the position of a text that cannot be goes with the refusal.
async function checkSpeech({ request: { request, texts } }) {
  checked(request || { speed: 0, pronunciations: {} });
  texts.forEach((text, position) => {
    try {
      checkText(text);
    } catch (error) {
      throw refusal(error.code, error.reason, error.message, { text: String(position) });
    }
  });
  return {};
}

async function narration(text, asked, heard = async () => {}) {
  const [words, sounds] = [[], []];
  let end = 0;
  for (const word of spoken(text, asked)) {
    sounds.push(pcm(end, word));
    words.push({ text: word.text, start_seconds: word.start, end_seconds: word.end });
    end = word.end;
    await heard(sounds.at(-1), word);
  }
  const sound = Buffer.concat(sounds);
  const duration_seconds = sound.length / 2 / RATE;
  words.at(-1).end_seconds = Math.min(words.at(-1).end_seconds, duration_seconds);
  const audio = await keep("narration", wav(sound), "audio/wav");
  return { audio, duration_seconds, words, timing_source: "TIMING_SOURCE_MODEL", sample_rate: RATE, engine: ENGINE.name };
}

async function synthesize(call) {
  const { text } = call.request;
  checkText(text);
  const asked = checked(call.request);
  let done = 0;
  const result = await narration(text, asked, async (sound, word) => {
    call.write({ progress: { fraction: Math.min(1, (done += word.text.length) / text.length), message: "speaking" } });
    if (call.request.stream_audio) call.write({ chunk: { pcm: sound, sample_rate: RATE } });
    await setImmediate(); // others have a turn, and a caller who has left is noticed
    if (call.cancelled) throw refusal(grpc.status.CANCELLED, "CANCELLED", "The caller has left.");
  });
  call.write({ narration: result });
  call.end();
}

async function listVoices({ request }) {
  checkWorkflow(request.workflow);
  const speaks = !request.language || request.language.split("-")[0].toLowerCase() === "en";
  const [some, next_page_token] = page(speaks ? VOICES : [], request);
  const sample = async ({ shown, pitch }) =>
    (await narration(shown.sample_text, { speed: 1, pitch, pronunciations: {} })).audio;
  const voices = some.map(async (each) => ({ ...each.shown, sample: request.with_samples ? await sample(each) : undefined }));
  return { voices: await Promise.all(voices), next_page_token };
}

async function listEngines({ request }) {
  const [engines, next_page_token] = page([ENGINE], request);
  return { engines, next_page_token, verify_reason: "this service has no transcriber" };
}

async function deleteVoice({ request }) {
  throw refusal(NOT_FOUND, "VOICE_NOT_FOUND", `There is no voice '${request.voice_id}' that was made here.`);
}

const known = (error) => (error.code ? error : refusal(INTERNAL, "BUG", "Something went wrong in the service; its log says what."));
const logged = (error) => error.code || console.error(error);
const unary = (work) => (call, answer) =>
  work(call).then((result) => answer(null, result), (error) => (logged(error), answer(known(error))));
const stream = (work) => (call) => work(call).catch((error) => (logged(error), call.destroyed || call.emit("error", known(error))));

const server = new grpc.Server({ "grpc.max_connection_age_ms": 300_000 });
server.addService(contract[NAME], {
  Synthesize: stream(synthesize), CheckSpeech: unary(checkSpeech), ListVoices: unary(listVoices),
  DeleteVoice: unary(deleteVoice), ListEngines: unary(listEngines),
}); // CreateVoice is left out, and answers UNIMPLEMENTED
const health = new HealthImplementation({ "": "SERVING", [NAME]: "SERVING" });
health.addToServer(server);
new ReflectionService(contract).addToServer(server);
server.bindAsync(LISTEN, grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.error(JSON.stringify({ event: "serving", service: NAME, address: `${LISTEN.replace(/:\d+$/, "")}:${port}` }));
});
for (const signal of ["SIGTERM", "SIGINT"])
  process.on(signal, () => {
    for (const name of ["", NAME]) health.setStatus(name, "NOT_SERVING");
    setTimeout(() => process.exit(0), 30_000).unref(); // as long as running calls may take
    server.tryShutdown(() => process.exit(0));
  });
