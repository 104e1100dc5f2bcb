// Reads the text that the pages of a PDF print, and compares it with what is attached. It goes by what the file says of
// its letters: nothing is drawn, so what lies hidden or outside of the page is text as well.

const DEEPEST = 8; // forms in forms, and pages in parts
const NEW_LINE = new Set(["BT", "Td", "TD", "Tm", "T*", "'", '"']);
const PRINT = new Set(["Tj", "TJ", "'", '"']);
const UNKNOWN = "\ufffd";

// --- Fonts ---

const numberOf = (bytes) => Array.from(bytes.letters).reduce((sum, letter) => sum * 256 + letter.charCodeAt(0), 0);

function fromUtf16(letters) {
  const units = letters.match(/[^]{2}/g) ?? [];
  return units.map(([high, low]) => String.fromCharCode(high.charCodeAt(0) * 256 + low.charCodeAt(0))).join("");
}

// What each code of a font means, as its ToUnicode map says.
function meanings(map) {
  const found = new Map();
  for (const [operator, operands] of operations(map)) {
    if (operator === "endbfchar") {
      for (let at = 0; at < operands.length; at += 2) {
        found.set(numberOf(operands[at]), fromUtf16(operands[at + 1].letters));
      }
    }
    if (operator === "endbfrange") {
      for (let at = 0; at < operands.length; at += 3) addRange(found, ...operands.slice(at, at + 3));
    }
  }
  return found;
}

function addRange(found, first, last, meaning) {
  const [begin, end] = [numberOf(first), numberOf(last)];
  expect(end - begin < 65536);
  for (let code = begin; code <= end; code += 1) {
    if (Array.isArray(meaning)) {
      found.set(code, fromUtf16(meaning[code - begin].letters));
    } else {
      const text = fromUtf16(meaning.letters);
      found.set(code, text.slice(0, -1) + String.fromCharCode(text.charCodeAt(text.length - 1) + code - begin));
    }
  }
}

async function fontOf(pdf, font) {
  const map = latin1(await pdf.unpacked(await pdf.get(font, "/ToUnicode")));
  return { width: (await pdf.get(font, "/Subtype")) === "/Type0" ? 2 : 1, meanings: meanings(map) };
}

// --- Pages ---

class PrintedText {
  constructor(pdf) {
    this.pdf = pdf;
    this.text = "";
    this.fonts = new Map();
    this.marked = []; // for each mark that is open: does it say itself what its content means?
  }

  async readPages(part, inherited, depth = 0) {
    expect(depth < DEEPEST);
    const resources = (await this.pdf.get(part, "/Resources")) ?? inherited;
    for (const kid of (await this.pdf.get(part, "/Kids")) ?? []) await this.readPages(kid, resources, depth + 1);
    let content = "";
    for (const one of [(await this.pdf.get(part, "/Contents")) ?? []].flat()) {
      content += `${latin1(await this.pdf.unpacked(await this.pdf.follow(one)))}\n`;
    }
    await this.read(content, { resources, saved: [], depth: 0 });
  }

  async read(content, scope) {
    for (const [operator, operands] of operations(content)) {
      if (NEW_LINE.has(operator)) this.add("\n");
      if (PRINT.has(operator)) this.print(operands.at(-1), scope.font);
      else if (operator === "Tf") scope.font = await this.font(await this.pdf.get(scope.resources, "/Font"), operands[0]);
      else if (operator === "q") scope.saved.push(scope.font);
      else if (operator === "Q") scope.font = scope.saved.pop();
      else if (operator === "BMC" || operator === "BDC") await this.begin(operands[1], scope);
      else if (operator === "EMC") this.marked.pop();
      else if (operator === "Do") await this.form(operands[0], scope);
    }
  }

  add(text) {
    if (!this.marked.includes(true)) this.text += text;
  }

  print(printed, font) {
    expect(font);
    for (const { letters } of [printed].flat().filter((one) => one instanceof Bytes)) {
      for (let at = 0; at < letters.length; at += font.width) {
        const code = numberOf(new Bytes(letters.slice(at, at + font.width)));
        this.add(font.meanings.get(code) ?? UNKNOWN);
      }
    }
  }

