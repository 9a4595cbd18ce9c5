/** Whole numbers as text: seven bits a byte, small ones short, then base64. */

const START_BYTES = 1 << 12;
const LOW = 0x7f;
const MORE = 0x80;
const BASE = 128;

/** Collects whole numbers from 0 to 2^53. */
export class Packer {
  private bytes = new Uint8Array(START_BYTES);
  private length = 0;

  add(value: number): void {
    if (this.length + 8 > this.bytes.length) this.grow();
    let rest = value;
    for (; rest >= BASE; rest = Math.floor(rest / BASE)) {
      this.bytes[this.length++] = (rest % BASE) | MORE;
    }
    this.bytes[this.length++] = rest;
  }

  text(): string {
    return Buffer.from(this.bytes.buffer, 0, this.length).toString('base64');
  }

  private grow(): void {
    const larger = new Uint8Array(this.bytes.length * 2);
    larger.set(this.bytes);
    this.bytes = larger;
  }
}

/** Gives back what a Packer was given, in its order; 0 beyond the end. */
export class Unpacker {
  private readonly bytes: Uint8Array;
  private at = 0;

  constructor(text: string) {
    this.bytes = Buffer.from(text, 'base64');
  }

  get done(): boolean {
    return this.at >= this.bytes.length;
  }

  next(): number {
    let value = 0;
    let scale = 1;
    while (this.at < this.bytes.length) {
      const byte = this.bytes[this.at++] as number;
      value += (byte & LOW) * scale;
      if (byte < MORE) break;
      scale *= BASE;
    }
    return value;
  }
}
