import type { FastifyInstance } from 'fastify';

/** An error with a specific response: `{ error: code }`. */
export class HttpFailure extends Error {
  readonly statusCode: number;
  readonly code: string;

  constructor(statusCode: number, code: string, options?: ErrorOptions) {
    super(code, options);
    this.name = 'HttpFailure';
    this.statusCode = statusCode;
    this.code = code;
  }
}

/**
 * Responds to a known failure with its status and code, to an invalid request with 400, and to anything else with 500.
 */
export function registerErrorHandler(app: FastifyInstance): void {
  app.setErrorHandler((error: Error & { statusCode?: number; code?: string }, request, reply) => {
    if (error instanceof HttpFailure) return reply.code(error.statusCode).send({ error: error.code });
    const { statusCode = 500 } = error;
    if (statusCode < 500)
      return reply.code(statusCode).send({ error: 'bad_request', message: error.message });
    // For a Postgres error, the code is its SQLSTATE.
    request.log.error({ err: error, error_code: error.code }, 'unexpected error');
    return reply.code(500).send({ error: 'internal' });
  });
}
