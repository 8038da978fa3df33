// Counts until a digest fits the challenge. Understands both forms the server's library gives:
// 1: {algorithm, challenge, maxNumber, salt}: digest(salt + n) must equal the challenge.
// 2: {parameters: {algorithm, nonce, salt, cost, keyLength, keyPrefix}}: a key derived from nonce + n must begin so.
const BATCH = 64;

self.onmessage = async ({ data }) => {
  self.postMessage(data.parameters ? await byKey(data.parameters) : await byDigest(data));
};

async function byDigest({ algorithm, challenge, salt, maxNumber, maxnumber }) {
  const encoder = new TextEncoder();
  const most = maxNumber ?? maxnumber ?? 1e6;
  const fits = async (n) => hex(await crypto.subtle.digest(algorithm, encoder.encode(salt + n))) === challenge;
  const number = await first(fits, most);
  return number === null ? null : { number };
}

async function byKey({ algorithm, nonce, salt, cost, keyLength = 32, keyPrefix = "00" }) {
  const [kind, digest = kind] = algorithm.split("/");
  const start = bytes(nonce);
  const grain = bytes(salt);
  let derivedKey = "";
  const derive = async (n) => {
    const password = new Uint8Array(start.length + 4);
    password.set(start);
    new DataView(password.buffer).setUint32(start.length, n);
    let key;
    if (kind === "PBKDF2") {
      const material = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
      key = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: digest, salt: grain, iterations: cost }, material, keyLength * 8);
    } else {
      key = new Uint8Array([...grain, ...password]);
      for (let round = 0; round < Math.max(1, cost); round += 1) key = await crypto.subtle.digest(digest, key);
    }
    const text = hex(key).slice(0, keyLength * 2);
    if (!text.startsWith(keyPrefix.toLowerCase())) return false;
    derivedKey ||= text;
    return true;
  };
  // One at a time here: each step is long enough, and the key must belong to the number.
  for (let counter = 0; counter < 2 ** 32; counter += 1) if (await derive(counter)) return { counter, derivedKey };
  return null;
}

async function first(fits, most) {
  for (let from = 0; from <= most; from += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, most - from + 1) }, (_, at) => from + at);
    const hit = (await Promise.all(batch.map(fits))).indexOf(true);
    if (hit >= 0) return batch[hit];
  }
  return null;
}

function hex(buffer) {
  return Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function bytes(text) {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}
