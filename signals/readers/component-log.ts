/** A line in which a component complains: every component that we run logs in JSON, each with names of its own. */
export interface Complaint {
  /** Epoch milliseconds; `NaN` where the line has no time. */
  readonly at: number;
  readonly level: 'warn' | 'error';
  readonly message?: string;
  readonly error?: string;
  /** Every text of the line, by the component's own name for it. */
  readonly texts: Readonly<Record<string, string>>;
}

/** Nearly every line is about something else, and logs are long. */
const complains = /^\{.*"(?:level|lvl)":\s*"(?:warn|error|eror)/i;

/** What a line of a log complains of; `undefined` for a line of another level or form. */
export function complaintIn(line: string): Complaint | undefined {
  if (!complains.test(line)) return undefined;
  const fields = fieldsOf(line);
  const texts = Object.fromEntries(
    Object.entries(fields).filter((field): field is [string, string] => typeof field[1] === 'string'),
  );
  const { time, t, level, lvl, msg: message, err, error = err } = texts;
  const { ts } = fields;
  return {
    at: typeof ts === 'number' ? ts * 1000 : Date.parse(time ?? texts.ts ?? t ?? ''),
    level: /^warn/i.test(level ?? lvl ?? '') ? 'warn' : 'error',
    ...(message === undefined ? {} : { message }),
    ...(error === undefined ? {} : { error }),
    texts,
  };
}

/** What a log complains of since a moment, in epoch milliseconds. */
export const complaintsIn = (log: string, since: number): Complaint[] =>
  log.split('\n').flatMap((line) => {
    const complaint = complaintIn(line);
    return complaint && complaint.at >= since ? [complaint] : [];
  });

function fieldsOf(line: string): Readonly<Record<string, unknown>> {
  try {
    return { ...(JSON.parse(line) as object) };
  } catch {
    // Cut off, as the last line of a process that was ended.
    return {};
  }
}
