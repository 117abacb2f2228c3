import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Argument, type Command } from 'commander';
import { readConfiguration } from './configuration-file';
import { configurationJsonSchema, pipelineJsonSchema, schemaText } from './json-schemas';
import { type Terminal } from './terminal';

/** `sagaline schema`: the JSON Schema that an editor checks a file with. */
export function addSchema(program: Command, terminal: Terminal): void {
  program
    .command('schema')
    .description('JSON Schema of pipeline files or of sagaline.yaml, for editors')
    .addArgument(
      new Argument('[what]', 'which file').choices(['pipeline', 'configuration']).default('pipeline'),
    )
    .option(
      '--config <file>',
      'platform configuration that names user-written steps (default: sagaline.yaml, if there)',
    )
    .option('--out <file>', 'write it to a file')
    .addHelpText('after', '\nExample:\n  sagaline schema --out .sagaline/pipeline.schema.json')
    .action((what: string, { config, out }: { config?: string; out?: string }) => {
      const schema =
        what === 'configuration'
          ? configurationJsonSchema()
          : pipelineJsonSchema(readConfiguration(config, terminal).steps);
      if (out === undefined) terminal.write(schemaText(schema));
      else writeFileSync(resolve(terminal.folder, out), schemaText(schema));
    });
}
