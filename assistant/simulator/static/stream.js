// One bidirectional media stream, from Twilio's side of the socket.

import { account, newSid } from "./carrier.js";
import { decode, fromBase64, rms, toBase64 } from "./mulaw.js";
import { stats } from "./stats.js";

const FORMAT = { encoding: "audio/x-mulaw", sampleRate: 8000, channels: 1 };
const FRAME_MS = 20;

export class Stream {
  #sid = newSid("MZ");
  #callSid;
  #sound;
  #socket;
  #sequence = 0;
  #chunk = 0;
  #started = false;

  // Resolves when the socket has closed, whoever closed it.
  closed;

  constructor({ url, protocol, parameters, callSid, sound }) {
    this.#callSid = callSid;
    this.#sound = sound;
    this.#socket = new WebSocket(url, [protocol]);
    this.#socket.onopen = () => this.#start(parameters);
    this.#socket.onmessage = ({ data }) => this.#receive(data);
    this.closed = new Promise((resolve) => {
      this.#socket.onclose = ({ code }) => {
        sound.clear();
        stats.closeCode = code;
        resolve();
      };
    });
  }

  #start(customParameters) {
    this.#started = true;
    this.#send({ event: "connected", protocol: "Call", version: "1.0.0" });
    this.#sendNumbered("start", {
      accountSid: account,
      streamSid: this.#sid,
      callSid: this.#callSid,
      tracks: ["inbound"],
      mediaFormat: FORMAT,
      customParameters,
    });
  }

  // Nothing may be sent before `start`, nor once either side has begun to close.
  get #open() {
    return this.#started && this.#socket.readyState === WebSocket.OPEN;
  }

  // Sends 20 ms of mu-law.
  frame(bytes) {
    if (!this.#open) return;
    const timestamp = String(this.#chunk * FRAME_MS);
    this.#chunk += 1;
    this.#sendNumbered("media", {
      track: "inbound",
      chunk: String(this.#chunk),
      timestamp,
      payload: toBase64(bytes),
    });
    stats.framesSent += 1;
  }

  digit(digit) {
    if (!this.#open) return;
    this.#sendNumbered("dtmf", { track: "inbound_track", digit });
    stats.digitsSent += 1;
  }

  // Reports that everything before the mark was played or cleared.
  mark(name) {
    if (!this.#open) return;
    this.#sendNumbered("mark", { name });
    stats.marksReturned += 1;
  }

  hangUp() {
    if (this.#open) this.#sendNumbered("stop", { accountSid: account, callSid: this.#callSid });
    this.#socket.close(1000);
  }

  #sendNumbered(event, content) {
    this.#sequence += 1;
    const sequenceNumber = String(this.#sequence);
    this.#send({ event, sequenceNumber, [event]: content, streamSid: this.#sid });
  }

  #send(message) {
    this.#socket.send(JSON.stringify(message));
  }

  #receive(data) {
    const message = JSON.parse(data);
    if (message.event === "media") this.#play(fromBase64(message.media.payload));
    else if (message.event === "mark") this.#sound.mark(message.mark.name);
    else if (message.event === "clear") {
      stats.clears += 1;
      this.#sound.clear();
    }
  }

  #play(bytes) {
    stats.mediaReceived += 1;
    stats.bytesReceived += bytes.length;
    stats.receivedRms = Math.max(stats.receivedRms, rms(decode(bytes)));
    this.#sound.play(bytes);
  }
}
