// Changes the rate of a stream of samples with a windowed-sinc low-pass, block by block.

const ZERO_CROSSINGS = 12; // each side; stop band below -60 dB
const DENSITY = 64; // tabulated points between two input samples
const PASS_BAND = 0.9; // of the lower Nyquist frequency: 3.6 kHz at 8 kHz

export class Resampler {
  #step; // input samples for one output sample
  #reach; // input samples used on each side
  #kernel;
  #held; // input not yet fully used
  #position; // of the next output sample, in `#held`

  constructor(from, to) {
    this.#step = from / to;
    const cutoff = Math.min(1, to / from) * PASS_BAND;
    this.#reach = Math.ceil(ZERO_CROSSINGS / cutoff);
    this.#kernel = kernel(this.#reach, cutoff);
    this.#held = new Float32Array(this.#reach);
    this.#position = this.#reach;
  }

  // How many input samples are missing before `count` output samples can be made.
  wants(count) {
    const last = Math.floor(this.#position + (count - 1) * this.#step);
    return Math.max(0, last + this.#reach + 1 - this.#held.length);
  }

  // Takes input, returns all output that can be made, or at most `limit` samples.
  process(input, limit = Infinity) {
    this.#held = joined(this.#held, input);
    const ready = (this.#held.length - this.#reach - this.#position) / this.#step;
    const output = new Float32Array(Math.max(0, Math.min(limit, Math.ceil(ready))));
    for (let index = 0; index < output.length; index += 1) {
      output[index] = this.#at(this.#position);
      this.#position += this.#step;
    }
    const used = Math.max(0, Math.floor(this.#position) - this.#reach);
    this.#held = this.#held.slice(used);
    this.#position -= used;
    return output;
  }

  #at(position) {
    const centre = Math.floor(position);
    let sum = 0;
    for (let index = centre - this.#reach + 1; index <= centre + this.#reach; index += 1) {
      const distance = Math.round(Math.abs(index - position) * DENSITY);
      sum += (this.#held[index] ?? 0) * this.#kernel[distance];
    }
    return sum;
  }
}

// One half of a Hann-windowed sinc, from its middle outwards.
function kernel(reach, cutoff) {
  return Float32Array.from({ length: reach * DENSITY + 1 }, (_, index) => {
    const distance = index / DENSITY;
    const angle = Math.PI * cutoff * distance;
    const sinc = distance === 0 ? cutoff : (cutoff * Math.sin(angle)) / angle;
    return sinc * (0.5 + 0.5 * Math.cos((Math.PI * distance) / reach));
  });
}

function joined(first, second) {
  const both = new Float32Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
