import type { RequestHandler } from 'express';
import { Counter, Histogram, Registry } from 'prom-client';

/** What the gateway measures; labels come from closed sets only, so that no sender can grow the number of series. */
export class Metrics {
  readonly registry = new Registry();

  readonly events = new Counter({
    name: 'sagaline_events_total',
    help: 'Authentic events by source, kind and what became of them',
    labelNames: ['source', 'kind', 'outcome'] as const,
    registers: [this.registry],
  });

  readonly signalSeconds = new Histogram({
    name: 'sagaline_signal_with_start_seconds',
    help: 'Time until Temporal confirmed an event',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [this.registry],
  });

  private readonly requestSeconds = new Histogram({
    name: 'sagaline_http_request_duration_seconds',
    help: 'Time of HTTP requests by route and status',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.registry],
  });

  /** Measures every request. */
  readonly measure: RequestHandler = (request, response, next) => {
    const start = performance.now();
    response.once('close', () => {
      const { route } = request as { route?: { path?: unknown } };
      const path = typeof route?.path === 'string' ? route.path : 'none';
      const labels = { method: methodOf(request.method), route: path, status: response.statusCode };
      this.requestSeconds.observe(labels, (performance.now() - start) / 1000);
    });
    next();
  };
}

const methods = ['GET', 'HEAD', 'POST', 'OPTIONS'];
const methodOf = (method: string): string => (methods.includes(method) ? method : 'other');
