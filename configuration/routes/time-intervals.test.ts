import { expect } from 'chai';
import { mutedBy, mutingTimes } from './time-intervals.ts';

// A Thursday, 22:30 in Berlin.
const at = Date.UTC(2026, 3, 30, 20, 30);

const holds = (interval: unknown): boolean =>
  mutedBy({ mutedAt: ['x'], activeAt: [] }, new Map([['x', [interval]]]), at).length > 0;

describe('mute timings', () => {
  const containing: [name: string, interval: object, not: object][] = [
    ['anything', {}, { weekdays: ['saturday', 'sunday'] }],
    ['weekdays', { weekdays: ['monday:Friday'] }, { weekdays: ['monday:wednesday', 'friday'] }],
    [
      'times, without their end',
      { times: [{ start_time: '20:30', end_time: '24:00' }] },
      { times: [{ start_time: '00:00', end_time: '20:30' }] },
    ],
    [
      'a location',
      { location: 'Europe/Berlin', times: [{ start_time: '22:00', end_time: '23:00' }] },
      { location: 'America/New_York', times: [{ start_time: '20:00', end_time: '21:00' }] },
    ],
    ['days from the end', { days_of_month: ['-3:-1'] }, { days_of_month: ['1:29', '31'] }],
    ['months by name', { months: ['january', 'april:may'] }, { months: ['june:december'] }],
    ['months by number', { months: ['4:5'] }, { months: ['5:12'] }],
    ['years', { years: ['2025:2026'] }, { years: ['2027'] }],
    [
      'all that an interval says',
      { weekdays: ['thursday'], years: ['2026'] },
      { weekdays: ['thursday'], years: ['2025'] },
    ],
    ['what has a form that is known', { times: null }, { times: 'nights' }],
  ];
  for (const [name, interval, not] of containing) {
    it(`know ${name}`, () => {
      expect(holds(interval)).to.equal(true);
      expect(holds(not)).to.equal(false);
    });
  }

  const timings = new Map([
    ['thursdays', [{ weekdays: ['monday'] }, { weekdays: ['thursday'] }]],
    ['weekends', [{ weekdays: ['saturday', 'sunday'] }]],
  ]);

  it('are all named, whether they hold or not', () => {
    expect(mutingTimes({ mutedAt: ['nights'], activeAt: ['office-hours'] })).to.deep.equal([
      'nights',
      'the times outside of office-hours',
    ]);
  });

  it('mute a route while one of them holds', () => {
    expect(mutedBy({ mutedAt: ['weekends', 'thursdays'], activeAt: [] }, timings, at)).to.deep.equal([
      'thursdays',
    ]);
    expect(mutedBy({ mutedAt: ['weekends', 'gone'], activeAt: [] }, timings, at)).to.deep.equal([]);
  });

  it('mute a route that is active at other times only', () => {
    expect(mutedBy({ mutedAt: [], activeAt: ['weekends'] }, timings, at)).to.deep.equal([
      'the times outside of weekends',
    ]);
    expect(mutedBy({ mutedAt: [], activeAt: ['weekends', 'thursdays'] }, timings, at)).to.deep.equal([]);
    expect(mutedBy({ mutedAt: [], activeAt: [] }, timings, at)).to.deep.equal([]);
  });
});
