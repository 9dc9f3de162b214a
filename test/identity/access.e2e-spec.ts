import { Controller, Get, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { Access } from '../../src/modules/identity/index.js';
import { AccessCoverage } from '../../src/modules/identity/access/access-coverage.js';
import { Unguarded } from '../../src/platform/http/unguarded.decorator.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { me, registerGuest, registerPerson, registerWithRole } from './people.js';

describe('access', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ LOGIN_MAX_FAILURES_PER_ADDRESS: '12', TRUSTED_PROXIES: '127.0.0.1' });
  });
  afterAll(() => app.stop());

  const users = (headers: Record<string, string>) => app.request('GET', '/api/v1/users', { headers });

  it('asks for credentials with 401 and WWW-Authenticate', async () => {
    const response = await app.request('GET', '/api/v1/auth/me');
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="lyceum"');
    expect(response.json).toMatchObject({ success: false, code: 'access.credentials-required' });
  });

  it.each([
    ['guest', 403],
    ['student', 403],
    ['instructor', 403],
    ['admin', 200],
  ])('answers a %s on an admin route with %i', async (role, status) => {
    const person = role === 'guest' ? await registerGuest(app) : await registerWithRole(app, role);
    expect((await app.request('GET', '/api/v1/users', { token: person.accessToken })).status).toBe(status);
  });

  it('does not let admin routes leak that a user exists', async () => {
    const { id, accessToken } = await registerPerson(app);
    for (const target of [id, '019a9c3e-8d5b-7c3a-9c55-0c6a7d1f2b3e', 'not-an-id']) {
      expect((await app.request('GET', `/api/v1/users/${target}`, { token: accessToken })).status).toBe(403);
    }
  });

  it('takes the scheme of the authorization header in any case, and no other scheme', async () => {
    const { accessToken } = await registerPerson(app);
    const status = async (authorization: string) =>
      (await app.request('GET', '/api/v1/auth/me', { headers: { authorization } })).status;
    expect(await status(`bearer ${accessToken}`)).toBe(200);
    for (const header of [accessToken, `Basic ${accessToken}`, 'Bearer', 'Bearer ', `Token ${accessToken}`]) {
      expect(await status(header)).toBe(401);
    }
  });

  it('takes tokens from the header only', async () => {
    const { accessToken } = await registerPerson(app);
    const paths = [`/api/v1/auth/me?access_token=${accessToken}`, `/api/v1/auth/me?token=${accessToken}`];
    for (const path of paths) expect((await app.request('GET', path)).status).toBe(401);
    const cookie = { cookie: `token=${accessToken}; accessToken=${accessToken}` };
    expect((await app.request('GET', '/api/v1/auth/me', { headers: cookie })).status).toBe(401);
  });

  describe('the admin secret', () => {
    // Each test has an address of its own, because wrong secrets are counted by address.
    let number = 0;
    let forwarded: Record<string, string>;
    beforeEach(() => {
      forwarded = { 'x-forwarded-for': `192.0.2.${++number}` };
    });

    it('opens admin routes', async () => {
      expect((await users({ ...forwarded, 'x-admin-secret': app.adminSecret })).status).toBe(200);
    });

    it('is refused when it is wrong, empty, longer, shorter or doubled', async () => {
      const wrong = [
        'wrong',
        '',
        `${app.adminSecret}x`,
        app.adminSecret.slice(1),
        `${app.adminSecret}, ${app.adminSecret}`,
      ];
      for (const secret of wrong) {
        const response = await users({ ...forwarded, 'x-admin-secret': secret });
        expect(response.status).toBe(401);
        expect(response.json.code).toBe('access.wrong-admin-secret');
      }
    });

    it('is refused as an array of headers', async () => {
      const headers = { ...forwarded, 'x-admin-secret': [app.adminSecret, app.adminSecret] };
      const response = await app.app.inject({ method: 'GET', url: '/api/v1/users', headers });
      expect(response.statusCode).toBe(401);
    });

    it('does not fall back to a good token when it is wrong', async () => {
      const admin = await registerWithRole(app, 'admin');
      const headers = { ...forwarded, 'x-admin-secret': 'wrong', authorization: `Bearer ${admin.accessToken}` };
      expect((await users(headers)).status).toBe(401);
    });

    it('is no bearer token', async () => {
      expect((await users({ ...forwarded, authorization: `Bearer ${app.adminSecret}` })).status).toBe(401);
    });

    it('is throttled by address when it is guessed, and the right one still works', async () => {
      const statuses = [];
      for (let guess = 0; guess < 14; guess += 1) {
        statuses.push((await users({ ...forwarded, 'x-admin-secret': `guess ${guess}` })).status);
      }
      expect(statuses).toEqual([...Array.from({ length: 12 }, () => 401), 429, 429]);
      expect((await users({ ...forwarded, 'x-admin-secret': app.adminSecret })).status).toBe(200);
    });

    it('leaves an audit entry for each wrong one, without it', async () => {
      await users({ ...forwarded, 'x-admin-secret': 'hunter2hunter2' });
      const response = await app.request('GET', '/api/v1/audit?action=auth.wrong-admin-secret', { asAdmin: true });
      expect(response.json.data[0]).toMatchObject({ actor: 'anonymous', address: forwarded['x-forwarded-for'] });
      expect(response.text).not.toContain('hunter2');
    });
  });

  describe('on a public route', () => {
    const exercises = (headers: Record<string, string> = {}) => app.request('GET', '/api/v1/topics', { headers });

    it('needs no credentials', async () => {
      expect((await exercises()).status).toBe(200);
    });

    it('refuses credentials that are there and bad, so that the client notices', async () => {
      expect((await exercises({ authorization: 'Bearer nonsense' })).status).toBe(401);
      expect((await exercises({ 'x-admin-secret': 'nonsense' })).status).toBe(401);
    });

    it('recognises a good token', async () => {
      const { accessToken } = await registerPerson(app);
      expect((await exercises({ authorization: `Bearer ${accessToken}` })).status).toBe(200);
    });
  });

  it('ignores credentials on unguarded routes', async () => {
    const headers = { authorization: 'Bearer nonsense', 'x-admin-secret': 'nonsense' };
    expect((await app.request('GET', '/health/live', { headers })).status).toBe(200);
  });

  it('counts requests by account when the token is good, and by address for guests and bad tokens', async () => {
    const limit = async (token?: string) =>
      (await app.request('GET', '/api/v1/topics', token === undefined ? {} : { token })).headers.get(
        'x-ratelimit-limit',
      );
    const { accessToken } = await registerPerson(app);
    const guest = await registerGuest(app);
    const [byAddress, byAccount] = [app.config.rateLimit.anonymousMax, app.config.rateLimit.authenticatedMax].map(
      String,
    );
    expect(byAccount).not.toBe(byAddress);
    expect(await limit(accessToken)).toBe(byAccount);
    expect(await limit()).toBe(byAddress);
    expect(await limit(guest.accessToken)).toBe(byAddress);
    expect(await limit(`${accessToken}x`)).toBe(byAddress);
  });

  it('survives any authorization header', async () => {
    const headers = [
      'Bearer a.b.c',
      'Bearer ..',
      'Bearer e30.e30.e30',
      'Bearer bnVsbA.bnVsbA.',
      `Bearer ${'x'.repeat(8000)}`,
    ];
    for (const authorization of headers) {
      const response = await app.request('GET', '/api/v1/auth/me', { headers: { authorization } });
      expect(response.status).toBe(401);
    }
    expect((await me(app, 'x')).json.code).toBe('access.invalid-token');
  });
});

describe('the start', () => {
  const start = async (controller: new () => unknown) => {
    @Module({ imports: [DiscoveryModule], controllers: [controller], providers: [AccessCoverage] })
    class Subject {}
    const subject = await Test.createTestingModule({ imports: [Subject] }).compile();
    const app = subject.createNestApplication(new FastifyAdapter(), { logger: false });
    try {
      await app.init();
    } finally {
      await app.close();
    }
  };

  it('fails naming every route of which nobody said who may call it', async () => {
    @Controller('things')
    class ThingsController {
      @Get()
      list() {}
      @Get('open')
      @Access('public')
      open() {}
      @Get('closed')
      closed() {}
      notARoute() {}
    }
    await expect(start(ThingsController)).rejects.toThrow(/ThingsController\.list, ThingsController\.closed$/);
  });

  it('succeeds when the controller or each route says it', async () => {
    @Access('student')
    @Controller('one')
    class OneController {
      @Get()
      list() {}
    }
    @Controller('two')
    class TwoController {
      @Get()
      @Unguarded()
      list() {}
    }
    await expect(start(OneController)).resolves.toBeUndefined();
    await expect(start(TwoController)).resolves.toBeUndefined();
  });
});
