/** Variables of a compose file: those of the file `.env` beside it. The shell's would make a drill depend on who runs it. */
export type Variables = Readonly<Record<string, string | undefined>>;

const pattern = /\$(?:\$|([a-z_]\w*)|\{([a-z_]\w*)(?:(:?[-+?])([^{}$]*))?\}|(\{[^}]*\}?))/gi;

/**
 * Fills in `$NAME`, `${NAME}`, `${NAME:-default}` and the other forms of compose files, except nested ones;
 * https://docs.docker.com/reference/compose-file/interpolation/
 *
 * @param fail called with each variable that has no value and with each form that is not known.
 */
export function interpolate(text: string, variables: Variables, fail: (message: string) => void): string {
  return text.replace(
    pattern,
    (whole, plain?: string, braced?: string, form?: string, other = '', strange?: string) => {
      if (whole === '$$') return '$';
      const name = plain ?? braced;
      if (name === undefined || strange !== undefined) {
        fail(`${whole} is of a form that is not known; expected \${NAME} or \${NAME:-default}`);
        return '';
      }
      const value = variables[name];
      const isSet = form?.startsWith(':') ? value !== undefined && value !== '' : value !== undefined;
      if (form?.endsWith('+')) return isSet ? other : '';
      if (isSet) return value ?? '';
      if (form?.endsWith('-')) return other;
      fail(`the variable ${name} has no value`);
      return '';
    },
  );
}
