// Hands on what the microphone hears, 128 samples at a time, off the page's own thread.

declare class AudioWorkletProcessor {
  readonly port: MessagePort
}
declare function registerProcessor(name: string, processor: typeof AudioWorkletProcessor): void

class Microphone extends AudioWorkletProcessor {
  process([input]: Float32Array[][]): boolean {
    const samples = input?.[0]
    if (samples) this.port.postMessage(samples)
    return true
  }
}
registerProcessor('microphone', Microphone)
