// Checks a signed PDF with nothing but this page: no request is ever made. It says what the full verifier
// (lms/lib/signing.py) says of a signature; what it cannot see, the page says in words.

const words = document.querySelector("#words").dataset;
const labels = JSON.parse(words.labels);
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
  const text = new TextDecoder("latin1").decode(pdf);
  const { bytes, contents } = signedPart(pdf, text);
  const { signer, signed, values, signature } = cms(contents);
  require(isSame(values.get(OID.digest)?.content ?? [], await sha256(bytes)), "changed");
  const issuers = roots.filter((root) => isSame(root.subject, signer.issuer));
  const vouched = await Promise.all(issuers.map((root) => isSigned(root.key, signer.signature, signer.signed)));
  require(signer.kind === OID.ecdsaWithSha256 && vouched.includes(true), "foreign");
  require(await isSigned(signer.key, signature, signed), "changed");
  require(hex(values.get(OID.signer)?.content ?? []).includes(hex(await sha256(signer.all))), "changed");
  const said = [...text.matchAll(/\/M \(D(?::|\\072)(\d{14})Z\)/g)].at(-1)?.[1];
  const at = moment({ tag: 0x18, content: new TextEncoder().encode(`${said}Z`) });
  require(signer.period[0] <= at && at <= signer.period[1], "changed");
  return { signer: signer.name, at, credential: await credential(pdf, text) };
}

// Our files have one attachment, whose dictionary stands in the open. The file is genuine, so what is found is ours.
async function credential(pdf, text) {
  const at = text.indexOf("/Type /EmbeddedFile");
  const begin = text.indexOf("stream", at);
  const length = Number(text.slice(at, begin).match(/\/Length (\d+)/)?.[1]);
  const first = begin + (text[begin + 6] === "\r" ? 8 : 7);
  if (at < 0 || !length || typeof DecompressionStream === "undefined") return null;
  const packed = new Blob([pdf.subarray(first, first + length)]).stream();
  const unpacked = packed.pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(unpacked).text());
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

function lines(printed) {
  const table = document.createElement("table");
  table.append(element("caption", words.compare));
  for (const [name, text] of Object.entries(printed)) {
    if (name === "qr") continue;
    const row = table.insertRow();
    const head = element("th", labels[name] ?? name);
    head.scope = "row";
    row.append(head, element("td", text));
  }
  return table;
}

function tell({ signer, at, credential: attached }) {
  const day = new Date(at).toLocaleString(document.documentElement.lang, { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });
  const genuine = element("p", filled(words.signed, { signer, day: `${day} UTC` }));
  if (!attached) return show(words.genuine, "ok", genuine, element("p", words.unread));
  const hasExpired = attached.validUntil && Date.parse(attached.validUntil) < Date.now();
  const online = element("a", attached.id);
  online.href = attached.id;
  const standing = element("p", `${words.standing} `);
  standing.append(online);
  return show(hasExpired ? words.expired : words.genuine, hasExpired ? "warn" : "ok", genuine, standing, lines(attached.certificate.lines));
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
    show(error instanceof Refused && error.message === "foreign" ? words.foreign : words.changed, "err", element("p", words.refuse));
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
