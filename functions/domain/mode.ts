import type { JourneyMode } from '../contract/journeys.ts';

const RANK: readonly JourneyMode[] = ['off', 'shadow', 'live'];

/** The mode of a journey in this stage: the settings' word, else the file's, never above the ceiling. */
export function modeOf(
  journey: { id: string; mode: JourneyMode },
  settings: { modes: { [journey: string]: JourneyMode }; modeCeiling: JourneyMode },
): JourneyMode {
  const wanted = settings.modes[journey.id] ?? journey.mode;
  return RANK.indexOf(wanted) <= RANK.indexOf(settings.modeCeiling) ? wanted : settings.modeCeiling;
}
