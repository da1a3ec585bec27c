// What Twilio does towards a service: identifiers and signed form posts.

const ACCOUNT = document.documentElement.dataset.account;

export const account = ACCOUNT;

// Two capitals and 32 hex digits, as Twilio names calls, messages and streams.
export function newSid(prefix) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return prefix + Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Posts a form as Twilio would; resolves to the TwiML, rejects with a sentence.
export async function signedPost(path, params) {
  const { signature } = await sign(path, params);
  const response = await fetch(path, {
    method: "POST",
    headers: { "X-Twilio-Signature": signature, "I-Twilio-Idempotency-Token": newSid("") },
    body: new URLSearchParams(params),
  });
  if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
  return response.text();
}

// A browser cannot set headers on a WebSocket: its signature travels as the subprotocol.
export async function socketProtocol() {
  const { socket_signature: signature } = await sign("/twilio/stream", {});
  const safe = signature.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return `twilio-signature.${safe}`;
}

async function sign(path, params) {
  return askJson("sign", { path, params });
}

// Speech for typed words, as mu-law bytes.
export async function speech(text, language) {
  const response = await post("speak", { text, language });
  return new Uint8Array(await response.arrayBuffer());
}

// Asks one of the simulator's own addresses; `body` makes it a POST.
export async function askJson(address, body) {
  const response = body === undefined ? await fetch(address) : await post(address, body);
  return read(response);
}

async function post(address, body) {
  const response = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) await read(response);
  return response;
}

async function read(response) {
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? `HTTP ${response.status}`);
  return answer;
}
