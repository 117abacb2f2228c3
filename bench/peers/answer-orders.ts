import { measureOrder, type Order } from './contender';
import type { Work } from './trivial';

/** Says `ready` to the parent, executes each order that it sends, and ends with it. */
export function answerOrders(execute: (work: Work) => Promise<unknown>): void {
  process.once('disconnect', () => process.exit());
  process.on('message', (order: Order) => {
    measureOrder(execute, order).then(
      (measured) => process.send?.({ measured }),
      (error: unknown) => process.send?.({ error: error instanceof Error ? error.message : String(error) }),
    );
  });
  process.send?.('ready');
}

/** Executes the main function of a process; a failure ends it. */
export function mainOf(name: string, main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  });
}
