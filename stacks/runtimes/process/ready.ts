import { connect } from 'node:net';
import axios from 'axios';
import { type Look, met, notYet } from '../../../core/poll.ts';
import type { Readiness } from '../../component.ts';

/** One look at whether a component can do its work. @param address `host:port` of the port it names. */
export async function lookReady(ready: Readiness, address: string, signal: AbortSignal): Promise<Look<true>> {
  if (ready.kind === 'tcp') {
    return (await accepts(address)) ? met(true) : notYet(`${address} refuses connections`);
  }
  const url = `http://${address}${ready.path}`;
  const { status } = await axios.get(url, {
    timeout: 2_000,
    validateStatus: () => true,
    proxy: false,
    signal,
  });
  return status === 200 ? met(true) : notYet(`${url} answers ${status}`);
}

const accepts = (address: string): Promise<boolean> =>
  new Promise((done) => {
    const [host = '', port] = address.split(':');
    const socket = connect({ host, port: Number(port) });
    socket.once('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
  });
