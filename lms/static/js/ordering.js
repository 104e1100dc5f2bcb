// Putting things in order. Without this script: a number for each line. With it: buttons that move a line up or
// down, give every line its number and say where it stands now.
//
//   <div data-order data-up="Move up" data-down="Move down" data-moved="{thing}: now {place} of {count}">
//     <ul><li><label>...</label><select>...</select></li>...</ul>
//     <p role="status">
//
// Every word comes from the server, in the reader's language.

const box = document.querySelector("[data-order]");
const list = box.querySelector("ul");
const status = box.querySelector("[role=status]");

const label = (line) => line.querySelector("label").textContent.trim();

// By the numbers chosen; what has none stays behind them, as it stands.
function inOrder() {
  const place = (line) => Number(line.querySelector("select").value) || Infinity;
  return [...list.children].sort((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)));
}

function move(line, by, button) {
  const lines = inOrder();
  const from = lines.indexOf(line);
  const to = Math.min(Math.max(from + by, 0), lines.length - 1);
  lines.splice(to, 0, ...lines.splice(from, 1));
  list.append(...lines);
  lines.forEach((one, index) => (one.querySelector("select").value = String(index + 1)));
  button.focus(); // it was moved about with its line
  line.querySelector("select").dispatchEvent(new Event("change", { bubbles: true })); // so that it is saved
  const words = { thing: label(line), place: to + 1, count: lines.length };
  status.textContent = box.dataset.moved.replace(/\{(\w+)\}/g, (_all, name) => words[name]);
}

function button(line, text, arrow, by) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn q s";
  made.textContent = arrow;
  made.setAttribute("aria-label", `${text}: ${label(line)}`);
  made.title = text;
  made.addEventListener("click", () => move(line, by, made));
  return made;
}

if (!box.closest("fieldset").disabled) {
  for (const line of list.children) {
    const place = document.createElement("div");
    place.className = "place-it";
    line.append(place);
    place.append(line.querySelector("select"), button(line, box.dataset.up, "↑", -1), button(line, box.dataset.down, "↓", 1));
  }
}
