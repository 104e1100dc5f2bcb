// Checks a signed PDF with nothing but this page: no request is ever made. It says what the full verifier
// (lms/lib/signing.py) says of a signature; what it cannot see, the page says in words. offline_pdf.js and
// offline_text.js stand before it and read what the PDF prints.

const words = document.querySelector("#words").dataset;
const labels = JSON.parse(words.labels);
const distrusted = JSON.parse(words.distrusted); // fingerprints of keys that others may have
const form = document.querySelector("form");
const result = document.querySelector("#result");
const OID = {
  data: "2a864886f70d010701",
  digest: "2a864886f70d010904",
  signer: "2a864886f70d010910022f",
  sha256: "608648016503040201",
  ecdsaWithSha256: "2a8648ce3d040302",
};
const EC = { name: "ECDSA", namedCurve: "P-256" };
const SIGN = { name: "ECDSA", hash: "SHA-256" };

class Refused extends Error {}

function require(isTrue, reason) {
  if (!isTrue) throw new Refused(reason);
}

// DER: a node is its tag, all its bytes, and its content.
function node(bytes, at = 0) {
  let length = bytes[at + 1];
  let begin = at + 2;
  if (length & 0x80) {
    const count = length & 0x7f;
    require(count > 0 && count < 5, "changed");
    length = 0;
    for (const byte of bytes.subarray(begin, begin + count)) length = length * 256 + byte;
    begin += count;
  }
  require(begin + length <= bytes.length, "changed");
  return { tag: bytes[at], all: bytes.subarray(at, begin + length), content: bytes.subarray(begin, begin + length) };
}

function parts(parent) {
  const found = [];
  for (let at = 0; at < parent.content.length; at += found.at(-1).all.length) found.push(node(parent.content, at));
  return found;
}

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const isSame = (one, other) => hex(one) === hex(other);
const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

// ECDSA signatures stand in DER as two numbers, for Web Crypto as two times 32 bytes.
function raw(signature) {
  const both = new Uint8Array(64);
  parts(node(signature)).forEach((number, place) => {
    const digits = number.content[0] === 0 ? number.content.subarray(1) : number.content;
    require(place < 2 && digits.length <= 32, "changed");
    both.set(digits, 32 * (place + 1) - digits.length);
  });
  return both;
}

async function isSigned(key, signature, bytes) {
  const imported = await crypto.subtle.importKey("spki", key, EC, false, ["verify"]).catch(() => null);
  return imported !== null && crypto.subtle.verify(SIGN, imported, raw(signature), bytes);
}

function certificate(bytes) {
  const [signed, kind, signature] = parts(node(bytes));
  const fields = parts(signed);
  if (fields[0].tag === 0xa0) fields.shift(); // its version
  const [serial, , issuer, period, subject, key] = fields;
  return {
    all: bytes,
    signed: signed.all,
    kind: hex(parts(kind)[0].content),
    signature: signature.content.subarray(1),
    serial: serial.content,
    issuer: issuer.all,
    subject: subject.all,
    period: parts(period).map(moment),
    key: key.all,
    name: commonName(subject),
  };
}

function commonName(name) {
  const pairs = parts(name).flatMap(parts).map(parts);
  const found = pairs.find(([kind]) => hex(kind.content) === "550403");
  return found ? new TextDecoder().decode(found[1].content) : "";
}

function moment(time) {
  const text = new TextDecoder().decode(time.content);
  const full = time.tag === 0x17 ? `${text < "5" ? "20" : "19"}${text}` : text;
  const [, year, ...rest] = full.match(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/) ?? [];
  return Date.UTC(year, rest[0] - 1, ...rest.slice(1));
}

function fromPem(text) {
  return [...text.matchAll(/-----BEGIN CERTIFICATE-----([^-]+)-----END/g)].map(([, base64]) =>
    certificate(Uint8Array.from(atob(base64.replace(/\s/g, "")), (letter) => letter.charCodeAt(0))),
  );
}

