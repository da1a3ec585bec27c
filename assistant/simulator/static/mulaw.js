// G.711 mu-law (ITU-T G.711: 14-bit magnitude, bias 33, clip 8158). Samples are floats in -1..1.

const BIAS = 33;
const CLIP = 8158;

export const SILENCE = 0xff;
export const RATE = 8000;
export const FRAME = 160; // bytes in 20 ms

const LINEAR = Float32Array.from({ length: 256 }, (_, index) => {
  const code = ~index & 0xff;
  const magnitude = (((code & 15) << 1) + BIAS) << ((code >> 4) & 7);
  const value = (magnitude - BIAS) << 2;
  return (code & 0x80 ? -value : value) / 32768;
});

export function decode(bytes) {
  return Float32Array.from(bytes, (code) => LINEAR[code]);
}

export function encode(samples) {
  return Uint8Array.from(samples, encodeOne);
}

function encodeOne(sample) {
  const value = Math.max(-32768, Math.min(32767, Math.round(sample * 32768))) >> 2;
  const magnitude = Math.min(Math.abs(value), CLIP) + BIAS;
  const exponent = 26 - Math.clz32(magnitude);
  const mantissa = (magnitude >> (exponent + 1)) & 15;
  return ~((value < 0 ? 0x80 : 0) | (exponent << 4) | mantissa) & 0xff;
}

// Root mean square, 0..1; 0 for no samples.
export function rms(samples) {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return samples.length ? Math.sqrt(sum / samples.length) : 0;
}

export function toBase64(bytes) {
  return btoa(String.fromCharCode(...bytes));
}

export function fromBase64(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
