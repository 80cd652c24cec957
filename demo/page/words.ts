/** A length of time as a clock shows it, whole seconds, rounded up: `0:00` means that it is over. */
export function clockText(milliseconds: number): string {
  const seconds = Math.ceil(Math.max(0, milliseconds) / 1_000);
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  const two = (value: number) => String(value).padStart(2, '0');
  const rest = two(seconds % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** A length of time in words: `1 min 5 s`. */
export function spoken(milliseconds: number): string {
  const seconds = Math.round(Math.max(0, milliseconds) / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
}

/** Why a session is over, for the person who was in it. */
export const WHY: Readonly<Record<string, string>> = {
  idle_timeout: 'You were away longer than the idle limit allows.',
  absolute_timeout: 'The session reached its absolute limit, however active you were.',
  logout: 'You signed out.',
  logout_everywhere: 'You signed out everywhere.',
  session_replaced: 'You signed in anew.',
  concurrency_limit: 'You signed in elsewhere, and the policy allows no more sessions at a time.',
  device_changed: 'A request came from another device than the one that signed in.',
  ip_changed: 'A request came from another address than the one that signed in.',
  risk_level: 'A high risk was reported.',
  session_missing: 'There is no session any more.',
  credential_missing: 'There is no session any more.',
  reauthentication_due: 'The last proof is too long ago.',
};

export function whyEnded(code: string | null): string {
  return WHY[code ?? ''] ?? `The session has ended (${code ?? 'unknown'}).`;
}

/** What a challenge is about, for the person who meets it. */
export function whyChallenged(code: string | null): string {
  if (code === 'idle_timeout') return 'Your session is locked because nothing happened for a while. Nothing is lost.';
  if (code === 'ip_changed') return 'This request came from another address than the one that you signed in from.';
  if (code === 'device_changed') return 'This request came from another device than the one that you signed in with.';
  if (code === 'assurance_too_low') return 'A payment needs a stronger proof: your password and the code.';
  if (code === 'authentication_too_old') return 'A payment needs a fresh proof: the last one is too long ago.';
  return 'The policy asks for a new proof before this goes on.';
}

export function money(amount: number): string {
  return `€ ${amount.toLocaleString('en-US', { minimumFractionDigits: 2 })}`;
}