// The signed ranges must be all of the file but the signature, and nothing may follow.
function signedPart(pdf, text) {
  const found = [...text.matchAll(/\/ByteRange\s*\[\s*0\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]/g)].at(-1);
  require(found, "foreign");
  const [before, after, rest] = found.slice(1).map(Number);
  const gap = text.slice(before, after);
  require(after + rest === pdf.length && /^<([0-9A-Fa-f]{2})+>$/.test(gap), "changed");
  const bytes = new Uint8Array(before + rest);
  bytes.set(pdf.subarray(0, before));
  bytes.set(pdf.subarray(after), before);
  const contents = Uint8Array.from(gap.slice(1, -1).match(/../g), (digits) => Number.parseInt(digits, 16));
  return { bytes, contents };
}

function cms(contents) {
  const whole = node(contents);
  require(!contents.subarray(whole.all.length).some(Boolean), "changed"); // nothing may hide behind it
  const [, wrapped] = parts(whole);
  const fields = parts(parts(wrapped)[0]);
  const certificates = parts(fields.find((field) => field.tag === 0xa0)).map((one) => certificate(one.all));
  const signers = parts(fields.at(-1));
  require(signers.length === 1, "changed");
  const [, who, digest, attributes, kind, signature] = parts(signers[0]);
  require(hex(parts(digest)[0].content) === OID.sha256, "changed");
  require(hex(parts(kind)[0].content) === OID.ecdsaWithSha256, "changed");
  const [issuer, serial] = parts(who);
  const signer = certificates.find((one) => isSame(one.serial, serial.content) && isSame(one.issuer, issuer.all));
  require(signer, "changed");
  const signed = Uint8Array.from(attributes.all);
  signed[0] = 0x31; // signed as a set, kept as the field [0]
  const values = new Map(
    parts(attributes).map((one) => [hex(parts(one)[0].content), parts(parts(one)[1])[0]]),
  );
  return { signer, signed, values, signature: signature.content };
}

async function check(pdf, roots) {
  const text = latin1(pdf);
  const { bytes, contents } = signedPart(pdf, text);
  const { signer, signed, values, signature } = cms(contents);
  require(isSame(values.get(OID.digest)?.content ?? [], await sha256(bytes)), "changed");
  const issuers = roots.filter((root) => isSame(root.subject, signer.issuer));
  const vouched = await Promise.all(issuers.map((root) => isSigned(root.key, signer.signature, signer.signed)));
  require(signer.kind === OID.ecdsaWithSha256 && vouched.includes(true), "foreign");
  require(await isSigned(signer.key, signature, signed), "changed");
  require(!distrusted.includes(hex(await sha256(signer.all))), "unproved"); // others can sign with this key
  require(hex(values.get(OID.signer)?.content ?? []).includes(hex(await sha256(signer.all))), "changed");
  const said = [...text.matchAll(/\/M \(D(?::|\\072)(\d{14})Z\)/g)].at(-1)?.[1];
  const at = moment({ tag: 0x18, content: new TextEncoder().encode(`${said}Z`) });
  require(signer.period[0] <= at && at <= signer.period[1], "changed");
  return { signer: signer.name, at, ...(await content(pdf, text)) };
}

// What is attached and what is printed; null where it cannot be read. The file is genuine, so what is found is ours.
async function content(bytes, text) {
  try {
    const pdf = await Pdf.open(bytes, text);
    const [attachment] = (await pdf.get(pdf.root, "/AF")) ?? [];
    const json = await pdf.unpacked(await pdf.get(attachment, "/EF", "/F"));
    return { attached: JSON.parse(new TextDecoder().decode(json)), printed: await printedText(pdf) };
  } catch {
    return { attached: null, printed: null };
  }
}

function element(name, text, kind = "") {
  const made = document.createElement(name);
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

function filled(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (_all, name) => values[name]);
}

