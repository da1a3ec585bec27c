// Earpiece and mouthpiece of a telephone, driven by the sound clock of whoever calls `process`.
//
// Out: a frame of 160 mu-law bytes for every 20 ms of that clock, whatever happens, as on a real
// line. It holds typed words that were made into speech, else the microphone, else silence.
// In: audio played in order, with marks between; a mark is reported once all before it was played.
//
// `emit` receives {type: "frame", bytes, sent, heard, speaking}, {type: "mark", name} and
// {type: "spoken"}; `sent` and `heard` are levels 0..1.

import { FRAME, RATE, SILENCE, decode, encode, rms } from "./mulaw.js";
import { Resampler } from "./resampler.js";

const NOTHING = new Float32Array(0);

export class Handset {
  #emit;
  #mouth; // microphone rate to 8 kHz
  #ear; // 8 kHz to loudspeaker rate
  #queue = []; // {samples, at} and {mark}, in playing order
  #voice = []; // Uint8Array of mu-law, waiting to be spoken
  #spokenTo = 0; // bytes of the first of them already sent
  #captured = NOTHING;
  #heard = { sum: 0, count: 0 };

  constructor(rate, emit) {
    this.#emit = emit;
    this.#mouth = new Resampler(rate, RATE);
    this.#ear = new Resampler(RATE, rate);
  }

  play(bytes) {
    this.#queue.push({ samples: decode(bytes), at: 0 });
  }

  mark(name) {
    this.#queue.push({ mark: name });
    this.#reportMarks();
  }

  clear() {
    const dropped = this.#queue;
    this.#queue = [];
    for (const { mark } of dropped) {
      if (mark !== undefined) this.#emit({ type: "mark", name: mark });
    }
  }

  speak(bytes) {
    if (bytes.length) this.#voice.push(bytes);
  }

  // `input` is what the microphone gave, or null; `output` is filled. Both at the driver's rate.
  process(input, output) {
    this.#capture(input ?? new Float32Array(output.length));
    const played = this.#take(this.#ear.wants(output.length));
    output.set(this.#ear.process(played, output.length));
  }

  #capture(input) {
    const more = this.#mouth.process(input);
    const all = new Float32Array(this.#captured.length + more.length);
    all.set(this.#captured);
    all.set(more, this.#captured.length);
    let start = 0;
    for (; start + FRAME <= all.length; start += FRAME) {
      this.#sendFrame(all.subarray(start, start + FRAME));
    }
    this.#captured = all.slice(start);
  }

  #sendFrame(samples) {
    const speaking = this.#voice.length > 0;
    const bytes = speaking ? this.#nextVoice() : encode(samples);
    const { sum, count } = this.#heard;
    this.#heard = { sum: 0, count: 0 };
    this.#emit({
      type: "frame",
      bytes,
      sent: rms(speaking ? decode(bytes) : samples),
      heard: count ? Math.sqrt(sum / count) : 0,
      speaking,
    });
    if (speaking && this.#voice.length === 0) this.#emit({ type: "spoken" });
  }

  #nextVoice() {
    const frame = new Uint8Array(FRAME).fill(SILENCE);
    const first = this.#voice[0];
    frame.set(first.subarray(this.#spokenTo, this.#spokenTo + FRAME));
    this.#spokenTo += FRAME;
    if (this.#spokenTo >= first.length) {
      this.#voice.shift();
      this.#spokenTo = 0;
    }
    return frame;
  }

  #take(count) {
    const taken = new Float32Array(count);
    let filled = 0;
    while (filled < count && this.#queue.length) {
      const first = this.#queue[0];
      const part = first.samples.subarray(first.at, first.at + count - filled);
      taken.set(part, filled);
      filled += part.length;
      first.at += part.length;
      if (first.at >= first.samples.length) this.#queue.shift();
      this.#reportMarks();
    }
    for (const sample of taken) this.#heard.sum += sample * sample;
    this.#heard.count += count;
    return taken;
  }

  #reportMarks() {
    while (this.#queue.length && this.#queue[0].mark !== undefined) {
      this.#emit({ type: "mark", name: this.#queue.shift().mark });
    }
  }
}
