import v8, { promiseHooks } from 'node:v8';

/**
 * What each thread that executes workflows loads first. The SDK notes a stack for every promise of every workflow, for the query
 * `__stack_trace` alone, which takes a fifth of a worker's time (sdk-typescript#1587). Where V8 has no such hooks it does without,
 * and answers that query with so much. Put in by another object, because Node's own AsyncLocalStorage needs the hooks.
 */
const none: typeof promiseHooks = {
  ...promiseHooks,
  createHook: () => {
    const { warn } = console;
    // The SDK tells of it on the console once, which is no line of the log.
    console.warn = () => {
      console.warn = warn;
    };
    throw new Error('stacks of promises are not noted');
  },
};
Object.assign(v8, { promiseHooks: none });
