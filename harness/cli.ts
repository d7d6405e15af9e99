/*
 * Entry point of `npm run scenario`, which is `firedrill run`.
 */
import './compile-cache.ts';

await import('./command/main.ts');
