/** Whether the makers' secrets are there, and whether somebody waits for what was asked in people's names. */
import { type Maker, MAKERS } from '../../functions/contract/webhooks.ts';
import { DAY_MS, type Instant } from '../../functions/contract/time.ts';
import { webhookParameter } from '../../infra/stage-config.ts';
import type { Check, Patient } from './checks.ts';

export type WebhookPorts = {
  hasSecret(parameter: string, version: number): Promise<boolean>;
  /** When each request that is still kept was made; the oldest first. */
  requests(stateTable: string): Promise<Instant[]>;
};

/** Each secret that the configuration names: CloudFormation refuses to deploy without it. */
export async function webhookChecks(port: WebhookPorts, patient: Patient): Promise<Check[]> {
  const named = MAKERS.flatMap((maker) => {
    const used = patient.config.webhooks[maker];
    const versions = [used?.version, used?.previousVersion].filter((one) => one !== undefined);
    return versions.map((version) => ({ maker, version }));
  });
  return Promise.all(named.map((one) => secretCheck(port, patient, one)));
}

async function secretCheck(
  port: WebhookPorts,
  { stage }: Patient,
  { maker, version }: { maker: Maker; version: number },
): Promise<Check> {
  const parameter = webhookParameter(stage, maker);
  const what = `webhooks of ${maker}, version ${version}`;
  if (await port.hasSecret(parameter, version)) return { what, state: 'ok', found: 'there' };
  const act = `aws ssm put-parameter --type String --name ${parameter} (docs/sources.md)`;
  return { what, state: 'todo', found: 'missing', act };
}

/** Makers give thirty days from the first time that they asked. */
const ANSWERED_WITHIN_DAYS = 30;

export function requestChecks(asked: readonly Instant[], now: Instant): Check[] {
  const [oldest] = asked;
  if (oldest === undefined) return [];
  const left = ANSWERED_WITHIN_DAYS - Math.floor((now - oldest) / DAY_MS);
  const until = left < 0 ? `${-left} days overdue` : `${left} days left`;
  return [
    {
      what: 'requests in people’s names',
      state: 'hint',
      found: `${asked.length} waiting; of the oldest, ${until}`,
      act: 'see docs/sources.md: nothing is erased by itself',
    },
  ];
}
