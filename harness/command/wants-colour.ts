/**
 * Whether output may have colours: on a terminal, or with FORCE_COLOR, and never with NO_COLOR (https://no-color.org: if
 * it is set and not empty).
 */
export const wantsColour = (
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): boolean => !env.NO_COLOR && (stream.isTTY === true || Boolean(env.FORCE_COLOR));
