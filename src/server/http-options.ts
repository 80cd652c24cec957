import type { EndpointOptions } from '../http/endpoints.js';
import type { HttpOptions } from '../http/options.js';
import { DEFAULT_PROXIES, type GatewayOptions } from './options.js';

/** A service behind a proxy has no pages of ours: refusals are told, and nobody is sent anywhere. */
export function httpOptionsOf(options: GatewayOptions, engine: HttpOptions['engine']): HttpOptions {
  const { cookie, bearer = true, activity, realm, acrValues, problemType, clearSiteData, statusHeader, warn } = options;
  return {
    engine,
    bearer,
    trustProxies: options.trustProxies ?? DEFAULT_PROXIES,
    ...(cookie !== undefined && { cookie }),
    ...(activity !== undefined && { activity }),
    ...(realm !== undefined && { realm }),
    ...(acrValues !== undefined && { acrValues }),
    ...(problemType !== undefined && { problemType }),
    ...(clearSiteData !== undefined && { clearSiteData }),
    ...(statusHeader !== undefined && { statusHeader }),
    ...(warn !== undefined && { warn }),
  };
}

/** The endpoints for pages; `null` for none. */
export function endpointsOf({ sessionPath = '/session', trustedOrigins }: GatewayOptions): EndpointOptions | null {
  if (sessionPath === false) return null;
  return { path: sessionPath, ...(trustedOrigins !== undefined && { trustedOrigins }) };
}
