import { share } from '../contract/ids.ts';

/**
 * Whether this customer hears nothing from this journey so that lift can be measured. The hash decides:
 * the same customer always gets the same answer; each journey draws its own group; the salt draws anew.
 */
export function heldOut(
  customerId: string,
  journey: { id: string; holdout: number; measured: boolean },
  settings: { holdout: { global: number; salt: string } },
): 'holdout-global' | 'holdout-journey' | undefined {
  if (!journey.measured) return undefined;
  const { global, salt } = settings.holdout;
  if (share('holdout', salt, customerId) < global) return 'holdout-global';
  if (share('holdout', salt, journey.id, customerId) < journey.holdout) return 'holdout-journey';
  return undefined;
}
