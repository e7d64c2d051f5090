// Plays a short soft tone of two notes.

const NOTES = [[660, 0], [880, 0.12]]; // hertz, and seconds from the start
const SECONDS = 0.6;

export function playTone() {
  const audio = new AudioContext();
  for (const [frequency, start] of NOTES) {
    const note = new OscillatorNode(audio, { frequency });
    const volume = new GainNode(audio, { gain: 0 });
    volume.gain.setTargetAtTime(0.08, start, 0.01);
    volume.gain.setTargetAtTime(0, start + 0.1, 0.08);
    note.connect(volume).connect(audio.destination);
    note.start(start);
    note.stop(start + SECONDS);
    if (start) note.addEventListener("ended", () => audio.close());
  }
}
