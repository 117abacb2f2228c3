import { expressionProblems } from './pipeline-expressions';
import { type Pipeline, pipelineSchema } from './pipeline';
import { planErrors } from './plan-errors';
import { parseStrict } from './strict-file';

/** Reads a `.sagaline/*.yaml`. Throws InvalidPipeline listing every problem with its file, line, column and field. */
export function parsePipeline(file: string, text: string): Pipeline {
  return parseStrict('InvalidPipeline', file, text, pipelineSchema, (pipeline) => [
    ...planErrors(pipeline),
    ...expressionProblems(pipeline),
  ]);
}
