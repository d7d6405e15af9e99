import type { Document } from 'yaml';
import { mainPair, metaPair } from '../files/pairs.ts';
import type { Place } from '../files/place.ts';
import type { Adopting } from './adopting.ts';

/** Settings of Prometheus that a drill leaves out, and why. */
const leftOut: Readonly<Record<string, string>> = {
  remote_write: 'samples of a drill go to no other store',
  remote_read: 'a drill reads the samples of its own Prometheus only',
  tracing: 'traces of Prometheus itself would leave the stack',
};

/** Makes of Prometheus' files such as a drill can use. */
export function adoptPrometheus(adopting: Adopting): void {
  for (const { prometheus } of [mainPair, metaPair]) {
    adopting.change(`${prometheus}/prometheus.yml`, (document, place) => leaveOut(adopting, document, place));
  }
}

function leaveOut(adopting: Adopting, document: Document, place: Place): void {
  for (const [key, why] of Object.entries(leftOut)) {
    if (!document.has(key)) continue;
    document.delete(key);
    adopting.list(place.to(key), { what: 'left out', why });
  }
}
