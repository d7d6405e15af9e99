import { drillOf } from './example-hello.ts';
import { ensureStaticImage } from './static-image/static-image.ts';

/** The example, with `web` of a compose file and `stock` of an image. */
export async function helloInContainers(
  scenario: string,
  changes: Partial<Record<'stock' | 'image', string>> = {},
) {
  const image = changes.image ?? (await ensureStaticImage());
  const { args, files = {} } = await drillOf(scenario);
  const services = {
    stock: {
      ...{ image, entrypoint: ['/service'], command: ['stock', changes.stock ?? '{host}:{port:9000}'] },
      ...{ ports: [9000], ready: { tcp: 9000 } },
    },
    web: { compose: 'Web', instances: 2, ready: { http: '/ready' }, after: ['stock'] },
  };
  const yaml = files['firedrill.yaml'] ?? '';
  return {
    args,
    files: {
      ...files,
      'firedrill.yaml': yaml.replace(
        /^services:[\s\S]*?(?=^links:)/m,
        `compose: compose.yaml\nservices: ${JSON.stringify(services)}\n`,
      ),
      'compose.yaml': `services:
  Web:
    image: ${await ensureStaticImage()}
    entrypoint: /service web
    command: ["0.0.0.0:8080"]
    environment: [STOCK_URL=http://stock:9000, GREETING_FILE=/etc/web/greeting.txt]
    ports: ["80:8080"]
    user: "1000"
    restart: always
    volumes: ["./web:/etc/web:ro"]
`,
      'web/greeting.txt': 'good morning',
    },
  };
}
