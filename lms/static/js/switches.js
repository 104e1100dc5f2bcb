// The number keys choose, N and P turn the page. A person may turn the keys off (speech input presses keys by
// accident), and not see the time. The choices stay on this device.

const form = document.querySelector("form[data-quiz]");
const clock = document.querySelector("[data-seconds]");
const isOn = {};

function kept(name, value) {
  try {
    if (value) localStorage.setItem(`serai-${name}`, value);
    return localStorage.getItem(`serai-${name}`) || "on";
  } catch {
    return value || "on"; // storage is closed: the choice holds for this page
  }
}

function turn(name, value) {
  isOn[name] = kept(name, value) === "on";
  if (clock && name === "time") clock.hidden = !isOn.time;
}

function pressed(code) {
  const number = code.match(/^(?:Digit|Numpad)([1-9])$/);
  if (number) return form.querySelectorAll(".opt input")[number[1] - 1];
  if (code === "KeyN") return form.querySelector(".acts :is([value=next], [value=review], a.btn:not(.q))");
  if (code === "KeyP") return form.querySelector(".acts :is([value=back], a.btn.q)");
}

document.querySelector("[data-switches]")?.removeAttribute("hidden");
["keys", "time"].forEach((name) => turn(name));
for (const box of document.querySelectorAll("[data-switch]")) {
  box.checked = isOn[box.dataset.switch];
  box.addEventListener("change", () => turn(box.dataset.switch, box.checked ? "on" : "off"));
}
addEventListener("keydown", (event) => {
  if (!form || !isOn.keys || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.repeat) return;
  if (event.target.matches("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])")) return;
  const target = pressed(event.code); // the place of the key: N is elsewhere in no layout of these countries
  target?.focus();
  target?.click();
});
