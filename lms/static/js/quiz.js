// The quiz page without this script: choose, press the button, read the next page. With it: each answer is sent
// when it changes, the page says when it was saved, and the keys 1 to 9 choose an option.
//
//   <form method="post" data-quiz data-offline="..." data-signin="..." [data-save="/address/for/quiet/sending"]>
//   <input type="hidden" name="client_id">   what this answer is called: a new one for each answer, the same when
//                                            it is sent again, so that the server can tell
//   <span data-saved role="status">          the server's text: { "saved": "Saved at 14:32" }
//   <span data-seconds="..." data-left="{} left" data-last="..." data-over="/address/when/the/time/is/over">
//     <span data-time>                       how much time is left
//     <span role="status">                   the same, said at 10, 5 and 1 minutes only
//   <div data-switches hidden>               switches that need this script; the choices stay on this device
//     <input type="checkbox" data-switch="keys">
//     <input type="checkbox" data-switch="time">
//
// Every word comes from the server, in the reader's language.

const form = document.querySelector("form[data-quiz]");
const status = document.querySelector("[data-saved]");
const words = form.dataset;
const WAIT_LONGEST = 60_000;
const WAIT_TYPING = 1_000;

let isDirty = false; // something was changed and the server has not confirmed it
let isSending = false;
let isLost = false; // the last try failed
let failures = 0;
let timer;

const alarm = document.createElement("p");
alarm.setAttribute("role", "alert");
form.prepend(alarm);

function warn(text) {
  alarm.className = text ? "note err" : "";
  if (alarm.textContent !== text) alarm.textContent = text;
  if (text) status?.replaceChildren();
}

function touch() {
  isDirty = true;
  const random = crypto.getRandomValues(new Uint8Array(16));
  form.elements.client_id.value = Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function later(wait) {
  clearTimeout(timer);
  timer = setTimeout(send, wait);
}

async function send() {
  clearTimeout(timer);
  if (!isDirty || isSending) return;
  isSending = true;
  isDirty = false;
  try {
    const response = await fetch(words.save || form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { Accept: "application/json", "X-CSRFToken": form.elements.csrf_token.value },
      redirect: "manual", // a redirect is the way to the sign-in page, never an answer
    });
    await settle(response);
  } catch {
    fail(words.offline);
    later(Math.min(2 ** failures * 1_000, WAIT_LONGEST));
  }
  isSending = false;
  if (isDirty && !isLost) send();
}

async function settle(response) {
  const answer = await response.json().catch(() => ({}));
  if (response.ok) {
    isLost = false;
    failures = 0;
    warn("");
    if (status) status.textContent = answer.saved;
  } else if (response.type === "opaqueredirect" || [400, 401, 403, 419].includes(response.status)) {
    fail(words.signin);
  } else if (response.status < 500 && response.status !== 429) {
    fail(answer.error || words.offline); // the quiz is closed, or the answer cannot be read:
    isDirty = false; // trying again changes nothing
  } else {
    throw new Error(response.status);
  }
}

function fail(text) {
  isDirty = true;
  isLost = true;
  failures += 1;
  warn(text);
}

// Back from signing in elsewhere: the form's token belonged to the old session, so a fresh one is read first.
async function comeBack() {
  if (!isLost) return;
  try {
    const page = await (await fetch(location.href, { headers: { Accept: "text/html" } })).text();
    const token = page.match(/name="csrf_token"[^>]*value="([^"]+)"/);
    if (token) form.elements.csrf_token.value = token[1];
  } catch {
    return; // still no connection
  }
  send();
}

form.addEventListener("change", (event) => {
  if (!event.target.name) return; // a switch of the page, not an answer
  touch();
  send();
});
form.addEventListener("input", (event) => {
  if (!event.target.matches("textarea, [type=text], [type=number]")) return;
  touch();
  later(WAIT_TYPING);
});
form.addEventListener("submit", (event) => {
  if (navigator.onLine) {
    isDirty = false; // the page itself now carries the answer
    clearTimeout(timer);
  } else {
    event.preventDefault();
    fail(words.offline);
  }
});
addEventListener("online", comeBack);
addEventListener("focus", comeBack);
addEventListener("beforeunload", (event) => {
  if (isDirty) event.preventDefault();
});

// Switches. A person may turn the number keys off (speech input presses keys by accident), and not see the time.
function kept(name, value) {
  try {
    if (value) localStorage.setItem(`serai-${name}`, value);
    return localStorage.getItem(`serai-${name}`) || "on";
  } catch {
    return value || "on"; // storage is closed: the choice holds for this page
  }
}

function turn(name, value) {
  words[name] = kept(name, value);
  if (clock && name === "time") clock.hidden = words.time !== "on";
}

const clock = document.querySelector("[data-seconds]");
document.querySelector("[data-switches]")?.removeAttribute("hidden");
["keys", "time"].forEach((name) => turn(name));
for (const box of document.querySelectorAll("[data-switch]")) {
  box.checked = words[box.dataset.switch] === "on";
  box.addEventListener("change", () => turn(box.dataset.switch, box.checked ? "on" : "off"));
}
addEventListener("keydown", (event) => {
  if (words.keys !== "on" || event.ctrlKey || event.altKey || event.metaKey || !/^[1-9]$/.test(event.key)) return;
  if (event.target.matches("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])")) return;
  const option = form.querySelectorAll(".opt input")[event.key - 1];
  option?.focus();
  option?.click();
});

// Time. The server decides; this only counts down from what it said, in its own words.
const SPOKEN = [10, 5, 1];
const LATE = 8_000; // the server takes what was on its way when the time ended

function tick(end, minutesBefore) {
  const left = end - Date.now();
  const minutes = Math.max(0, Math.floor(left / 60_000));
  if (left < -LATE && !isDirty) return location.assign(clock.dataset.over);
  if (minutes < 180) {
    const number = new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: "minute", unitDisplay: "long" });
    const text = minutes ? clock.dataset.left.replace("{}", number.format(minutes)) : clock.dataset.last;
    clock.querySelector("[data-time]").textContent = text;
    if (minutes < minutesBefore && SPOKEN.includes(minutes)) clock.querySelector("[role=status]").textContent = text;
  }
  setTimeout(tick, 1_000, end, minutes);
}

if (clock) tick(Date.now() + clock.dataset.seconds * 1_000, 0);
