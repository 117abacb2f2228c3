import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { readSettings } from '../config';
import type { PlatformConfiguration } from '../domain/configuration';
import { parseConfiguration } from '../domain/configuration-file';
import { SagalineError } from '../domain/errors';
import { maxBytes, readYaml } from '../domain/yaml-document';
import { type FileProblem, problemsIn } from './problem-lines';
import { CommandEnd, exitCodes, type Terminal } from './terminal';

/** What a pipeline file may rely on in sagaline.yaml. */
export interface KnownConfiguration {
  /** Path as a person would write it. */
  file: string;
  /** Absolute path. */
  path: string;
  /** Names of user-written steps. */
  steps: string[];
  problems: FileProblem[];
  /** What it says; absent where there is no file or it has problems. */
  content?: PlatformConfiguration;
}

const usualFile = 'sagaline.yaml';
const named = z.object({ steps: z.array(z.object({ name: z.string() })) });

/**
 * Reads the configuration that is named, or SAGALINE_CONFIG, or sagaline.yaml if it is there.
 * Throws CommandEnd when a named one is not there.
 */
export function readConfiguration(option: string | undefined, terminal: Terminal): KnownConfiguration {
  const settings = readSettings(terminal.environment);
  const chosen = option ?? (settings.configNamed ? settings.configFile : undefined);
  const file = chosen ?? usualFile;
  const path = resolve(terminal.folder, file);
  const nothing = { file, path, steps: [], problems: [] };
  if (!existsSync(path)) {
    if (chosen !== undefined) throw new CommandEnd(exitCodes.usage, `There is no ${file}.`);
    return nothing;
  }
  const text = readFileSync(path, 'utf8');
  try {
    const content = parseConfiguration(file, text);
    return { ...nothing, steps: content.steps.map(({ name }) => name), content };
  } catch (error) {
    if (!(error instanceof SagalineError)) throw error;
    return { ...nothing, steps: stepNames(text), problems: problemsIn(file, error.detail) };
  }
}

/** The names in a file that has other faults: without them every use of such a step would look like one more. */
function stepNames(text: string): string[] {
  const document = readYaml(text, maxBytes.configuration);
  const read = named.safeParse('value' in document ? document.value : undefined);
  return read.success ? read.data.steps.map(({ name }) => name) : [];
}
