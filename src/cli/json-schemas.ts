import { z } from 'zod';
import { configurationSchema } from '../domain/configuration';
import { pipelineSchemaWith } from '../domain/pipeline';
import { configurationDescriptions } from './configuration-descriptions';
import { describeFields, type JsonSchema } from './described-schema';
import { pipelineDescriptions } from './pipeline-descriptions';

/** JSON Schema (2020-12) of pipeline files, with the user-written steps of these names. */
export function pipelineJsonSchema(steps: readonly string[] = []): JsonSchema {
  const schema = describeFields(jsonSchema(pipelineSchemaWith(steps)), pipelineDescriptions);
  return titled(
    schema,
    'pipeline',
    'Sagaline pipeline',
    'A file of .sagaline/: what starts a run, and its steps.',
  );
}

/** JSON Schema (2020-12) of sagaline.yaml. */
export function configurationJsonSchema(): JsonSchema {
  const schema = describeFields(jsonSchema(configurationSchema), configurationDescriptions);
  const what = 'The file sagaline.yaml: who may deliver what where.';
  return titled(schema, 'configuration', 'Sagaline platform configuration', what);
}

/** The schemas that are checked in and published, by the name of their file in schema/. */
export const publishedSchemas: Readonly<Record<string, () => JsonSchema>> = {
  'pipeline.schema.json': pipelineJsonSchema,
  'configuration.schema.json': configurationJsonSchema,
};

/** A schema as its file holds it. */
export const schemaText = (schema: JsonSchema): string => `${JSON.stringify(schema, null, 2)}\n`;

/** Editors check what a person writes: fields with a default may be left out, and rules without a schema are left to `validate`. */
const jsonSchema = (schema: z.ZodType): JsonSchema =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', target: 'draft-2020-12' });

function titled(schema: JsonSchema, name: string, title: string, description: string): JsonSchema {
  const { $schema = 'https://json-schema.org/draft/2020-12/schema' } = schema;
  return { $schema, $id: `urn:sagaline:v1:${name}`, title, description, ...schema };
}
