/** What the toolchain's programs need besides themselves, under the names that Debian and Ubuntu share. */
export const packages = [
  // For Node and Postgres; the others are static.
  'libc6',
  'libgcc-s1',
  'libstdc++6',
  'zlib1g',
  // Read by programs that ask for a certificate authority, a time zone or a port's name.
  'ca-certificates',
  'tzdata',
  'netbase',
  // The shell of our entry points, in one static file.
  'busybox-static',
] as const;
