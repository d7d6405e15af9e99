import { metrics, trace } from '@opentelemetry/api';
import type { FastifyInstance } from 'fastify';
import { isOperational } from './operational.ts';

/** In milliseconds. Fine below a second, where a healthy shop lives, and up to the longest time limit. */
const buckets = [5, 10, 25, 50, 75, 100, 250, 500, 750, 1_000, 2_500, 5_000, 7_500, 10_000];

/** Times every request of a user, names its span by the route, and logs one line for it. */
export function observeRequests(app: FastifyInstance): void {
  const duration = metrics.getMeter('sample-app').createHistogram('app.http.request.duration', {
    description: 'Time to answer a request, without health and admin requests',
    unit: 'ms',
    advice: { explicitBucketBoundaries: buckets },
  });
  app.addHook('onRequest', async (request) => {
    const route = request.routeOptions.url;
    // The HTTP instrumentation knows no routes, and there is none for fastify 5 in the auto-instrumentation.
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
    request.log.info({ ...labels, duration_ms: Math.round(reply.elapsedTime) }, 'request');
  });
}
