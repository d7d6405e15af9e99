import { metrics, trace } from '@opentelemetry/api';
import type { FastifyInstance } from 'fastify';
import { isOperational } from './operational.ts';

/** From 100 to 1000 in steps of at most a fifth, and again from 1000 to 10000. */
const decade = [100, 120, 140, 160, 180, 200, 225, 250, 300, 350, 420, 500, 600, 700, 840];

/**
 * Bucket bounds in milliseconds, up to the longest time limit. A quantile computed from buckets can be off by a
 * bucket's width; these keep the error within 20 % where users notice latency.
 */
const buckets = [5, 10, 25, 50, 75, ...decade, ...decade.map((bound) => bound * 10), 10_000];

/** Measures every user request, sets its span's name to the route, and logs one line for it. */
export function observeRequests(app: FastifyInstance): void {
  const duration = metrics.getMeter('sample-app').createHistogram('app.http.request.duration', {
    description: 'Time to answer a request, without health and admin requests',
    unit: 'ms',
    advice: { explicitBucketBoundaries: buckets },
  });
  app.addHook('onRequest', async (request) => {
    const route = request.routeOptions.url;
    // The HTTP instrumentation does not know routes, and the auto-instrumentation does not support fastify 5.
    if (route)
      trace.getActiveSpan()?.updateName(`${request.method} ${route}`).setAttribute('http.route', route);
  });
  app.addHook('onResponse', async (request, reply) => {
    if (isOperational(request.url)) return;
    const labels = {
      'http.route': request.routeOptions.url ?? 'unknown',
      'http.request.method': request.method,
      'http.response.status_code': reply.statusCode,
    };
    duration.record(reply.elapsedTime, labels);
    // The log pipeline drops successful requests by `status`.
    const { statusCode: status, elapsedTime } = reply;
    request.log.info({ ...labels, status, duration_ms: Math.round(elapsedTime) }, 'request');
  });
}