function show(title, kind, ...more) {
  const heading = element("h2", title);
  heading.tabIndex = -1;
  const answer = document.createElement("div");
  answer.className = `answer ${kind}`;
  answer.append(heading, ...more.filter((one) => one.tagName !== "TABLE"));
  result.replaceChildren(answer, ...more.filter((one) => one.tagName === "TABLE"));
  heading.focus();
}

function row(label, attached, printed) {
  const made = document.createElement("tr");
  const head = element("th", label);
  head.scope = "row";
  const cells = [element("td", attached), element("td", printed)];
  // On a narrow screen there are no columns to head.
  [words.attached, words.printed].forEach((title, place) => cells[place].prepend(element("span", `${title}: `)));
  made.append(head, ...cells);
  return made;
}

function missing(label, line, rest) {
  const made = row(label, line, words.absent);
  const near = nearest(line, rest);
  if (near) made.lastChild.append(element("p", filled(words.nearest, { text: near })));
  made.className = "differs";
  return made;
}

function additional(text) {
  const made = row(words.additional, words.unattached, text);
  made.className = "differs";
  return made;
}

// Every line that is attached beside the printed one, in the order of the site's own pages.
function table(lines, comparison) {
  const made = document.createElement("table");
  made.append(element("caption", comparison ? words.beside : words.compare));
  const head = made.createTHead().insertRow();
  for (const title of [words.line, words.attached, words.printed]) {
    head.append(element("th", title));
    head.lastChild.scope = "col";
  }
  const body = made.createTBody();
  const known = Object.keys(labels).filter((name) => name in lines);
  for (const name of new Set([...known, ...Object.keys(lines)])) {
    const [label, line] = [labels[name] ?? words.other, lines[name]];
    const printed = comparison ? comparison.printed.get(name) : words.unknown;
    body.append(printed === null ? missing(label, line, comparison.rest) : row(label, line, printed));
  }
  body.append(...(comparison?.rest ?? []).map(additional));
  return made;
}

function link(before, address) {
  const paragraph = element("p", `${before} `);
  const made = element("a", address);
  made.href = address;
  paragraph.append(made);
  return paragraph;
}

function tell({ signer, at, attached, printed }) {
  const day = new Date(at).toLocaleString(document.documentElement.lang, { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });
  const signed = element("p", filled(words.signed, { signer, day: `${day} UTC` }));
  if (!attached) return show(words.unreadable, "warn", signed, element("p", words.unread));
  const { qr: _unseen, ...lines } = attached.certificate.lines;
  const standing = link(words.standing, attached.id);
  if (printed === null) return show(words.unreadable, "warn", signed, standing, table(lines, null));
  const comparison = compared(lines, printed);
  const agrees = !comparison.rest.length && ![...comparison.printed.values()].includes(null);
  if (!agrees) return show(words.differs, "err", signed, element("p", words.refuse), standing, table(lines, comparison));
  const hasExpired = attached.validUntil && Date.parse(attached.validUntil) < Date.now();
  const title = hasExpired ? words.expired : words.genuine;
  return show(title, hasExpired ? "warn" : "ok", signed, element("p", words.agrees), standing, table(lines, comparison));
}

async function answer(event) {
  event?.preventDefault();
  const [file] = form.elements.file.files;
  if (!file) return;
  try {
    const roots = fromPem(form.elements.root.value);
    if (!roots.length) return show(words.noroot, "warn");
    tell(await check(new Uint8Array(await file.arrayBuffer()), roots));
  } catch (error) {
    // Whatever makes no sense in a file is not what was signed.
    const reason = error instanceof Refused ? error.message : "changed";
    if (reason === "unproved") return show(words.unproved, "warn", element("p", words.leaked));
    show(words[reason], "err", element("p", words.refuse));
  }
}

if (globalThis.crypto?.subtle) {
  form.hidden = false;
  form.addEventListener("submit", answer);
  form.elements.file.addEventListener("change", answer);
} else {
  show(words.insecure, "warn");
}
if (location.protocol === "file:") document.querySelector("#save").hidden = true;
