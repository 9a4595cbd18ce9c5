/** What `cdk synth` wrote: templates, and where each function's code lies. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LocalError } from '../errors.ts';

export type Resource = {
  Type: string;
  Properties: { [name: string]: unknown };
};
export type Template = {
  stack: string;
  resources: { [logicalId: string]: Resource };
  outputs: { [logicalId: string]: { Value: unknown; Export?: { Name: string } } };
};
export type Assembly = {
  templates: Template[];
  /** Object key in the assets bucket -> folder on this machine. */
  assets: Map<string, string>;
};

const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

/** Reads an assembly folder (`cdk.out`). Throws LocalError where it holds none. */
export function readAssembly(dir: string): Assembly {
  const manifest = readManifest(dir);
  const templates: Template[] = [];
  const assets = new Map<string, string>();
  for (const artifact of Object.values(manifest.artifacts)) {
    if (artifact.type === 'aws:cloudformation:stack') {
      const { Resources, Outputs } = json(join(dir, artifact.properties.templateFile));
      templates.push({
        stack: artifact.properties.stackName,
        resources: Resources ?? {},
        outputs: Outputs ?? {},
      });
    }
    if (artifact.type === 'cdk:asset-manifest') {
      readAssets(dir, json(join(dir, artifact.properties.file)), assets);
    }
  }
  return { templates, assets };
}

type Manifest = {
  artifacts: {
    [id: string]: {
      type: string;
      properties: { templateFile: string; stackName: string; file: string };
    };
  };
};

function readManifest(dir: string): Manifest {
  try {
    const manifest: Manifest = json(join(dir, 'manifest.json'));
    for (const [id, artifact] of Object.entries(manifest.artifacts)) {
      if (artifact.type === 'aws:cloudformation:stack') {
        artifact.properties.stackName ??= id;
      }
    }
    return manifest;
  } catch (cause) {
    throw new LocalError('no-templates', `No templates in ${dir} (${(cause as Error).message}).`);
  }
}

type AssetManifest = {
  files: {
    [hash: string]: {
      source: { path: string; packaging: string };
      destinations: { [id: string]: { objectKey: string } };
    };
  };
};

function readAssets(dir: string, manifest: AssetManifest, assets: Map<string, string>): void {
  for (const { source, destinations } of Object.values(manifest.files)) {
    if (source.packaging !== 'zip') continue;
    for (const { objectKey } of Object.values(destinations)) {
      assets.set(objectKey, join(dir, source.path));
    }
  }
}
