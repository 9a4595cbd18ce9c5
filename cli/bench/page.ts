/** docs/costs.md: what is counted, priced, and assumed, as `npm run bench -- --only counts --write` left it. */
import { writeFileSync } from 'node:fs';
import { idleCost } from '../../infra/idle-cost.ts';
import { devTemplates } from '../../test/infra/stage.ts';
import type { Counted } from './counted.ts';
import { PRICES } from './prices.ts';
import { assumptions, costTable, markdown, unitsTable } from './tables.ts';

const FILE = new URL('../../docs/costs.md', import.meta.url);

/** The idle month of a stage, a line a service. */
function idle(): string {
  const { data, web, workflow } = devTemplates();
  const lines = idleCost([data, web, workflow].map((template) => template.toJSON()));
  const sum = (key: 'usd' | 'usdWithoutFreeTiers') => lines.reduce((all, one) => all + one[key], 0);
  const head = ['idle month', 'count', 'USD', 'USD without free tiers'];
  return markdown(head, [
    ...lines.map((one) => [one.what, one.count, one.usd, one.usdWithoutFreeTiers]),
    ['**together**', '', sum('usd'), sum('usdWithoutFreeTiers')],
  ]);
}

export function writePage(counted: Counted): void {
  const text = `# What it costs

Written by \`npm run bench -- --only counts --write\`. Units are counted on a real DynamoDB API and held by
budgets (\`test/bench/budgets.json\`); prices are list prices of us-east-1 on ${PRICES.date} without free tiers
(${PRICES.source}).

${costTable(counted)}

${assumptions(counted)}

What DynamoDB bills, by step, on average of ${counted.events.toLocaleString('en')} events of the reference mix (70%
views, 15% cart, 10% orders, 5% other):

${unitsTable(counted)}

Nothing happens for a month (\`test/infra/idle-cost.test.ts\` fails at 1 USD):

${idle()}
`;
  writeFileSync(FILE, text);
}
