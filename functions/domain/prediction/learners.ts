/** What `learn` makes of counted customers and of baskets. */
import type { WhoModel } from '../../contract/prediction-who.ts';
import type { Day } from '../../contract/predictions.ts';
import type { PeriodFlow } from './cells.ts';
import { panelFromCells } from './cells/panel.ts';
import type { CellTable } from './cells/table.ts';
import { learnWhat } from './what/learn.ts';
import { learnWhen } from './when/learn.ts';
import { fitWho } from './who/fit.ts';

type Counted = { rows: CellTable; flows: readonly PeriodFlow[] };

/** Who comes back, from the counted cells alone. */
function learnWho({ rows, flows }: Counted, at: { today: Day; horizonDays: number }): WhoModel {
  return fitWho(panelFromCells(rows, { ...at, flows }), at);
}

export const learners = { who: learnWho, when: learnWhen, what: learnWhat };
