/** Models for replay: from a file, or everything that a stage has published in the last quarter. */
import { createReadStream, existsSync, renameSync, writeFileSync } from 'node:fs';
import { dynamoModelHistory, dynamoModelReader } from '../functions/adapters/dynamodb/models.ts';
import { understood } from '../functions/app/models.ts';
import type { Model } from '../functions/contract/predictions.ts';
import { lines } from '../infra/local/text-lines.ts';
import { CommandRefused } from './command.ts';
import type { Target } from './targets.ts';

/**
 * Oldest first, as they were published. DynamoDB deletes what is over within days and in no order: the oldest
 * may have lost parts and still be named. They are left out; a hole after them is an error.
 */
export async function publishedModels({
  client,
  stateTable,
}: Pick<Target, 'client' | 'stateTable'>): Promise<Model[]> {
  const { model } = dynamoModelReader(client, stateTable);
  const models: Model[] = [];
  // One after the other: a quarter of nights is a hundred of them, and they are small.
  for (const manifest of await dynamoModelHistory(client, stateTable).history()) {
    try {
      models.push(await model(manifest));
    } catch (error) {
      if (models.length > 0 || (error as { code?: string }).code !== 'model-part-missing') {
        throw error;
      }
    }
  }
  return models;
}

/** One model a line; readable by you alone, though nothing of it names a customer. */
export function writeModels(file: string, models: readonly Model[]): void {
  const text = models.map((model) => `${JSON.stringify(model)}\n`).join('');
  writeFileSync(`${file}.part`, text, { mode: 0o600 });
  renameSync(`${file}.part`, file);
}

/** What `writeModels` wrote, or one model alone. Throws one clear sentence. */
export async function modelsFromFile(file: string): Promise<Model[]> {
  if (!existsSync(file)) throw new CommandRefused(`--model: no file ${file}`);
  const models: Model[] = [];
  let line = 0;
  for await (const text of lines(createReadStream(file))) {
    line += 1;
    if (text.trim() === '') continue;
    const model = modelIn(text);
    if (!model) {
      throw new CommandRefused(
        `--model: ${file}, line ${line}: wanted a model with id and from, as export-log --models writes it`,
      );
    }
    models.push(model);
  }
  if (models.length === 0) throw new CommandRefused(`--model: ${file} is empty`);
  return models;
}

function modelIn(text: string): Model | undefined {
  try {
    const model = JSON.parse(text) as Partial<Model> | null;
    return typeof model?.id === 'string' && typeof model.from === 'number'
      ? understood(model as Model)
      : undefined;
  } catch {
    return undefined;
  }
}
