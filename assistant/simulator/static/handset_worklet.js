// The handset on the browser's audio thread: its clock does not stop when the page is busy.

import { Handset } from "./handset.js";

class HandsetProcessor extends AudioWorkletProcessor {
  #handset = new Handset(sampleRate, (event) => this.port.postMessage(event));

  constructor() {
    super();
    this.port.onmessage = ({ data: [command, value] }) => this.#handset[command](value);
  }

  process([input], [output]) {
    this.#handset.process(input[0] ?? null, output[0]);
    return true;
  }
}

registerProcessor("handset", HandsetProcessor);
