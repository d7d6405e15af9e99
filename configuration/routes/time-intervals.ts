import { z } from 'zod';
import type { TakenRoute } from './route.ts';

/*
 * When a route is muted: https://prometheus.io/docs/alerting/latest/configuration/#time_interval. Grafana's mute
 * timings have the same form.
 */

const ranges = z.array(z.coerce.string()).nullish();
const intervalSchema = z.object({
  times: z.array(z.object({ start_time: z.string(), end_time: z.string() })).nullish(),
  weekdays: ranges,
  days_of_month: ranges,
  months: ranges,
  years: ranges,
  location: z.string().nullish(),
});

const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const months = ' january february march april may june july august september october november december'.split(
  ' ',
);

/**
 * Names of the times that keep a route from sending at this moment; none: it sends.
 *
 * @param timings the intervals of each name. One that is of no known form is taken for never.
 * @param at epoch milliseconds.
 */
export function mutedBy(
  { mutedAt, activeAt }: Pick<TakenRoute, 'mutedAt' | 'activeAt'>,
  timings: ReadonlyMap<string, readonly unknown[]>,
  at: number,
): string[] {
  const holds = (name: string) => (timings.get(name) ?? []).some((interval) => contains(interval, at));
  const muting = mutedAt.filter(holds);
  return muting.length > 0 || activeAt.some(holds) ? muting : activeAt.map(outsideOf);
}

/** Names of all times at which a route does not send. */
export const mutingTimes = ({ mutedAt, activeAt }: Pick<TakenRoute, 'mutedAt' | 'activeAt'>): string[] => [
  ...mutedAt,
  ...activeAt.map(outsideOf),
];

const outsideOf = (name: string) => `the times outside of ${name}`;

function contains(interval: unknown, at: number): boolean {
  const { success, data } = intervalSchema.safeParse(interval);
  if (!success) return false;
  const { year, month, day, weekday, minute } = calendar(at, data.location ?? 'UTC');
  const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const dayOf = (text: string) => (Number(text) < 0 ? lastDay + 1 + Number(text) : Number(text));
  const { times } = data;
  return (
    (!times?.length ||
      times.some(
        ({ start_time, end_time }) => minutes(start_time) <= minute && minute < minutes(end_time),
      )) &&
    within(data.weekdays, weekday, (text) => weekdays.indexOf(text)) &&
    within(data.days_of_month, day, dayOf) &&
    within(data.months, month, (text) => (months.includes(text) ? months.indexOf(text) : Number(text))) &&
    within(data.years, year, Number)
  );
}

/** Whether one of the ranges, `first:last` or a single value, has this; where there are none, anything goes. */
function within(
  all: readonly string[] | null | undefined,
  value: number,
  read: (text: string) => number,
): boolean {
  if (!all || all.length === 0) return true;
  return all.some((range) => {
    const [first = '', last = first] = range.toLowerCase().split(':');
    return read(first) <= value && value <= read(last);
  });
}

const minutes = (clock: string): number => {
  const [hours = 0, more = 0] = clock.split(':').map(Number);
  return 60 * hours + more;
};

function calendar(at: number, location: string) {
  const format = new Intl.DateTimeFormat('en-US', {
    ...(location === 'Local' ? {} : { timeZone: location }),
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    weekday: 'long',
    hour: 'numeric',
    minute: 'numeric',
  });
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const number = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
  return {
    year: number('year'),
    month: number('month'),
    day: number('day'),
    weekday: weekdays.indexOf((parts.get('weekday') ?? '').toLowerCase()),
    minute: 60 * number('hour') + number('minute'),
  };
}
