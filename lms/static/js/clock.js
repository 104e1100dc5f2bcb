// How much time is left. The server decides; this counts on from what it said, in its words, without the device's
// clock: that may be wrong, or be set while the quiz is open. Asks again every half minute, when the page is looked at,
// and reads each receipt, so that extra time given meanwhile shows.

import * as queue from "./queue.js";

const SPOKEN = [10, 5, 1]; // minutes
const LATE = 8; // seconds: the server takes what was on its way when the time ended
const ASK_EVERY = 30_000;
const LEAST_WARNING = 20; // seconds, WCAG 2.2.1

const clock = document.querySelector("[data-seconds]");
const form = document.querySelector("form[data-extend]");
const say = (name, text) => clock.querySelector(name).replaceChildren(text);
let end = 0; // on the scale of performance.now()
let minutesBefore = 0;
let canExtend = Boolean(form);
let isLeaving = false;

const minutesInWords = (minutes) =>
  new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: "minute", unitDisplay: "long" }).format(minutes);

function read(told) {
  if (!clock || typeof told?.seconds_left !== "number") return;
  end = performance.now() + told.seconds_left * 1_000;
  if ("can_extend" in told) renew(told);
  show();
}

function renew(told) {
  canExtend = told.can_extend;
  const limit = document.querySelector("[data-limit]");
  if (limit && told.limit) limit.textContent = told.limit;
  if (!form) return;
  form.hidden = !canExtend;
  form.elements.extension.value = told.extension;
  form.querySelector("button").textContent = clock.dataset.more.replace("{}", minutesInWords(told.extend_minutes));
}

const ask = async () => read(await queue.clock().catch(() => undefined));

function show() {
  const seconds = (end - performance.now()) / 1_000;
  const minutes = Math.max(0, Math.floor(seconds / 60));
  warn(seconds);
  if (seconds < -LATE) leave();
  if (minutes < 180 && minutes !== minutesBefore) {
    const text = minutes ? clock.dataset.left.replace("{}", minutesInWords(minutes)) : clock.dataset.last;
    say("[data-time]", text);
    if (minutes < minutesBefore && SPOKEN.includes(minutes)) say("[role=status]", text);
  }
  minutesBefore = minutes;
}

// The form for more time comes up to the question, with a word that is spoken; whoever types goes on typing.
const warning = document.createElement("div");
const words = document.createElement("p");
const place = document.createComment("");

function warn(seconds) {
  const before = Math.max(LEAST_WARNING, Math.min(300, clock.dataset.limitSeconds / 5));
  const isNear = canExtend && seconds > 0 && seconds < before;
  if (!form || isNear === warning.isConnected) return;
  if (isNear) {
    form.before(place);
    document.querySelector("[data-attempt]").append(warning);
    warning.firstChild.append(words, form);
    words.textContent = clock.dataset.near;
  } else {
    words.textContent = "";
    place.replaceWith(form);
    warning.remove();
  }
}

async function extend(event) {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    const [response, told] = await queue.post(form.action, new URLSearchParams(new FormData(form)));
    if (!response.ok) throw new Error(told.error);
    read(told);
  } catch (error) {
    words.textContent = error.name === "Error" && error.message ? error.message : clock.dataset.failed;
  }
  button.disabled = false;
}

// What was saved counts, and the result's page says so. Without a line this page is better than none.
async function leave() {
  if (isLeaving) return;
  isLeaving = true;
  const told = await queue.clock().catch(() => undefined);
  if (told && !(told.seconds_left > 0)) {
    await queue.flush();
    location.assign(clock.dataset.over);
  } else {
    setTimeout(() => (isLeaving = false), 2_000);
    read(told);
  }
}

if (clock) {
  warning.className = "note warn after";
  warning.appendChild(document.createElement("div")).className = "stack-s";
  words.setAttribute("role", "alert");
  read({ seconds_left: Number(clock.dataset.seconds) });
  queue.on("receipt", ({ told }) => read(told));
  form?.addEventListener("submit", extend);
  setInterval(show, 1_000);
  setInterval(ask, ASK_EVERY);
  // A device that slept may have stopped counting.
  addEventListener("focus", ask);
  document.addEventListener("visibilitychange", () => document.hidden || ask());
}
