// Records a prompt from the microphone as a WAV file and puts it into the form's file field.
const MOST_S = 90;

let take = null;

/** Shows the buttons; anew after the page was swapped, which also ends what was being recorded. */
export function offerRecording() {
  take?.end();
  take = null;
  const place = document.querySelector("[data-recorder]");
  if (!place || !navigator.mediaDevices || !window.AudioWorkletNode) return;
  place.hidden = false;
  const [start, stop] = [place.querySelector("[data-start]"), place.querySelector("[data-stop]")];
  const level = place.querySelector("[data-level]");
  start.addEventListener("click", async () => {
    try {
      take = await begin(place.dataset.worklet, level);
    } catch {
      level.textContent = level.dataset.no;
      return;
    }
    swap(start, stop);
  });
  stop.addEventListener("click", async () => {
    const wav = await take.end();
    take = null;
    const files = new DataTransfer();
    files.items.add(new File([wav], "take.wav", { type: "audio/wav" }));
    document.querySelector("#take").files = files.files;
    level.textContent = level.dataset.ready;
    swap(stop, start);
  });
}

function swap(gone, shown) {
  gone.hidden = true;
  shown.hidden = false;
  shown.focus();
}

/** Starts to listen; the room stays as it is, because the service measures it. */
async function begin(worklet, level) {
  const sound = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  const stream = await navigator.mediaDevices.getUserMedia({ audio: sound });
  const context = new AudioContext();
  await context.audioWorklet.addModule(worklet);
  const blocks = [];
  const node = new AudioWorkletNode(context, "take");
  let ended = false;
  node.port.addEventListener("message", (event) => {
    if (ended) return;
    if (blocks.length * event.data.length < MOST_S * context.sampleRate) blocks.push(event.data);
    level.textContent = bar(event.data);
  });
  node.port.start();
  context.createMediaStreamSource(stream).connect(node);
  return {
    end: async () => {
      ended = true;
      for (const track of stream.getTracks()) track.stop();
      const rate = context.sampleRate;
      await context.close();
      return wav(blocks, rate);
    },
  };
}

/** How loud a block is, as a line of blocks: each is 6 dB. */
function bar(block) {
  const power = block.reduce((sum, value) => sum + value * value, 0) / block.length;
  const steps = Math.max(0, Math.min(10, Math.round(10 + (10 * Math.log10(power + 1e-12)) / 6)));
  return "▮".repeat(steps) + "▯".repeat(10 - steps);
}

/** 16-bit mono WAV. */
function wav(blocks, rate) {
  const count = blocks.reduce((sum, block) => sum + block.length, 0);
  const view = new DataView(new ArrayBuffer(44 + 2 * count));
  const text = (at, letters) => [...letters].forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, 36 + 2 * count, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, 2 * count, true);
  let at = 44;
  for (const block of blocks) {
    for (const value of block) {
      view.setInt16(at, Math.round(Math.max(-1, Math.min(1, value)) * 32767), true);
      at += 2;
    }
  }
  return view.buffer;
}
