// One phone call from the browser: microphone and speaker on one side, a media stream on the other.
//
// The protocol is told in console/phone_codec.py: `hello`, `start`, then a binary frame every 20 ms, `key` and returned
// `mark`s as they happen, and `stop` at the end. From the service come binary frames, `mark` and `clear`.

const VERSION = 1; // Of the protocol.
const SAMPLES_PER_MS = 8;
const MAX_BACKLOG_BYTES = 8000; // About a second of frames: what the network does not take in time is left out.

const TONES = {
  1: [697, 1209], 2: [697, 1336], 3: [697, 1477], 4: [770, 1209], 5: [770, 1336], 6: [770, 1477],
  7: [852, 1209], 8: [852, 1336], 9: [852, 1477], "*": [941, 1209], 0: [941, 1336], "#": [941, 1477],
};

/** Something the person at the page can do something about. */
export class LineError extends Error {}

export class Line {
  /**
   * @param {{onStarted: (callId: string) => void, onEnded: (why: {code: number, reason: string}) => void,
   *          onLevel: (spoken: number, heard: number) => void}} listener
   */
  constructor(listener) {
    this.listener = listener;
    this.samples = 0;
    this.ended = false;
  }

  /**
   * Dial: asks for the microphone, makes the call, opens the stream.
   * @param {string} key @param {string} name Of the line that is called.
   */
  async dial(key, name) {
    try {
      await this.openAudio();
      const call = await this.newCall(key, name);
      this.callId = call.call_id;
      await this.openStream(call.token);
    } catch (error) {
      this.finish({ code: 0, reason: "" }, false);
      throw error;
    }
    this.listener.onStarted(this.callId);
  }

  press(digit) {
    if (!this.streaming) return;
    this.send({ type: "key", digit });
    this.beep(TONES[digit]);
  }

  mute(on) {
    this.node?.port.postMessage({ type: "mute", on });
  }

  hangUp() {
    if (this.streaming) this.send({ type: "stop" });
    this.socket?.close(1000);
    this.finish({ code: 1000, reason: "hung_up" });
  }

  get streaming() {
    return !this.ended && this.socket?.readyState === WebSocket.OPEN;
  }

  async openAudio() {
    if (!navigator.mediaDevices) {
      throw new LineError("The browser gives the microphone only to pages on this machine (localhost) or over https.");
    }
    try {
      this.microphone = await navigator.mediaDevices.getUserMedia({
        audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
      });
    } catch (error) {
      const missing = error.name === "NotFoundError";
      throw new LineError(
        missing ? "No microphone was found; plug one in and call again."
                : "The microphone is not allowed; allow it in the browser's address bar and call again.",
      );
    }
    this.audio = new AudioContext({ latencyHint: "interactive" });
    await this.audio.audioWorklet.addModule("/phone/static/worklet.js");
    await this.audio.resume();
    this.node = new AudioWorkletNode(this.audio, "firstline-line", { outputChannelCount: [1] });
    this.audio.createMediaStreamSource(this.microphone).connect(this.node);
    this.node.connect(this.audio.destination);
    this.node.port.onmessage = ({ data }) => this.fromAudio(data);
  }

  async newCall(key, name) {
    const headers = { "Content-Type": "application/json" };
    if (key) headers["X-Phone-Key"] = key;
    const response = await fetch(`/phone/calls?line=${encodeURIComponent(name)}`, { method: "POST", headers, body: "{}" });
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw new LineError(answer.detail || "The service does not take the call.");
    return answer;
  }

  openStream(token) {
    const url = new URL("/phone/media", location.href);
    url.protocol = url.protocol.replace("http", "ws");
    this.socket = new WebSocket(url);
    this.socket.binaryType = "arraybuffer";
    this.socket.onmessage = ({ data }) => (typeof data === "string" ? this.obey(JSON.parse(data)) : this.play(data));
    this.socket.onclose = ({ code, reason }) => this.finish({ code, reason });
    return new Promise((resolve, reject) => {
      this.socket.onerror = () => reject(new LineError("The service cannot be reached; is it running?"));
      this.socket.onopen = () => {
        this.send({ type: "hello", version: VERSION });
        this.send({ type: "start", call_id: this.callId, token });
        resolve();
      };
    });
  }

  send(message) {
    this.socket.send(JSON.stringify(message));
  }

  fromAudio(message) {
    if (message.type === "level") this.listener.onLevel(message.spoken, message.heard);
    if (!this.streaming) return;
    if (message.type === "mark") {
      this.send({ type: "mark", name: message.name });
    } else if (message.type === "frame") {
      const frame = new Uint8Array(4 + message.bytes.length);
      new DataView(frame.buffer).setUint32(0, this.samples / SAMPLES_PER_MS);
      frame.set(message.bytes, 4);
      this.samples += message.bytes.length;
      if (this.socket.bufferedAmount <= MAX_BACKLOG_BYTES) this.socket.send(frame);
    }
  }

  /** Audio of the service, as the bytes of a binary frame. @param {ArrayBuffer} audio */
  play(audio) {
    this.node.port.postMessage({ type: "audio", bytes: new Uint8Array(audio) }, [audio]);
  }

  obey({ type, name }) {
    if (type === "mark" || type === "clear") this.node.port.postMessage({ type, name });
  }

  beep(frequencies) {
    const gain = new GainNode(this.audio, { gain: 0.05 });
    gain.connect(this.audio.destination);
    for (const frequency of frequencies) {
      const tone = new OscillatorNode(this.audio, { frequency });
      tone.connect(gain);
      tone.start();
      tone.stop(this.audio.currentTime + 0.12);
    }
  }

  finish(why, tell = true) {
    if (this.ended) return;
    this.ended = true;
    this.node?.port.postMessage({ type: "end" });
    this.microphone?.getTracks().forEach((track) => track.stop());
    this.audio?.close();
    if (tell) this.listener.onEnded(why);
  }
}
