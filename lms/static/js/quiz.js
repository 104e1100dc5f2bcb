// The pages of an attempt work without this script. With it each answer is kept on the device and sent when it changes,
// the page says when it was saved, and keys choose and turn the page.
//
//   <div data-attempt="whose attempt" data-clock="/address" data-offline="... {}" data-signin="..." ...>
//                                            here stands what was not sent, or was refused
//   <form method="post" data-quiz data-save="/address">
//                                            the question; client_id, what this answer is called; base, the newest
//                                            answer known here; page, the question
//   <span data-saved role="status">          the server's text: "Saved at 14:32"
//   <div data-switches hidden>               switches that need this script; the choices stay on this device
//     <input type="checkbox" data-switch="keys">
//     <input type="checkbox" data-switch="time">
//
// Every word comes from the server, in the reader's language. Time: clock.js.

import "./clock.js";
import * as queue from "./queue.js";
import { isDurable } from "./store.js";
import "./switches.js";

const WAIT_TYPING = 1_000;
const WAIT_SAYING = 10_000;
const home = document.querySelector("[data-attempt]");
const words = home.dataset;
const form = document.querySelector("form[data-quiz]");
const saved = document.querySelector("[data-saved]");
const alarm = home.appendChild(document.createElement("p"));
alarm.setAttribute("role", "alert");

let said = -WAIT_SAYING;
let isWaiting = false;
let hasArrived = false;
let isTold = false; // what must be read
let timerOfSaying;
let timerOfTyping;

function warn(text, kind) {
  alarm.className = text ? `note after ${kind}` : "";
  if (alarm.textContent !== text) alarm.textContent = text;
}

function say(text) {
  clearTimeout(timerOfSaying);
  if (!saved || saved.textContent === text) return;
  timerOfSaying = setTimeout(() => {
    said = performance.now();
    saved.textContent = text;
  }, said + WAIT_SAYING - performance.now());
}

queue.on("waiting", ({ reason, count }) => {
  isWaiting = true;
  clearTimeout(timerOfSaying);
  saved?.replaceChildren();
  const where = reason === "offline" && !isDurable() ? words.page : words[reason];
  warn(where.replace("{}", count), "warn");
});
queue.on("empty", () => {
  isWaiting = false;
  if (isTold) return;
  warn("");
  // The page was made before these came.
  if (hasArrived && !form) location.reload();
});
queue.on("receipt", ({ told, entry }) => {
  hasArrived = true;
  const isHere = form && isOfForm(entry);
  if (isHere) form.elements.base.value = told.sequence;
  if (!told.is_stale) {
    if (isHere) mend("");
    return say(told.saved);
  }
  isTold = true;
  warn(told.notice, "warn");
  if (isHere) showCounting();
});
queue.on("refusal", ({ text, entry }) => {
  isTold = true;
  warn(text || words.refused, "err");
  if (form && isOfForm(entry)) mend(text);
});

// Beside the field, as the page itself says it.
function mend(text) {
  const field = form.querySelector("#answer-1");
  let error = form.querySelector("#answer-error");
  if (!text) {
    if (error) isTold = false;
    error?.remove();
    field?.removeAttribute("aria-invalid");
    return;
  }
  if (!error) {
    error = document.createElement("p");
    error.className = "errmsg";
    error.id = "answer-error";
    form.querySelector("fieldset > legend").after(error);
  }
  error.textContent = text;
  field?.setAttribute("aria-invalid", "true");
  const described = field?.getAttribute("aria-describedby")?.split(" ") ?? [];
  field?.setAttribute("aria-describedby", [...new Set(described).add(error.id)].join(" "));
}

const isOfForm = (entry) => entry.page === form.elements.page.value;

// Another device's answer counts: show it, unless a newer one is on its way.
async function showCounting() {
  if ((await queue.list()).filter(isOfForm).length > 1) return;
  const page = await fetch(form.dataset.save, { headers: { Accept: "text/html" } }).then((response) => response.text(), () => "");
  const fresh = new DOMParser().parseFromString(page, "text/html").querySelector("form[data-quiz] fieldset");
  if (fresh) form.querySelector("fieldset").replaceWith(fresh);
  kept = undefined;
}

function fill(body) {
  const values = new URLSearchParams(body);
  const seen = {};
  for (const field of form.elements) {
    if (!/^(answer|flagged$)/.test(field.name)) continue;
    const given = values.getAll(field.name);
    if (/radio|checkbox/.test(field.type)) field.checked = given.includes(field.value);
    else if (given.length) field.value = given[(seen[field.name] = (seen[field.name] ?? -1) + 1)] ?? "";
  }
}

let kept; // leaving a field says again what typing has said

async function keep() {
  const { page, base, client_id: id } = form.elements;
  const fields = new FormData(form);
  for (const name of ["csrf_token", "client_id", "base"]) fields.delete(name);
  const now = String(new URLSearchParams(fields));
  if (now === kept) return;
  kept = now;
  id.value = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const body = `${now}&client_id=${id.value}`;
  return queue.put({ page: page.value, base: Number(base.value), url: form.dataset.save, body });
}

function isAnswer(field) {
  return field.name && !field.dataset.switch;
}

async function goOn(event) {
  if (form.dataset.isReady) return;
  event.preventDefault();
  clearTimeout(timerOfTyping);
  if (!(await queue.flush())) return; // it is told; the page that follows needs a line as well
  form.dataset.isReady = "yes";
  form.requestSubmit(event.submitter);
}

// A file is sent with the form alone: it may be large, and not meant yet.
const isQuiet = form && !form.querySelector("input[type=file]");
if (isQuiet) {
  form.addEventListener("change", (event) => {
    if (!isAnswer(event.target)) return;
    clearTimeout(timerOfTyping);
    keep().then(queue.flush);
  });
  form.addEventListener("input", (event) => {
    if (!isAnswer(event.target) || !event.target.matches("textarea, [type=text], [type=number]")) return;
    keep();
    clearTimeout(timerOfTyping);
    timerOfTyping = setTimeout(queue.flush, WAIT_TYPING);
  });
  form.addEventListener("submit", goOn);
  addEventListener("pagehide", queue.flush);
}

// Handing in would lose what is not there yet.
for (const other of document.querySelectorAll("main form[method=post]:not([data-quiz], [data-extend])")) {
  other.addEventListener("submit", async (event) => {
    if (!isWaiting) return;
    event.preventDefault();
    await queue.flush();
  });
}

addEventListener("beforeunload", (event) => {
  if (isWaiting && !isDurable() && !form?.dataset.isReady) event.preventDefault();
});

const waiting = await queue.list();
if (waiting.length) {
  isWaiting = true;
  if (isQuiet) waiting.filter(isOfForm).forEach((entry) => fill(entry.body));
  queue.flush();
}
