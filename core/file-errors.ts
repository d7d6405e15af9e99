import { messageOf } from './errors.ts';

/** Messages by the error codes of the operating system. */
const words: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist: a part of its path is a file',
  EISDIR: 'is a folder; expected a file',
  EACCES: 'cannot be accessed by this user',
  EPERM: 'cannot be accessed by this user',
  EROFS: 'is on a read-only disk',
  ENOSPC: 'is on a full disk',
  EEXIST: 'is a file; expected a folder',
  ELOOP: 'is a link to itself',
  ENAMETOOLONG: 'has a name that is too long',
};

/** Returns what is wrong with a file or folder; `undefined` for other errors. */
export const fileFault = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error ? words[String(error.code)] : undefined;

/** As `fileFault`; for other errors, their own message. */
export const unreadable = (error: unknown): string => fileFault(error) ?? messageOf(error);
