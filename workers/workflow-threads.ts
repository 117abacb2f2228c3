import { join } from 'node:path';
import workerThreads, { Worker, type WorkerOptions } from 'node:worker_threads';

const preload = join(__dirname, 'workflow-thread.js');

/**
 * The SDK starts a thread for workflows by the name of its file alone, with no way to say what it loads first. Flags of the process
 * are not named again: V8's count for all threads, and Node refuses them for one.
 */
class PreparedThread extends Worker {
  constructor(file: string | URL, options: WorkerOptions = {}) {
    const isForWorkflows = String(file).endsWith('workflow-worker-thread.js');
    super(file, isForWorkflows ? { ...options, execArgv: ['--require', preload] } : options);
  }
}

/** Has the threads of workflows that are started from now on load `workflow-thread.ts` first. */
export function prepareWorkflowThreads(): void {
  Object.assign(workerThreads, { Worker: PreparedThread });
}
