import type { AppConfig } from '../config/app-config.js';
import { crossOriginOptions } from './cross-origin.js';

const optionsFor = (...corsOrigins: string[]) => crossOriginOptions({ http: { corsOrigins } as AppConfig['http'] });

describe('crossOriginOptions', () => {
  it('lets no other origin in unless one is configured', () => {
    expect(optionsFor()).toBeUndefined();
  });
  it('opens to all, without credentials, for * alone', () => {
    expect(optionsFor('*')).toMatchObject({ origin: '*', credentials: false });
  });
  it('ignores * beside named origins', () => {
    expect(optionsFor('https://a.example', '*')).toMatchObject({ origin: ['https://a.example'], credentials: true });
  });
});
