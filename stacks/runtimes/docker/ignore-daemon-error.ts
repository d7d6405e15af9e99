import { isDaemonResponse } from './wait-for-exit.ts';

/**
 * Makes a handler for a failed request. The handler ignores an answer of the daemon that contains one of these words, such
 * as `not running` when a container that has ended is killed.
 *
 * @throws every other error.
 */
export const ignoreDaemonError =
  (...words: readonly string[]) =>
  (error: unknown): void => {
    if (!isDaemonResponse(error) || !words.some((word) => error.message.includes(word))) throw error;
  };
