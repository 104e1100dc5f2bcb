// Reads the objects of a PDF as ours are written, with cross-reference streams: just what it takes to come to a page's
// text and to an attachment. Whatever is written in another way is Unreadable, and then nothing is said of it.
// Names are strings that begin with their slash, keywords strings without one, dictionaries are maps.

class Unreadable extends Error {}

function expect(isTrue) {
  if (!isTrue) throw new Unreadable();
}

class Reference {
  constructor(number) {
    this.number = number;
  }
}

class Bytes {
  constructor(letters) {
    this.letters = letters; // one for each byte
  }
}

class Stream {
  constructor(dictionary, packed) {
    this.dictionary = dictionary;
    this.packed = packed;
  }
}

// TextDecoder knows no such encoding: its "latin1" has other letters for some bytes.
function latin1(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}

async function inflated(bytes) {
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(unpacked).arrayBuffer());
}

// --- Values, one after the other ---

const TOKEN =
  /(?:[\0\t\n\f\r ]|%[^\r\n]*)*(?:(?<mark><<|>>|[[\]])|<(?<hex>[^>]*)>|(?<open>\()|(?<word>\/?[^\0\t\n\f\r ()<>[\]{}/%]*))/y;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)$/;
const REST_OF_REFERENCE = /[\0\t\n\f\r ]+\d+[\0\t\n\f\r ]+R(?![A-Za-z])/y;
const OCTAL = /[0-7]{1,3}/y;
const ESCAPED = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f", "\n": "", "\r": "" };

class Parser {
  constructor(text, at = 0) {
    this.text = text;
    this.at = at;
  }

  matched(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at = pattern.lastIndex;
    return found;
  }

  // The next value, keyword, or closing bracket; undefined at the end.
  next() {
    const { mark, hex, open, word } = this.matched(TOKEN).groups;
    if (mark === "[") return this.until("]");
    if (mark === "<<") return this.dictionary();
    if (mark) return mark;
    if (open) return this.literal();
    if (hex !== undefined) return fromHex(hex);
    expect(word || this.at >= this.text.length);
    if (!NUMBER.test(word)) return word || undefined;
    return this.matched(REST_OF_REFERENCE) ? new Reference(Number(word)) : Number(word);
  }

  until(end) {
    const values = [];
    for (let value = this.next(); value !== end; value = this.next()) {
      expect(value !== undefined);
      values.push(value);
    }
    return values;
  }

  dictionary() {
    const flat = this.until(">>");
    return new Map(flat.flatMap((name, place) => (place % 2 ? [] : [[name, flat[place + 1]]])));
  }

  literal() {
    let letters = "";
    for (let depth = 1; depth; ) {
      const letter = this.text[this.at++];
      expect(letter !== undefined);
      if (letter === "(") depth += 1;
      if (letter === ")") depth -= 1;
      if (depth) letters += letter === "\\" ? this.escaped() : letter;
    }
    return new Bytes(letters);
  }

  escaped() {
    const octal = this.matched(OCTAL);
    if (octal) return String.fromCharCode(Number.parseInt(octal[0], 8) & 255);
    const letter = this.text[this.at++];
    return ESCAPED[letter] ?? letter;
  }
}

function fromHex(digits) {
  const pairs = digits.replace(/\s/g, "").match(/..?/g) ?? [];
  return new Bytes(String.fromCharCode(...pairs.map((pair) => Number.parseInt(pair.padEnd(2, "0"), 16))));
}

// Yields each operator with what stands before it; for pages and for the maps of fonts.
function* operations(content) {
  const parser = new Parser(content);
  let operands = [];
  for (let value = parser.next(); value !== undefined; value = parser.next()) {
    if (typeof value !== "string" || value.startsWith("/")) {
      operands.push(value);
      continue;
    }
    if (value === "ID") expect(parser.matched(/[^]*?[\0\t\n\f\r ]EI(?=[\0\t\n\f\r ]|$)/y)); // a picture's bytes
    yield [value, operands];
    operands = [];
  }
}

// --- Objects, wherever they lie ---

class Pdf {
  constructor(bytes, text) {
    this.bytes = bytes;
    this.text = text;
    this.places = new Map(); // by number: of a kind (1: by itself, 2: in a pack), and where
    this.packs = new Map();
  }

