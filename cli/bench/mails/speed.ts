/** How often something can be done in a second of one core, whatever else the machine does meanwhile. */

export type Speed = { perSecond: number; each: number };

const cpuMs = (since?: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
};

/** Each so many rounds the time is looked at. */
const ROUNDS = 10;
/** Before the measured stretch: until the engine has compiled what is hot. */
const WARM_UP = 0.3;

/** `task` again and again for `ms` of the processor; `each`: milliseconds of one. */
export async function speedOf(task: () => unknown, ms: number): Promise<Speed> {
  await repeated(task, ms * WARM_UP);
  const { count, spent } = await repeated(task, ms);
  return { perSecond: (count / spent) * 1000, each: spent / count };
}

async function repeated(task: () => unknown, ms: number) {
  const started = process.cpuUsage();
  let count = 0;
  let spent = 0;
  while (spent < ms) {
    for (let round = 0; round < ROUNDS; round += 1) {
      const made = task();
      if (made instanceof Promise) await made;
    }
    count += ROUNDS;
    spent = cpuMs(started);
  }
  return { count, spent };
}
