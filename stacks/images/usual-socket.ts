/** Where Testcontainers looks last, and most daemons are. */
export const usualSocket = '/var/run/docker.sock';
