import { expect } from 'chai';
import { broken, FiredrillError } from '../../core/errors.ts';
import { tellSilentFiles } from './silent-files.ts';

const error = broken('prove fault', 'the fault did not show', 'check the fault');
const file = { service: 'web', instance: 'web-2', file: '/var/log/app.log', isThere: false, lines: 0 };
const messagesOf = (told: unknown) =>
  told instanceof FiredrillError ? told.problems.map(({ message }) => message) : [];

describe('a fault that no log line shows', () => {
  it('is told with the log files from which no line came', () => {
    expect(messagesOf(tellSilentFiles(error, [file, { ...file, instance: 'web', lines: 3 }]))).to.deep.equal([
      'the fault did not show; nothing of /var/log/app.log of web-2 arrived: there is no such file, or it cannot be read',
    ]);
  });

  it('is told as it is if lines of every file came', () => {
    expect(tellSilentFiles(error, [{ ...file, lines: 3 }])).to.equal(error);
  });
});
