/** `npm run pause`, apart from its adapters. */
import type { ControlState } from '../functions/app/control.ts';

/** What the command needs of the shared rows. */
export type PausePort = {
  pause(journey: string): Promise<void>;
  resume(journey: string): Promise<void>;
  read(): Promise<Pick<ControlState, 'paused'>>;
};

/** All journeys, as the shared row spells it. */
const ALL = '*';

/** Something was named that is no journey. */
export class NoSuchJourney extends Error {
  readonly code = 'no-such-journey';
}

/** Pauses or resumes, and resolves to a sentence about how things stand now. */
export async function pauseCommand(
  port: PausePort,
  { journey, resume, known }: { journey: string; resume: boolean; known: readonly string[] },
): Promise<string> {
  const id = journey === 'all' ? ALL : journey;
  // A journey that was removed since may still be paused: resuming takes any name.
  if (!resume && id !== ALL && !known.includes(id)) {
    throw new NoSuchJourney(`got ${journey}, wanted all or one of ${known.join(', ')}`);
  }
  await (resume ? port.resume(id) : port.pause(id));
  const { paused } = await port.read();
  if (paused.includes(ALL)) return 'Paused: all mails. Acts within a minute.';
  if (paused.length > 0) return `Paused: ${paused.toSorted().join(', ')}. Acts within a minute.`;
  return 'Nothing is paused.';
}
