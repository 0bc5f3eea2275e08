import { breaches, check, run, test } from './harness.mjs';
import './promises.mjs';
import './everybody.mjs';
import './journeys.mjs';
import './instant.mjs';
import './list.mjs';
import './keys.mjs';
import './map.mjs';
import './narrow.mjs';
import './item.mjs';
import './feeds.mjs';
import './reader.mjs';
import './clients.mjs';
import './traces.mjs';
import './embed.mjs';

test('nothing from elsewhere, no cookie, no breach of the policy, no error', () => {
  check(!breaches.length, [...new Set(breaches)].join('\n'));
});

await run();
