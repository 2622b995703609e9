// The telephone line inside the browser's audio thread: microphone → 8 kHz μ-law frames, and 8 kHz μ-law → speaker.
//
// Playback is a queue of audio and marks, as at the carrier: a mark is reported when all audio before it has been
// played, at once when there is none; `clear` throws the audio away and reports all marks that were waiting.

const LINE_RATE = 8000;
const FRAME_SAMPLES = 160;
const START_SAMPLES = 320; // 40 ms: bridges the unevenness of a network before the first word of a reply.
const LEVEL_EVERY_FRAMES = 4;

/** Windowed-sinc sample rate conversion, sample by sample; see J. O. Smith, "Digital Audio Resampling". */
class Resampler {
  constructor(fromRate, toRate) {
    this.step = fromRate / toRate;
    const cutoff = (0.46 * Math.min(fromRate, toRate)) / fromRate;
    this.half = Math.ceil(12 / (2 * cutoff));
    this.table = new Float32Array(this.half * 64 + 2);
    for (let i = 0; i < this.table.length; i++) {
      const t = i / 64;
      const x = 2 * Math.PI * cutoff * t;
      const window = t < this.half ? 0.5 + 0.5 * Math.cos((Math.PI * t) / this.half) : 0;
      this.table[i] = 2 * cutoff * (t === 0 ? 1 : Math.sin(x) / x) * window;
    }
    this.size = 1 << Math.ceil(Math.log2(2 * this.half + 4));
    this.ring = new Float32Array(this.size);
    this.written = 0;
    this.position = 0;
  }

  write(sample) {
    this.ring[this.written++ & (this.size - 1)] = sample;
  }

  get ready() {
    return this.position + this.half < this.written;
  }

  read() {
    const first = Math.max(0, Math.ceil(this.position - this.half));
    const last = Math.floor(this.position + this.half);
    let sum = 0;
    for (let i = first; i <= last; i++) {
      const at = Math.abs(i - this.position) * 64;
      const k = at | 0;
      sum += this.ring[i & (this.size - 1)] * (this.table[k] + (at - k) * (this.table[k + 1] - this.table[k]));
    }
    this.position += this.step;
    return sum;
  }
}

const DECODED = new Float32Array(256);
for (let byte = 0; byte < 256; byte++) {
  const code = ~byte & 0xff;
  const magnitude = ((((code & 0x0f) << 3) + 0x84) << ((code & 0x70) >> 4)) - 0x84;
  DECODED[byte] = (code & 0x80 ? -magnitude : magnitude) / 32768;
}

/** ITU-T G.711 μ-law. */
function encode(sample) {
  let linear = Math.max(-32635, Math.min(32635, Math.round(sample * 32768)));
  const sign = linear < 0 ? 0x80 : 0;
  linear = Math.abs(linear) + 0x84;
  const exponent = 31 - Math.clz32(linear >> 7);
  return ~(sign | (exponent << 4) | ((linear >> (exponent + 3)) & 0x0f)) & 0xff;
}

class LineProcessor extends AudioWorkletProcessor {
  constructor() {
    super();
    this.down = new Resampler(sampleRate, LINE_RATE);
    this.up = new Resampler(LINE_RATE, sampleRate);
    this.frame = new Uint8Array(FRAME_SAMPLES);
    this.filled = 0;
    this.frames = 0;
    this.queue = [];
    this.offset = 0;
    this.queued = 0;
    this.waited = 0;
    this.playing = false;
    this.muted = false;
    this.heard = 0;
    this.spoken = 0;
    this.over = false;
    this.port.onmessage = ({ data }) => this.take(data);
  }

  take(message) {
    if (message.type === "audio") {
      this.queue.push(message.bytes);
      this.queued += message.bytes.length;
    } else if (message.type === "mark") {
      this.queue.push(message.name);
      if (this.queued === 0) this.reportMarks();
    } else if (message.type === "clear") {
      this.queue = this.queue.filter((item) => typeof item === "string");
      this.queued = 0;
      this.offset = 0;
      this.reportMarks();
    } else if (message.type === "mute") {
      this.muted = message.on;
    } else if (message.type === "end") {
      this.over = true;
    }
  }

  reportMarks() {
    while (typeof this.queue[0] === "string") {
      this.port.postMessage({ type: "mark", name: this.queue.shift() });
    }
  }

  /** The next 8 kHz sample for the ear. */
  next() {
    if (this.queued === 0) {
      this.playing = false;
      this.waited = 0;
      return 0;
    }
    if (!this.playing) {
      this.playing = this.queued >= START_SAMPLES || ++this.waited >= START_SAMPLES;
      if (!this.playing) return 0;
    }
    const sample = DECODED[this.queue[0][this.offset++]];
    this.queued--;
    if (this.offset === this.queue[0].length) {
      this.queue.shift();
      this.offset = 0;
      this.reportMarks();
    }
    return sample;
  }

  send(sample) {
    this.spoken = Math.max(this.spoken, Math.abs(sample));
    this.frame[this.filled++] = encode(sample);
    if (this.filled < FRAME_SAMPLES) return;
    this.port.postMessage({ type: "frame", bytes: this.frame.slice() });
    this.filled = 0;
    if (++this.frames % LEVEL_EVERY_FRAMES === 0) {
      this.port.postMessage({ type: "level", spoken: this.spoken, heard: this.heard });
      this.spoken = 0;
      this.heard = 0;
    }
  }

  process(inputs, outputs) {
    const output = outputs[0];
    const microphone = this.muted ? undefined : inputs[0][0];
    for (let i = 0; i < output[0].length; i++) {
      this.down.write(microphone ? microphone[i] : 0);
      while (this.down.ready) this.send(this.down.read());
      while (!this.up.ready) this.up.write(this.next());
      output[0][i] = this.up.read();
      this.heard = Math.max(this.heard, Math.abs(output[0][i]));
    }
    for (let channel = 1; channel < output.length; channel++) output[channel].set(output[0]);
    return !this.over;
  }
}

registerProcessor("firstline-line", LineProcessor);
