/** The default socket of Docker daemons, which Testcontainers tries last. */
export const defaultSocket = '/var/run/docker.sock';
