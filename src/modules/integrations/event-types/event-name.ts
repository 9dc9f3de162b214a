/** Names of event types: lower case, with at least one dot. */
export const eventName = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$/;
