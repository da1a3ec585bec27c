// A handset on this computer's sound: microphone in, loudspeaker out, key tones.
//
// Browsers offer the audio thread only on https and on this machine's own address; elsewhere the
// older script processor carries the sound, and where no sound device runs at all a timer keeps the
// frames flowing.

import { FRAME, RATE } from "./mulaw.js";
import { Handset } from "./handset.js";

const TONES = { row: [697, 770, 852, 941], column: [1209, 1336, 1477] }; // Hz, ITU-T Q.23
const KEYS = "123456789*0#";
const TONE_SECONDS = 0.16;
const START_MS = 1500; // a sound device that gave no frame by then is not running
const BLOCK = 1024; // samples a script processor handles at once

export async function openSound(onEvent) {
  const context = newContext();
  if (context) {
    const sound = new Sound(onEvent, context);
    if (await sound.start()) return sound;
    sound.close();
  }
  const silent = new Sound(onEvent, null);
  await silent.start();
  return silent;
}

function newContext() {
  try {
    return new AudioContext({ latencyHint: "interactive" });
  } catch {
    return null;
  }
}

class Sound {
  #onEvent;
  #context;
  #node = null;
  #send = () => {};
  #timer = null;
  #microphone = null;
  #started;
  #closed = false;

  constructor(onEvent, context) {
    this.#onEvent = onEvent;
    this.#context = context;
  }

  play = (bytes) => this.#send("play", bytes);
  mark = (name) => this.#send("mark", name);
  clear = () => this.#send("clear");
  speak = (bytes) => this.#send("speak", bytes);

  // Whether frames flow.
  async start() {
    const flowing = new Promise((resolve) => {
      this.#started = resolve;
    });
    if (this.#context === null) this.#useTimer();
    else await this.#useContext();
    return Promise.race([flowing, after(START_MS)]);
  }

  #emit = (event) => {
    this.#started(true);
    if (!this.#closed) this.#onEvent(event);
  };

  async #useContext() {
    this.#context.resume().catch(() => {}); // stays suspended: noticed by the missing frames
    try {
      await this.#useWorklet();
    } catch {
      this.#useScriptProcessor();
    }
    this.#node.connect(this.#context.destination);
  }

  async #useWorklet() {
    await this.#context.audioWorklet.addModule(new URL("handset_worklet.js", import.meta.url));
    this.#node = new AudioWorkletNode(this.#context, "handset", { outputChannelCount: [1] });
    this.#node.port.onmessage = ({ data }) => this.#emit(data);
    this.#send = (command, value) => this.#node.port.postMessage([command, value]);
  }

  #useScriptProcessor() {
    const handset = this.#ownHandset(this.#context.sampleRate);
    this.#node = this.#context.createScriptProcessor(BLOCK, 1, 1);
    this.#node.onaudioprocess = ({ inputBuffer, outputBuffer }) =>
      handset.process(inputBuffer.getChannelData(0), outputBuffer.getChannelData(0));
  }

  #useTimer() {
    const handset = this.#ownHandset(RATE);
    const unheard = new Float32Array(FRAME);
    let due = performance.now();
    this.#timer = setInterval(() => {
      for (; due <= performance.now(); due += 20) handset.process(null, unheard);
    }, 20);
  }

  #ownHandset(rate) {
    const handset = new Handset(rate, this.#emit);
    this.#send = (command, value) => handset[command](value);
    return handset;
  }

  // Speaks with the microphone from now on; false where there is none or it is not allowed.
  async useMicrophone() {
    if (!this.#node || !navigator.mediaDevices) return false;
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } });
      if (this.#closed) stop(stream);
      else {
        this.#microphone = stream;
        this.#context.createMediaStreamSource(stream).connect(this.#node);
      }
      return true;
    } catch {
      return false;
    }
  }

  tone(key) {
    const index = KEYS.indexOf(key);
    if (!this.#node || index < 0) return;
    const now = this.#context.currentTime;
    const volume = new GainNode(this.#context, { gain: 0.1 });
    volume.connect(this.#context.destination);
    for (const frequency of [TONES.row[Math.floor(index / 3)], TONES.column[index % 3]]) {
      const tone = new OscillatorNode(this.#context, { frequency });
      tone.connect(volume);
      tone.start(now);
      tone.stop(now + TONE_SECONDS);
    }
  }

  close() {
    this.#closed = true;
    clearInterval(this.#timer);
    if (this.#microphone) stop(this.#microphone);
    this.#context?.close();
  }
}

function stop(stream) {
  for (const track of stream.getTracks()) track.stop();
}

function after(ms) {
  return new Promise((resolve) => setTimeout(() => resolve(false), ms));
}
