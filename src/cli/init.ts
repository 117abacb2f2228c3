import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { Argument, type Command } from 'commander';
import { type GoldenPath, goldenPaths, goldenPathText } from './golden-paths';
import { pipelineFolder } from './pipeline-files';
import { columns } from './table';
import { CommandEnd, exitCodes, print, type Terminal } from './terminal';

interface InitOptions {
  name?: string;
  dir: string;
  force?: true;
}

/** Where the schema is in a repository that has this package among its dependencies, seen from `.sagaline/`. */
const installedSchema = '../node_modules/sagaline/schema/pipeline.schema.json';

/** `sagaline init`: a first pipeline that is valid as it is. */
export function addInit(program: Command, terminal: Terminal): void {
  const kinds = Object.keys(goldenPaths);
  const about = Object.entries(goldenPaths).map(([kind, path]) => [kind, path.about]);
  program
    .command('init')
    .description('write a first pipeline')
    .addArgument(new Argument('[kind]', 'what the repository holds').choices(kinds).default('service'))
    .option('--name <name>', 'name of the pipeline and of its file')
    .option('--dir <folder>', 'the repository', '.')
    .option('--force', 'replace a file of that name')
    .addHelpText('after', `\nKinds:\n${columns(about, '  ').join('\n')}`)
    .addHelpText('after', '\nExample:\n  sagaline init library --name publish')
    .action((kind: GoldenPath, options: InitOptions) => {
      init(kind, options, terminal);
    });
}

function init(kind: GoldenPath, options: InitOptions, terminal: Terminal): void {
  const name = options.name ?? goldenPaths[kind].name;
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(name)) {
    throw new CommandEnd(
      exitCodes.usage,
      `--name must be lower-case letters, digits and hyphens, not ${name}`,
    );
  }
  const repository = resolve(terminal.folder, options.dir);
  if (!existsSync(repository)) throw new CommandEnd(exitCodes.usage, `There is no folder ${options.dir}.`);
  const shown = join(options.dir, pipelineFolder, `${name}.yaml`);
  const text = goldenPathText(kind, name, serviceName(repository), installedSchema);
  mkdirSync(join(repository, pipelineFolder), { recursive: true });
  write(resolve(terminal.folder, shown), text, shown, options.force === true);
  print(terminal, `Wrote ${shown}.`);
  for (const line of nextSteps(shown, repository)) print(terminal, line);
}

/** Throws CommandEnd where a file of that name stands and is not to be replaced. */
function write(file: string, text: string, shown: string, replace: boolean): void {
  try {
    writeFileSync(file, text, { flag: replace ? 'w' : 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new CommandEnd(
      exitCodes.refused,
      `${shown} is there already: --force replaces it, --name takes another name.`,
    );
  }
}

/** The repository's folder as the name of a service, where it can be one. */
function serviceName(repository: string): string {
  const slug = basename(repository)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return slug === '' || slug.length > 63 ? 'my-service' : slug;
}

function nextSteps(file: string, repository: string): string[] {
  const steps = [
    `change what is marked "change:" in ${file}`,
    `sagaline validate ${file}`,
    'register the repository, and what the pipeline may reach, in sagaline.yaml (docs/operating.md)',
    'commit and push it',
  ];
  if (!existsSync(join(repository, pipelineFolder, installedSchema))) {
    const path = join(file, '..', 'pipeline.schema.json');
    steps.push(
      `for your editor: sagaline schema --out ${path}, and $schema=./pipeline.schema.json in the first line`,
    );
  }
  return ['Next:', ...steps.map((step, at) => `  ${String(at + 1)}. ${step}`)];
}
