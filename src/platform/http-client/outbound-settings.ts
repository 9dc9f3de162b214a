/** What the operator decides about calls to addresses that came through the API. */
export interface OutboundSettings {
  /** `host`, `host:port`, address or CIDR that may be called although not public, and over plain http. */
  allowHosts: string[];
  /** Refuses plain http, except to what `allowHosts` names. */
  isHttpsOnly: boolean;
}
