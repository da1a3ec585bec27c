// Carries out TwiML, verb by verb, as far as the service uses it.
//
// `leg` is the call: post, say, pause, gather, stream, dial. Each may be awaited; a call that is
// hung up rejects them all.

export class TwimlError extends Error {}

const ENDED = Symbol("ended");

// Runs a document and all it leads to; resolves when nothing is left to do.
export async function runTwiml(text, path, leg) {
  let page = { text, path };
  while (page && page !== ENDED) page = await runPage(page, leg);
}

async function runPage({ text, path }, leg) {
  for (const verb of verbs(text)) {
    const next = await run(verb, path, leg);
    if (next) return next;
  }
  return ENDED;
}

export function verbs(text) {
  const xml = new DOMParser().parseFromString(text, "text/xml");
  if (xml.documentElement.nodeName !== "Response") throw new TwimlError("The answer is no TwiML.");
  return [...xml.documentElement.children];
}

// The texts of <Message> in an answer to an SMS.
export function messages(text) {
  return verbs(text)
    .filter(({ nodeName }) => nodeName === "Message")
    .map((message) => (message.querySelector("Body") ?? message).textContent.trim());
}

async function run(verb, path, leg) {
  switch (verb.nodeName) {
    case "Say":
      return leg.say(verb.textContent.trim(), languageOf(verb));
    case "Pause":
      return leg.pause(Number(verb.getAttribute("length") ?? 1));
    case "Redirect":
      return go(verb.textContent.trim(), path, {}, leg);
    case "Gather":
      return gather(verb, path, leg);
    case "Connect":
      return connect(verb, path, leg);
    case "Dial":
      await leg.dial(verb.textContent.trim());
      return ENDED;
    case "Hangup":
    case "Reject":
      return ENDED;
    default:
      throw new TwimlError(`The simulator does not know <${verb.nodeName}>.`);
  }
}

async function go(address, path, params, leg) {
  const next = addressOn(address, path);
  return { text: await leg.post(next, params), path: next };
}

// The path and query of an address in TwiML; whatever its host, it is asked of this service.
function addressOn(address, path) {
  const url = new URL(address, new URL(path, location.origin));
  return url.pathname + url.search;
}

async function gather(verb, path, leg) {
  const digits = await leg.gather({
    says: [...verb.querySelectorAll("Say")].map((say) => [say.textContent.trim(), languageOf(say)]),
    count: Number(verb.getAttribute("numDigits") ?? Infinity),
    seconds: Number(verb.getAttribute("timeout") ?? 5),
    finish: verb.getAttribute("finishOnKey") ?? "#",
  });
  const always = verb.getAttribute("actionOnEmptyResult") === "true";
  if (!digits && !always) return undefined;
  return go(verb.getAttribute("action") ?? path, path, { Digits: digits }, leg);
}

async function connect(verb, path, leg) {
  const stream = verb.querySelector("Stream");
  if (!stream) throw new TwimlError("The simulator knows <Connect> only with a <Stream>.");
  const parameters = [...stream.querySelectorAll("Parameter")].map((parameter) => [
    parameter.getAttribute("name"),
    parameter.getAttribute("value"),
  ]);
  const ordered = await leg.stream(
    addressOn(stream.getAttribute("url"), path),
    Object.fromEntries(parameters),
  );
  if (ordered.status === "completed") return ENDED;
  return ordered.twiml ? { text: ordered.twiml, path } : undefined;
}

function languageOf(verb) {
  const tag = (verb.getAttribute("language") ?? "en").toLowerCase();
  return tag.startsWith("zh") || tag.startsWith("cmn") ? "zh" : "en";
}
