import type { FastifyInstance } from 'fastify';

/** A failure with an answer of its own: the caller sees `{ error: code }`. */
export class Failure extends Error {
  readonly statusCode: number;
  readonly code: string;

  constructor(statusCode: number, code: string, options?: ErrorOptions) {
    super(code, options);
    this.name = 'Failure';
    this.statusCode = statusCode;
    this.code = code;
  }
}

/** Answers a known failure as it says, a bad request as fastify found it, and everything else as 500. */
export function answerFailures(app: FastifyInstance): void {
  app.setErrorHandler((error: Error & { statusCode?: number; code?: string }, request, reply) => {
    if (error instanceof Failure) return reply.code(error.statusCode).send({ error: error.code });
    const { statusCode = 500 } = error;
    if (statusCode < 500)
      return reply.code(statusCode).send({ error: 'bad_request', message: error.message });
    // The code of an error of Postgres is its SQLSTATE.
    request.log.error({ err: error, error_code: error.code }, 'unexpected error');
    return reply.code(500).send({ error: 'internal' });
  });
}
