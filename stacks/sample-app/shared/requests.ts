import { metrics, trace } from '@opentelemetry/api';
import type { FastifyInstance } from 'fastify';
import { isOperational } from './operational.ts';

/** From 100 to 1000 in steps of at most a fifth, and again from 1000 to 10000. */
const decade = [100, 120, 140, 160, 180, 200, 225, 250, 300, 350, 420, 500, 600, 700, 840];

/**
 * In milliseconds, up to the longest time limit. A quantile read from buckets can be wrong by the width of one: these
 * keep it within 20 % wherever a user would notice the time.
 */
const buckets = [5, 10, 25, 50, 75, ...decade, ...decade.map((bound) => bound * 10), 10_000];

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
    // The pipeline of the logs drops what is mere traffic by `status`.
    const { statusCode: status, elapsedTime } = reply;
    request.log.info({ ...labels, status, duration_ms: Math.round(elapsedTime) }, 'request');
  });
}
