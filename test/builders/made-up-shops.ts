/**
 * Shops whose customers are drawn from known laws: to learn the regressions' prior from, and to test on.
 * The same seed gives the same shop on every machine.
 */

/** Uniform, normal, gamma and beta draws from a seed (mulberry32; Box & Muller; Marsaglia & Tsang 2000). */
export class Draws {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  uniform(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  oneOf<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.uniform() * choices.length)] as T;
  }

  exponential(mean: number): number {
    return -mean * Math.log(1 - this.uniform());
  }

  /** Mean `shape`. */
  gamma(shape: number): number {
    if (shape < 1) return this.gamma(shape + 1) * (1 - this.uniform()) ** (1 / shape);
    const d = shape - 1 / 3;
    for (;;) {
      const x = this.#normal();
      const v = (1 + x / Math.sqrt(9 * d)) ** 3;
      if (v > 0 && Math.log(1 - this.uniform()) < (x * x) / 2 + d - d * v + d * Math.log(v)) {
        return d * v;
      }
    }
  }

  beta(a: number, b: number): number {
    const x = this.gamma(a);
    return x / (x + this.gamma(b));
  }

  #normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }
}

export type ShopLaw = {
  customers: number;
  /** Days that are made up, from day 0 on. */
  days: number;
  seed: number;
  /** Newcomers come in the first so many days. */
  arrivals: number;
  /** Above 0: the last day sees e^growth times as many newcomers as the first. */
  growth?: number;
  /** Mean gap of the customer with the mean rate, and the rates' gamma shape. */
  gapDays: number;
  rateShape: number;
  /** Gaps are gamma with this shape: 1 is pure chance, 4 a habit. */
  regularity: number;
  /** Lost after an order with a chance that is beta(a, b). */
  lossPerOrder?: readonly [a: number, b: number];
  /** Lost in time, at a rate that is gamma with this shape and 1 / rate. */
  lossPerDay?: readonly [shape: number, days: number];
  /** The lost come back after so many days in the mean. */
  returnDays?: number;
  /** Part of the yearly rate by which all buy less each year. */
  decline?: number;
  /** Above 0: November and December sell so much more than an even month. */
  christmas?: number;
};

/** Each customer's sorted distinct order days. */
export function madeUpShop(law: ShopLaw): number[][] {
  const draws = new Draws(law.seed);
  return Array.from({ length: law.customers }, () => customerOf(law, draws));
}

function customerOf(law: ShopLaw, draws: Draws): number[] {
  const { arrivals, growth = 0, days } = law;
  const w = draws.uniform();
  const part = growth > 0 ? Math.log(1 + w * (Math.exp(growth) - 1)) / growth : w;
  const first = Math.floor(part * arrivals);
  const rate = draws.gamma(law.rateShape) / law.rateShape / law.gapDays;
  const loss = law.lossPerOrder ? draws.beta(...law.lossPerOrder) : 0;
  const lossRate = law.lossPerDay ? draws.gamma(law.lossPerDay[0]) / law.lossPerDay[1] : 0;
  const lifetime = () =>
    lossRate > 0 ? draws.exponential(1 / lossRate) : Number.POSITIVE_INFINITY;
  const bought = new Set([first]);
  let at = first + 0.5;
  let end = at + lifetime();
  // Far more turns than days: only a rate of several orders a day could need them.
  for (let turn = 0; turn < 5 * days && at < days; turn += 1) {
    if (draws.uniform() < loss) end = at;
    const next =
      at < end ? after(law, at, draws.gamma(law.regularity) / law.regularity / rate) : at;
    if (at < end && next < end) at = next;
    else {
      if (!law.returnDays) break;
      at = Math.max(at, Math.min(end, days)) + draws.exponential(law.returnDays);
      end = at + lifetime();
    }
    if (at < days) bought.add(Math.floor(at));
  }
  return [...bought].sort((one, two) => one - two);
}

/** The moment `gap` even days after `at`, where seasons and decline stretch the days. */
function after({ days, decline = 0, christmas = 0 }: ShopLaw, at: number, gap: number): number {
  if (decline === 0 && christmas === 0) return at + gap;
  let left = gap;
  let day = at;
  for (; left > 0 && day < days; day += 1) {
    const ofYear = day % 365;
    const season = ofYear > 304 ? 1 + christmas : 1;
    left -= season * Math.exp((-decline * day) / 365);
  }
  return day;
}

/** One of the many shops that the prior was learned from. */
export function anyLaw(seed: number, customers: number): ShopLaw & { days: number } {
  const draws = new Draws(seed);
  const seen = draws.oneOf([200, 300, 450, 700, 1000]);
  const kind = draws.uniform();
  const lossMean = draws.between(0.1, 0.6);
  const lossShape = draws.between(0.3, 1.3);
  const law: ShopLaw = {
    customers,
    days: seen + 400,
    seed: seed + 1,
    arrivals: draws.oneOf([90, seen, seen, seen + 400]),
    gapDays: 10 * Math.exp(draws.between(0, Math.log(15))),
    rateShape: Math.exp(draws.between(-1.2, 0.8)),
    regularity: draws.oneOf([1, 1, 1, 1.5, 2, 3, 5]),
  };
  const returnDays = draws.oneOf([0, 0, 300, 600, 1200]);
  if (returnDays > 0) law.returnDays = returnDays;
  if (kind < 0.45) {
    law.lossPerDay = [draws.between(0.4, 1.4), Math.exp(draws.between(3, 7))];
  } else if (kind < 0.9) {
    law.lossPerOrder = [lossShape, (lossShape * (1 - lossMean)) / lossMean];
  }
  return law;
}
