import { promiseHooks } from 'node:v8';

/**
 * What each thread that executes workflows loads first. The SDK notes a stack for every promise of every workflow, for the query
 * `__stack_trace` alone, and that takes a fifth of all that a worker does (sdk-typescript#1587). Where V8 has no such hooks it
 * does without, and answers that query with so much.
 */
promiseHooks.createHook = () => {
  throw new Error('stacks of promises are not noted');
};
