/** A user of the images' programs, as the official images number them. */
interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

export const users: readonly User[] = [
  { name: 'root', uid: 0, gid: 0, home: '/root' },
  { name: 'grafana', uid: 472, gid: 0, home: '/usr/share/grafana' },
  { name: 'postgres', uid: 999, gid: 999, home: '/var/lib/postgresql' },
  { name: 'node', uid: 1000, gid: 1000, home: '/home/node' },
  // Loki, Tempo and the Collector, each in an image of its own.
  { name: 'telemetry', uid: 10_001, gid: 10_001, home: '/' },
  { name: 'nobody', uid: 65_534, gid: 65_534, home: '/' },
  { name: 'holder', uid: 65_535, gid: 65_535, home: '/' },
];

/** The files of passwd(5) and group(5). */
export const passwdFile = (): string =>
  lines(users.map(({ name, uid, gid, home }) => `${name}:x:${uid}:${gid}:${name}:${home}:/bin/sh`));
export const groupFile = (): string =>
  lines(users.filter(({ uid, gid }) => uid === gid).map(({ name, gid }) => `${name}:x:${gid}:`));

const lines = (all: readonly string[]) => all.map((line) => `${line}\n`).join('');
