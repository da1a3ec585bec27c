// Hands the microphone's samples to the page, a fifth of a second at a time.
class Take extends AudioWorkletProcessor {
  constructor() {
    super();
    this.block = new Float32Array(Math.round(sampleRate / 5));
    this.filled = 0;
  }

  process([channels]) {
    for (const value of channels[0] ?? []) {
      this.block[this.filled++] = value;
      if (this.filled === this.block.length) {
        this.port.postMessage(this.block.slice());
        this.filled = 0;
      }
    }
    return true;
  }
}

registerProcessor("take", Take);