  async font(fonts, name) {
    expect(fonts instanceof Map && fonts.has(name));
    const reference = fonts.get(name);
    const key = reference.number ?? reference;
    if (!this.fonts.has(key)) this.fonts.set(key, await fontOf(this.pdf, reference));
    return this.fonts.get(key);
  }

  async begin(properties, scope) {
    const named = typeof properties === "string" ? [scope.resources, "/Properties", properties] : [properties];
    const meant = await this.pdf.get(...named.concat("/ActualText"));
    if (meant instanceof Bytes) this.add(textString(meant.letters));
    this.marked.push(meant instanceof Bytes);
  }

  async form(name, scope) {
    const form = await this.pdf.get(scope.resources, "/XObject", name);
    if ((await this.pdf.get(form, "/Subtype")) !== "/Form") return;
    expect(scope.depth < DEEPEST);
    const resources = (await this.pdf.get(form, "/Resources")) ?? scope.resources;
    const content = latin1(await this.pdf.unpacked(form));
    await this.read(content, { resources, font: scope.font, saved: [], depth: scope.depth + 1 });
  }
}

function textString(letters) {
  if (letters.startsWith("\xfe\xff")) return fromUtf16(letters.slice(2));
  if (!letters.startsWith("\xef\xbb\xbf")) return letters;
  return new TextDecoder().decode(Uint8Array.from(letters, (letter) => letter.charCodeAt(0)));
}

// The text of all pages, null where it cannot be read.
async function printedText(pdf) {
  try {
    const printed = new PrintedText(pdf);
    await printed.readPages(await pdf.get(pdf.root, "/Pages"));
    return printed.text.trim() ? printed.text : null;
  } catch {
    return null;
  }
}

// --- Comparing, as lms/lib/pdf_text.py does: letter by letter, without the spaces ---

// Returns what stands on the page of each line, null where it does not, and all that stands there besides.
function compared(lines, text) {
  const page = `\n${text.normalize("NFC")}\n`.split("");
  const spans = found(lines, page);
  const rest = Array.from(page);
  for (const span of spans.values()) if (span) rest.fill("\n", ...span);
  const printed = new Map();
  for (const [name, span] of spans) {
    const isWhole = span && isAlone(rest, ...span);
    printed.set(name, isWhole ? page.slice(...span).join("").replace(/\s*\n\s*/g, "\n") : null);
    if (span && !isWhole) rest.splice(span[0], span[1] - span[0], ...page.slice(...span));
  }
  return { printed, rest: rest.join("").split(/\s*\n\s*/).filter(Boolean) };
}

// Where each line stands on the page, as its begin and end; the longest first: a short name may be part of another line.
function found(lines, page) {
  const places = page.flatMap((letter, place) => (/\s/.test(letter) ? [] : [place]));
  let letters = places.map((place) => page[place]).join("");
  const spans = new Map();
  const inOrder = Object.entries(lines).sort(([, one], [, other]) => other.length - one.length);
  for (const [name, line] of inOrder) {
    const sought = line.normalize("NFC").replace(/\s/g, "");
    const at = letters.indexOf(sought);
    spans.set(name, at < 0 ? null : [places[at], places[at + sought.length - 1] + 1]);
    if (at >= 0) letters = letters.slice(0, at) + "\n".repeat(sought.length) + letters.slice(at + sought.length);
  }
  return spans;
}

// A piece of a printed line is not that line: the 4 hours of "104 hours".
function isAlone(rest, begin, end) {
  const before = rest.slice(rest.lastIndexOf("\n", begin - 1), begin);
  const after = rest.slice(end, rest.indexOf("\n", end));
  return !/\S/.test(before.concat(after).join(""));
}

// The text among the rest that has most in common with a line, or undefined.
function nearest(line, rest) {
  const pairs = (text) => {
    const letters = text.toLowerCase().replace(/\s/g, "");
    return new Set(Array.from(letters.slice(1), (letter, at) => letters[at] + letter));
  };
  const own = pairs(line);
  const share = (text) => {
    const others = pairs(text);
    return (2 * [...own].filter((pair) => others.has(pair)).length) / (own.size + others.size);
  };
  const [best] = rest.map((text) => [share(text), text]).sort(([one], [other]) => other - one);
  return best?.[0] > 0.3 ? best[1] : undefined;
}
