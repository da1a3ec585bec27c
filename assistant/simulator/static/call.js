// One telephone call, from ringing to hanging up.
//
// `notice` hears of it: state(name, detail), said(text, language) for texts of a menu.

import { account, askJson, newSid, signedPost, socketProtocol, speech } from "./carrier.js";
import { Stream } from "./stream.js";
import { resetStats, stats } from "./stats.js";
import { runTwiml } from "./twiml.js";

export class Call {
  sid = newSid("CA");
  #parties;
  #sound = null;
  #notice;
  #over = new AbortController();
  #stream = null;
  #gathering = null;
  #played = new Map(); // mark of our own to the function that awaits it
  #answered = null; // ms
  #ordered = null; // TwiML given over REST and already followed

  constructor({ from, to, notice }) {
    this.#parties = { From: from, To: to, Caller: from, Called: to };
    this.#notice = notice;
    resetStats(this.sid);
  }

  // The line is alive and words can be spoken into it.
  get talking() {
    return this.#stream !== null;
  }

  // Rings; resolves when the call is over.
  async run(sound) {
    this.#sound = sound;
    try {
      const answer = await this.post("/twilio/voice", { CallStatus: "ringing" });
      this.#answered = Date.now();
      this.#state("answered");
      await runTwiml(answer, "/twilio/voice", this);
      this.#end("lineEnded");
    } catch (error) {
      this.#end("failed", error.message);
    }
  }

  hangUp() {
    this.#stream?.hangUp();
    this.#end("ended");
  }

  press(digit) {
    this.#sound?.tone(digit);
    if (this.#stream) this.#stream.digit(digit);
    else this.#gathering?.(digit);
  }

  // Speaks typed words into the line.
  async speak(text, language) {
    const voice = await this.#unlessOver(speech(text, language));
    this.#sound.speak(voice);
  }

  // What the sound clock reports.
  heard(event) {
    if (event.type === "frame") {
      stats.heardRms = Math.max(stats.heardRms, event.heard);
      stats.sentRms = Math.max(stats.sentRms, event.sent);
      this.#stream?.frame(event.bytes);
    } else if (event.type === "mark") {
      const waiting = this.#played.get(event.name);
      if (waiting) waiting();
      else this.#stream?.mark(event.name);
    }
  }

  // --- what TwiML asks for ---

  post(path, params) {
    const known = {
      AccountSid: account,
      CallSid: this.sid,
      ...this.#parties,
      CallStatus: "in-progress",
      Direction: "inbound",
      ApiVersion: "2010-04-01",
    };
    return this.#unlessOver(signedPost(path, { ...known, ...params }));
  }

  async stream(path, parameters) {
    const protocol = await this.#unlessOver(socketProtocol());
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    this.#stream = new Stream({
      url: `${scheme}//${location.host}${path}`,
      protocol,
      parameters,
      callSid: this.sid,
      sound: this.#sound,
    });
    this.#state("talking");
    await this.#unlessOver(this.#stream.closed);
    this.#stream = null;
    const ordered = await this.#unlessOver(askJson(`calls/${this.sid}`));
    if (ordered.twiml === this.#ordered) return { ...ordered, twiml: null };
    this.#ordered = ordered.twiml;
    return ordered;
  }

  // `cut` says whether the text is no longer wanted by the time its speech has been made.
  async say(text, language, cut = () => false) {
    this.#notice.said(text, language);
    try {
      const voice = await this.#unlessOver(speech(text, language));
      if (cut()) return;
      this.#sound.play(voice);
    } catch (error) {
      if (this.#over.signal.aborted) throw error;
      return; // no voice for it: the text on the screen has to do
    }
    await this.#unlessOver(this.#untilPlayed());
  }

  pause(seconds) {
    return this.#unlessOver(after(seconds * 1000));
  }

  // Digits pressed during and after the texts; any key cuts them short.
  async gather({ says, count, seconds, finish }) {
    this.#state("menu");
    const keys = new Keys(count, finish);
    this.#gathering = (digit) => {
      this.#sound.clear();
      keys.press(digit);
    };
    const touched = () => keys.complete || keys.digits !== "";
    for (const [text, language] of says) {
      if (touched()) break;
      await this.say(text, language, touched);
    }
    const digits = await this.#unlessOver(keys.wait(seconds));
    this.#gathering = null;
    return digits;
  }

  // Nobody is rung for a call that this page made: it stays in this state until it is hung up.
  dial(number) {
    this.#state("transferred", number);
    return this.#unlessOver(new Promise(() => {}));
  }

  // --- inner workings ---

  #state(name, detail = "") {
    stats.state = name;
    this.#notice.state(name, detail);
  }

  #end(state, detail) {
    if (this.#over.signal.aborted) return;
    this.#over.abort();
    this.#state(state, detail);
    this.#reportEnd().catch(() => {}); // nobody is left on the line to be told
  }

  // Twilio's status callback for a call that is over.
  async #reportEnd() {
    if (this.#answered === null) return;
    const duration = Math.round((Date.now() - this.#answered) / 1000);
    await signedPost("/twilio/status", {
      AccountSid: account,
      CallSid: this.sid,
      ...this.#parties,
      CallStatus: "completed",
      CallDuration: String(duration),
      Direction: "inbound",
      ApiVersion: "2010-04-01",
    });
  }

  #untilPlayed() {
    const name = newSid("own-");
    const played = new Promise((resolve) => this.#played.set(name, resolve));
    this.#sound.mark(name);
    return played.finally(() => this.#played.delete(name));
  }

  // The promise, or a rejection as soon as the call is over.
  #unlessOver(promise) {
    const { signal } = this.#over;
    const over = new Promise((_, reject) => {
      if (signal.aborted) reject(new Error("over"));
      signal.addEventListener("abort", () => reject(new Error("over")), { once: true });
    });
    return Promise.race([promise, over]);
  }
}

// Keys of one <Gather>: complete after `count` digits or the finishing key.
class Keys {
  digits = "";
  complete = false;
  #count;
  #finish;
  #changed = () => {};

  constructor(count, finish) {
    this.#count = count;
    this.#finish = finish;
  }

  press(digit) {
    if (this.complete) return;
    if (digit === this.#finish) this.complete = true;
    else this.digits += digit;
    if (this.digits.length >= this.#count) this.complete = true;
    this.#changed();
  }

  // The digits, once complete or `seconds` after the last key.
  async wait(seconds) {
    while (!this.complete) {
      const pressed = new Promise((resolve) => {
        this.#changed = () => resolve(true);
      });
      if (!(await Promise.race([pressed, after(seconds * 1000)]))) break;
    }
    return this.digits;
  }
}

function after(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
