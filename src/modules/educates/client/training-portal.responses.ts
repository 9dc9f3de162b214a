import { z } from 'zod';

/**
 * What a portal sends, as far as we rely on it. Members that we do not know pass through: newer portals send more, and front ends
 * may use it. Members that only people read may be missing.
 */
const text = z.string().optional();
const count = z.int().min(0);

const portalFacts = z.looseObject({
  name: z.string(),
  uid: z.string(),
  labels: z.record(z.string(), z.string()).optional(),
  sessions: z.looseObject({
    /** 0 is no limit. */
    maximum: count,
    registered: count.optional(),
    /** Sessions at once of one user who came through the REST API; 0 is no limit. */
    anonymous: count.optional(),
    allocated: count,
  }),
});

const workshopFacts = z.looseObject({
  /** The alias when there is one, and then not the name that sessions use. */
  name: z.string(),
  resource: text,
  title: text,
  description: text,
  vendor: text,
  authors: z.array(z.string()).optional(),
  difficulty: text,
  duration: text,
  tags: z.array(z.string()).optional(),
  labels: z.record(z.string(), z.string()).optional(),
  logo: text,
  url: text,
});

const usage = {
  name: z.string(),
  /** Seconds that a session lives; 0 is for ever. */
  duration: z.number().optional(),
  capacity: count,
  reserved: count.optional(),
  /** Sessions with an owner, also those that are ending or were never activated. */
  allocated: count,
  /** Sessions that wait ready for an owner. */
  available: count.optional(),
};

/** `GET /workshops/catalog/workshops/` */
export const workshopCatalog = z.looseObject({
  portal: portalFacts,
  workshops: z.array(workshopFacts.extend({ environment: z.looseObject(usage) })),
});

/** `GET /workshops/catalog/environments/?sessions=true` */
export const environmentCatalog = z.looseObject({
  portal: portalFacts,
  environments: z.array(
    z.looseObject({
      name: z.string(),
      /** Missing unless the portal takes us for its robot. */
      sessions: z
        .array(
          z.looseObject({
            name: z.string(),
            state: z.string(),
            user: z.string().nullish(),
            started: z.iso.datetime({ offset: true }).nullish(),
            expires: z.iso.datetime({ offset: true }).nullish(),
          }),
        )
        .optional(),
    }),
  ),
});

/** `GET|POST /workshops/environment/<name>/request/` */
export const sessionAnswer = z.looseObject({
  name: z.string(),
  /** Path and query below the portal's address; whoever has it is the session's owner. */
  url: z.string().startsWith('/'),
  environment: z.string(),
});

/** `GET /workshops/session/<name>/authorize/` */
export const sessionOwner = z.looseObject({ owner: z.string() });

/** `GET /workshops/session/<name>/extend/`: 200 also when there is no more time to have. */
export const extensionAnswer = z.looseObject({
  status: z.string(),
  started: z.iso.datetime({ offset: true }).nullish(),
  expires: z.iso.datetime({ offset: true }).nullish(),
  extended: z.boolean(),
  extendable: z.boolean().optional(),
});

export type WorkshopCatalogBody = z.output<typeof workshopCatalog>;
export type EnvironmentCatalogBody = z.output<typeof environmentCatalog>;
export type SessionAnswerBody = z.output<typeof sessionAnswer>;
export type ExtensionBody = z.output<typeof extensionAnswer>;