  static async open(bytes, text) {
    const pdf = new Pdf(bytes, text);
    const [, start] = [...text.matchAll(/startxref\s+(\d+)/g)].at(-1) ?? [];
    const seen = new Set();
    // The newest comes first, and counts.
    for (let at = Number(start); at !== undefined; ) {
      expect(at > 0 && !seen.has(at));
      seen.add(at);
      at = await pdf.readPlaces(at);
    }
    return pdf;
  }

  async readPlaces(at) {
    const table = await this.objectAt(at);
    expect(table instanceof Stream && table.dictionary.get("/Type") === "/XRef" && !table.dictionary.has("/Encrypt"));
    const widths = table.dictionary.get("/W");
    const ranges = table.dictionary.get("/Index") ?? [0, table.dictionary.get("/Size")];
    const data = await this.unpacked(table);
    let from = 0;
    const number = (width) => data.subarray(from, (from += width)).reduce((sum, byte) => sum * 256 + byte, 0);
    for (let range = 0; range < ranges.length; range += 2) {
      for (let id = ranges[range]; id < ranges[range] + ranges[range + 1]; id += 1) {
        const [kind, where] = widths.map(number);
        if (!this.places.has(id)) this.places.set(id, { kind: widths[0] ? kind : 1, where });
      }
    }
    this.root ??= table.dictionary.get("/Root");
    return table.dictionary.get("/Prev");
  }

  async objectAt(at) {
    const parser = new Parser(this.text, at);
    const [, , keyword] = [parser.next(), parser.next(), parser.next()];
    expect(keyword === "obj");
    const value = parser.next();
    if (!(value instanceof Map) || parser.next() !== "stream") return value;
    const begin = parser.at + (this.text[parser.at] === "\r" ? 2 : 1);
    const length = await this.follow(value.get("/Length"));
    return new Stream(value, this.bytes.subarray(begin, begin + length));
  }

  async packed(number) {
    if (!this.packs.has(number)) {
      const pack = await this.follow(new Reference(number));
      const text = latin1(await this.unpacked(pack));
      const head = new Parser(text);
      const found = new Map();
      for (let left = pack.dictionary.get("/N"); left; left -= 1) {
        const [id, at] = [head.next(), head.next()];
        found.set(id, new Parser(text, pack.dictionary.get("/First") + at).next());
      }
      this.packs.set(number, found);
    }
    return this.packs.get(number);
  }

  async follow(value) {
    if (!(value instanceof Reference)) return value;
    const place = this.places.get(value.number);
    if (place?.kind === 1) return this.objectAt(place.where);
    return place?.kind === 2 ? (await this.packed(place.where)).get(value.number) : undefined;
  }

  // Follows names from dictionary to dictionary; undefined where there is no such thing.
  async get(from, ...names) {
    let value = await this.follow(from);
    for (const name of names) {
      const dictionary = value instanceof Stream ? value.dictionary : value;
      value = dictionary instanceof Map ? await this.follow(dictionary.get(name)) : undefined;
    }
    return value;
  }

  async unpacked(stream) {
    expect(stream instanceof Stream);
    const filters = [(await this.get(stream, "/Filter")) ?? []].flat();
    expect(filters.every((filter) => filter === "/FlateDecode") && filters.length < 2);
    if (!filters.length) return stream.packed;
    const [settings] = [await this.get(stream, "/DecodeParms")].flat();
    const isPredicted = settings instanceof Map && (settings.get("/Predictor") ?? 1) > 1;
    const bytes = await inflated(stream.packed);
    return isPredicted ? fromRows(bytes, settings.get("/Columns") ?? 1) : bytes;
  }
}

// Rows that are kept as differences from the row above, as some writers keep their tables.
function fromRows(bytes, columns) {
  const rows = new Uint8Array(Math.floor(bytes.length / (columns + 1)) * columns);
  for (let at = 0; at < rows.length; at += 1) {
    const row = Math.floor(at / columns);
    const kind = bytes[row * (columns + 1)];
    expect(kind === 0 || kind === 2);
    rows[at] = bytes[at + row + 1] + (kind === 2 && row ? rows[at - columns] : 0);
  }
  return rows;
}
