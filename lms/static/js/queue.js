// Sends what waits, one answer at a time and in order, until the server has confirmed each of them.
//
// An answer that fails is sent again: later and later, when the line is back, when somebody looks at the page, and on
// any other page of the attempt. Only a receipt, or a refusal that was shown, takes it out of the queue.

import * as store from "./store.js";

const LONGEST_WAIT = 60_000;
const LONGEST_REQUEST = 20_000;
const MOST_AT_CLOSING = 60_000; // bytes that a browser goes on sending for a page that was closed
const REFUSED = [400, 409, 413, 422]; // sending it again changes nothing

const home = document.querySelector("[data-attempt]");
const attempt = home.dataset.attempt;
const prompt = new Set(); // what this page has just made and nothing has held up: it wins over every other answer
const events = new EventTarget(); // waiting { reason, count }, receipt { told, entry }, refusal { text, entry }, empty
let token = document.querySelector("input[name=csrf_token]")?.value;
let failures = 0;
let notBefore = 0; // as the server asked
let writing = Promise.resolve(); // one change after another, so that none replaces what it has not seen
let running;
let isWanted = false;
let timer;

const tell = (name, detail) => events.dispatchEvent(new CustomEvent(name, { detail }));
export const on = (name, act) => events.addEventListener(name, (event) => act(event.detail));
export const list = () => store.list(attempt);

// An answer that was never sent gives way to the next one to the same question; one that was may have arrived.
export function put(entry) {
  writing = writing.then(async () => {
    const older = (await list()).find((other) => other.page === entry.page && !other.isTried);
    const id = await store.put({ ...entry, attempt, ...(older && { id: older.id }) });
    if (!failures) prompt.add(id);
  });
  return writing;
}

export async function answer(url, options = {}) {
  const response = await fetch(url, {
    ...options,
    headers: { Accept: "application/json", ...(token && { "X-CSRFToken": token }) },
    redirect: "manual", // a redirect is the way to the sign-in page, never an answer
    signal: AbortSignal.timeout?.(LONGEST_REQUEST),
  });
  return [response, await response.json().catch(() => ({}))];
}

// The token of a form belongs to one sign-in: after another one the clock gives a new one.
export async function clock() {
  const [response, told] = await answer(home.dataset.clock);
  if (response.ok && told.csrf_token) {
    token = told.csrf_token;
    for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = token;
  }
  return response.ok ? told : undefined;
}

export async function post(url, body) {
  const options = { method: "POST", body, keepalive: String(body).length < MOST_AT_CLOSING };
  if (!token) await clock();
  const [response, told] = await answer(url, options);
  return response.status === 400 && told.csrf && (await clock()) ? answer(url, options) : [response, told];
}

export function flush() {
  isWanted = true;
  running ??= alone(drain).finally(() => {
    running = undefined;
    if (isWanted) flush();
  });
  return running;
}

// Tabs of one browser share the queue, so one of them sends at a time.
function alone(work) {
  return navigator.locks ? navigator.locks.request("serai-answers", work) : work();
}

async function drain() {
  isWanted = false;
  clearTimeout(timer);
  await writing;
  for (let entries; (entries = await list()).length; ) {
    if (performance.now() < notBefore) return later(notBefore - performance.now());
    if (!(await send(entries[0]))) return false;
  }
  failures = 0;
  tell("empty");
  return true;
}

async function send(entry) {
  const body = new URLSearchParams(entry.body);
  body.set("base", entry.base);
  if (!prompt.has(entry.id)) body.set("replay", "1");
  if (!entry.isTried) await store.put({ ...entry, isTried: true });
  let response = {};
  let told = {};
  try {
    [response, told] = await post(entry.url, body);
  } catch {
    return fail("offline"); // no line, or none that holds
  }
  if (response.ok && "sequence" in told) {
    failures = 0;
    await raise(entry, told);
    tell("receipt", { told, entry });
  } else if (REFUSED.includes(response.status) && !told.csrf) {
    tell("refusal", { text: told.error, entry });
  } else {
    const isTrouble = response.status >= 500 || response.status === 429;
    return fail(isTrouble ? "offline" : "signin", response.headers.get("Retry-After"));
  }
  await store.remove(entry.id);
  return true;
}

// What waits was made after this answer and may replace it. Not after an answer that was overtaken: nobody here had
// seen the other one yet.
async function raise(entry, told) {
  if (told.is_stale) return;
  for (const other of await list()) {
    if (other.page === entry.page && other.id !== entry.id && other.base < told.sequence) {
      await store.put({ ...other, base: told.sequence });
    }
  }
}

async function fail(reason, retryAfter) {
  prompt.clear();
  failures += 1;
  const asked = Number(retryAfter) * 1_000 || Date.parse(retryAfter) - Date.now() || 0;
  notBefore = performance.now() + Math.max(0, asked);
  const backoff = Math.min(2 ** failures * 500, LONGEST_WAIT) * (0.5 + Math.random() / 2);
  tell("waiting", { reason, count: new Set((await list()).map((entry) => entry.page)).size });
  return later(Math.max(asked, backoff));
}

function later(wait) {
  clearTimeout(timer);
  timer = setTimeout(flush, wait);
  return false;
}

addEventListener("online", flush);
addEventListener("focus", flush);
document.addEventListener("visibilitychange", () => document.hidden || flush());
