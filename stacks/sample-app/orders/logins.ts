import { scrypt, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { Failure } from '../shared/failure.ts';
import type { Database } from './database.ts';

interface User {
  readonly password_salt: string;
  readonly password_hash: string;
}

const body = {
  type: 'object',
  required: ['email', 'password'],
  properties: { email: { type: 'string' }, password: { type: 'string' } },
};

export function registerLogins(app: FastifyInstance, database: Database): void {
  app.post<{ Body: { email: string; password: string } }>(
    '/logins',
    { schema: { body } },
    async (request) => {
      const { email, password } = request.body;
      const [user] = await database.rows<User>(
        'SELECT password_salt, password_hash FROM users WHERE email = $1',
        [email],
      );
      if (!user || !(await matches(password, user))) throw new Failure(401, 'invalid_credentials');
      return { email };
    },
  );
}

/** The cost is far below what a real shop would take: under load the database is to be the limit, not this. */
function matches(password: string, user: User): Promise<boolean> {
  const expected = Buffer.from(user.password_hash, 'hex');
  return new Promise((resolve, reject) => {
    scrypt(password, user.password_salt, expected.length, { N: 1024 }, (error, actual) =>
      error ? reject(error) : resolve(timingSafeEqual(actual, expected)),
    );
  });
}
