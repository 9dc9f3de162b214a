import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { verifyGithub } from './github.policy.js';
import { verifySlack } from './slack.policy.js';
import { verifyStandardWebhooks } from './standard-webhooks.policy.js';
import { verifyStripe } from './stripe.policy.js';

const at = (seconds: number) => new Date(seconds * 1000);

describe('the vectors that senders publish', () => {
  it('of GitHub verify', () => {
    const signature = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
    const request = {
      headers: { 'x-hub-signature-256': signature },
      body: Buffer.from('Hello, World!'),
      now: new Date(),
    };
    expect(verifyGithub(request, ["It's a Secret to Everybody"])).toBe('verified');
  });

  it('of Slack verify', () => {
    const body = Buffer.from(
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
    );
    const headers = {
      'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
      'x-slack-request-timestamp': '1531420618',
    };
    expect(verifySlack({ headers, body, now: at(1_531_420_618) }, ['8f742231b10e8888abcd99yyyzzz85a5'])).toBe(
      'verified',
    );
  });

  it.each(['webhook-', 'svix-'])('of Standard Webhooks verify with headers that begin with %s', (prefix) => {
    const headers = {
      [`${prefix}id`]: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      [`${prefix}timestamp`]: '1614265330',
      [`${prefix}signature`]: 'v2,x v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    };
    const request = { headers, body: Buffer.from('{"test": 2432232314}'), now: at(1_614_265_330) };
    expect(verifyStandardWebhooks(request, ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'])).toBe('verified');
  });
});

it('what the library of Standard Webhooks signs verifies, also for another body each time', () => {
  const key = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const now = new Date();
  for (const body of ['', '{}', 'ünïcödé', 'x'.repeat(10_000)]) {
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(key).sign('msg_1', now, body),
    };
    expect(
      verifyStandardWebhooks({ headers, body: Buffer.from(body), now }, ['whsec_c29tZXRoaW5nIG90aGVyIGhlcmU=', key]),
    ).toBe('verified');
  }
});

/** As https://docs.stripe.com/webhooks/signature describes it. */
it('what is signed as Stripe documents it verifies, while a secret is rolled with one of two signatures', () => {
  const secret = 'whsec_test_secret';
  const [time, body] = [1_700_000_000, '{"id":"evt_1"}'];
  const code = createHmac('sha256', secret).update(`${time}.${body}`, 'utf8').digest('hex');
  const request = (header: string) => ({
    headers: { 'stripe-signature': header },
    body: Buffer.from(body),
    now: at(time),
  });
  expect(verifyStripe(request(`t=${time},v1=${'0'.repeat(64)},v1=${code},v0=x`), [secret])).toBe('verified');
  expect(verifyStripe(request(`t=${time},v0=${code}`), [secret])).toBe('signature-missing');
  expect(verifyStripe(request(`t=${time},t=${time},v1=${code}`), [secret])).toBe('timestamp-missing');
});
