import type { AccessEvent } from '../../src/core/event.js';
import type { Context, KnownContext, KnownLocation, Session, SignalLevels, Signals } from '../../src/core/session.js';
import { leftNetwork, networksOf, type Prefix } from './address.js';

const FASTEST_KM_PER_HOUR = 1_000;
const MS_PER_HOUR = 3_600_000;

const NETWORKS: readonly Prefix[] = [
  { name: 'office', groups: [0, 0, 0, 0, 0, 0xffff, 0xcb00, 0x7100], bits: 120 },
  { name: 'office', groups: [0x2001, 0xdb8, 1, 0, 0, 0, 0, 0], bits: 48 },
  { name: 'vpn', groups: [0, 0, 0, 0, 0, 0xffff, 0xc633, 0x6480], bits: 121 },
  { name: 'vpn', groups: [0x2001, 0xdb8, 2, 0, 0, 0, 0, 0], bits: 48 },
];

/** What is known with what the request states laid over it; the same reference when that is the same. */
export function laidOver(session: Session, event: AccessEvent, stated: Context | undefined): KnownContext {
  const known = session.context;
  if (stated === undefined) return known;
  const ip = stated.ip ?? known.ip;
  const deviceId = stated.deviceId ?? known.deviceId;
  const userAgent = stated.userAgent ?? known.userAgent;
  const country = stated.country ?? known.country;
  const location = locationOf(known.location, event, stated);
  const isSame =
    ip === known.ip && deviceId === known.deviceId && userAgent === known.userAgent && country === known.country;
  if (isSame && location === known.location) return known;
  const networks = ip === known.ip ? known.networks : networksOf(NETWORKS, ip);
  return { ip, deviceId, userAgent, country, location, networks };
}

/** A poll that says "still here" is not stored. */
function locationOf(known: KnownLocation | null, event: AccessEvent, { location }: Context): KnownLocation | null {
  if (location === undefined) return known;
  const { latitude, longitude } = location;
  const isHere = known !== null && latitude === known.latitude && longitude === known.longitude;
  return isHere && event.activity === 'background' ? known : { latitude, longitude, at: event.at };
}

/** The signals with those that this request raises; the same reference when it raises none. */
export function raised(
  session: Session,
  context: KnownContext,
  stated: Context | undefined,
  at: number,
): Signals | null {
  const { bound } = session;
  let { signals } = session;
  const { ip } = context;
  if (ip !== bound.ip && ip !== null && bound.ip !== null && leftNetwork(NETWORKS, bound.ip, ip, context.networks)) {
    signals = withSignal(session, signals, 'network_changed', at);
  }
  if (context.deviceId !== bound.deviceId && context.deviceId !== null && bound.deviceId !== null) {
    signals = withSignal(session, signals, 'device_changed', at);
  }
  const from = session.context.location;
  if (from !== null && stated?.location !== undefined && isTooFast(from, stated.location, at)) {
    signals = withSignal(session, signals, 'impossible_travel', at);
  }
  return signals;
}

function withSignal({ authenticatedAt }: Session, signals: Signals | null, name: string, at: number): Signals | null {
  const known: SignalLevels | undefined = signals?.[name];
  if (known?.high !== undefined && known.high >= authenticatedAt) return signals;
  return { ...signals, [name]: { ...known, high: at } };
}

function isTooFast(
  from: KnownLocation,
  to: { readonly latitude: number; readonly longitude: number },
  at: number,
): boolean {
  if (from.latitude === to.latitude && from.longitude === to.longitude) return false;
  const radians = Math.PI / 180;
  const north = Math.sin(((to.latitude - from.latitude) * radians) / 2) ** 2;
  const east = Math.sin(((to.longitude - from.longitude) * radians) / 2) ** 2;
  const chord = north + Math.cos(from.latitude * radians) * Math.cos(to.latitude * radians) * east;
  const km = Math.round(2 * 6_371 * Math.asin(Math.min(1, Math.sqrt(chord))));
  return km >= 100 && km * MS_PER_HOUR > FASTEST_KM_PER_HOUR * Math.abs(at - from.at);
}
